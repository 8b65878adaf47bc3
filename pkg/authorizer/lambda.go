package authorizer

import (
	"context"
	"errors"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// ErrUnauthorized is what a REST API's authorizer returns for no token or a bad one. API Gateway
// answers 401 when the function's error message is exactly this text, and caches nothing.
var ErrUnauthorized = errors.New("Unauthorized")

// undecided is the error of a Lambda authorizer that could not decide. API Gateway answers 500 and
// caches nothing; a deny would shut a good token out for as long as the cache lives. Its text is
// fixed, because Lambda logs it, and does not read "Unauthorized".
type undecided struct{ cause error }

func (e undecided) Error() string { return "authorizer: could not decide: " + jwtauth.Label(e.cause) }
func (e undecided) Unwrap() error { return e.cause }

// errNoRoute answers a TOKEN event under WithRouteScopes: such an event names no route.
var errNoRoute = errors.New("authorizer: route scopes need a REQUEST authorizer")

// routeRule is the rule of a route for the Lambda authorizers.
func (a *Authorizer) routeRule(route string) rule {
	if a.routeScopes == nil {
		return anyOf(nil)
	}
	scopes, ok := a.routeScopes[route]
	if !ok {
		return forbidden
	}
	return anyOf(scopes)
}

func isRefusal(err error) bool {
	_, refused := refusalIn(err)
	return refused
}

// unauthenticated reports whether a refusal is about the token (401) and not about what its owner
// may do (403).
func unauthenticated(err error) bool {
	return !errors.Is(err, jwtauth.InsufficientScope) && !errors.Is(err, jwtauth.Forbidden)
}

// anonymous is the principal of a policy that denies: API Gateway requires one.
const anonymous = "anonymous"

// claimsContext is what the API's integration and access log learn of the caller: who and what for,
// nothing personal (no e-mail, no name). REST APIs allow strings, numbers and booleans only.
func claimsContext(token *jwtauth.Token) map[string]any {
	claims := map[string]any{
		"iss":   token.Issuer,
		"sub":   token.Subject,
		"scope": strings.Join(token.Scopes, " "),
		"exp":   token.Expiry.Unix(),
	}
	if token.ClientID != "" {
		claims["client_id"] = token.ClientID
	}
	return claims
}

// authorize decides for a Lambda authorizer.
func (a *Authorizer) authorize(ctx context.Context, route string, c credentials, allow rule) (*jwtauth.Token, error) {
	token, err := a.decide(ctx, route, c, allow)
	if err != nil && !isRefusal(err) {
		return nil, undecided{err}
	}
	return token, err
}
