package authorizer

import (
	"context"
	"errors"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// A Response is what the guards send instead of calling the handler.
type Response struct {
	Status  int
	Headers map[string]string // names in lower case
	Body    string
}

// WithResponse lets f change what the guards send instead of calling the handler, for a service
// with a format of its own, such as problem+json (RFC 9457). f gets the response that is sent by
// default, and may change its headers. By default, the body has the shape of API Gateway's errors.
//
// A status below 400 or above 599 is a mistake of f, and becomes 500 with the default body. The
// Lambda authorizers ignore f: API Gateway makes their responses.
func WithResponse(f func(ctx context.Context, d Decision, byDefault Response) Response) Option {
	if f == nil {
		panic("authorizer: WithResponse needs a function")
	}
	return func(a *Authorizer) { a.respond = f }
}

// retryAfter is in seconds: by then a key set has fetched again, without keys or for an unknown
// key id.
const retryAfter = "2"

// refuse returns the response to a request that is not let through.
func (a *Authorizer) refuse(ctx context.Context, d Decision, err error, scopes []string) Response {
	resp := a.responseFor(err, scopes)
	if a.respond == nil {
		return resp
	}
	resp = a.respond(ctx, d, resp)
	if resp.Status < http.StatusBadRequest || resp.Status > 599 {
		return newResponse(http.StatusInternalServerError)
	}
	return resp
}

// responseFor is the one table from error to status. An unknown error is a bug and becomes 500,
// never 401, which would make clients discard good tokens.
func (a *Authorizer) responseFor(err error, scopes []string) Response {
	refusal, refused := refusalIn(err)
	switch {
	case !refused && errors.Is(err, jwtauth.ErrKeysUnavailable):
		resp := newResponse(http.StatusServiceUnavailable)
		resp.Headers["retry-after"] = retryAfter
		return resp
	case !refused:
		return newResponse(http.StatusInternalServerError)
	case refusal == jwtauth.Forbidden:
		return newResponse(http.StatusForbidden)
	case refusal == jwtauth.InsufficientScope:
		return a.challenge(newResponse(http.StatusForbidden), err, scopes)
	default:
		return a.challenge(newResponse(http.StatusUnauthorized), err, scopes)
	}
}

// refusalIn returns the refusal in an error. An error that also matches ErrKeysUnavailable holds no
// decision, so it is not one.
func refusalIn(err error) (refusal jwtauth.Refusal, refused bool) {
	refused = errors.As(err, &refusal) && !errors.Is(err, jwtauth.ErrKeysUnavailable)
	return refusal, refused
}

// newResponse has a body like API Gateway's own errors, so that clients handle one shape. Names of
// headers are in lower case, as in payload 2.0; net/http canonicalizes them.
func newResponse(status int) Response {
	return Response{
		Status: status,
		Headers: map[string]string{
			"content-type":           "application/json",
			"x-content-type-options": "nosniff",
			"cache-control":          "no-store",
		},
		Body: `{"message":"` + http.StatusText(status) + `"}`,
	}
}
