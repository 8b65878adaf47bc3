package authorizer

import (
	"context"
	"errors"

	"example.com/securedpets/pkg/jwtauth"
)

// ErrUnauthorized is the error of a REST API's authorizer for a missing or bad token. API Gateway
// responds 401 when the error message of the function is exactly this text, and caches nothing.
var ErrUnauthorized = errors.New("Unauthorized")

// undecided is the error of a Lambda authorizer without a decision. API Gateway responds 500 and
// caches nothing; a cached deny would refuse a good token until it expires. Its text is fixed,
// because Lambda logs it, and is not "Unauthorized".
type undecided struct{ cause error }

func (e undecided) Error() string { return "authorizer: could not decide: " + jwtauth.Label(e.cause) }
func (e undecided) Unwrap() error { return e.cause }

// errNoRoute means that WithRouteScopes met an event that names no route.
var errNoRoute = errors.New("authorizer: route scopes need a REQUEST authorizer")

func isRefusal(err error) bool {
	_, refused := refusalIn(err)
	return refused
}

// unauthenticated reports whether a refusal concerns the token (401), not what it permits (403).
func unauthenticated(err error) bool {
	return !errors.Is(err, jwtauth.InsufficientScope) && !errors.Is(err, jwtauth.Forbidden)
}

// anonymous is the principal of a denying policy. API Gateway requires one.
const anonymous = "anonymous"

// authorize is decide for a Lambda authorizer.
func (a *Authorizer) authorize(ctx context.Context, r request, allow rule) (*jwtauth.Token, error) {
	token, _, err := a.decide(ctx, r, allow)
	if err != nil && !isRefusal(err) {
		return nil, undecided{err}
	}
	return token, err
}
