package authorizer

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/jwtauth"
)

// An HTTPHandler serves payload 2.0 events of an HTTP API or a function URL.
type HTTPHandler func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// Require calls next for a request with a valid token that has any one of the scopes, or for one
// with any valid token when there are no scopes. [IdentityFrom] returns the token to next.
//
// Otherwise next is not called and the response is 401, 403, or 503 when the keys are unavailable.
// Responses of next get "cache-control: no-store" unless they have a cache-control of their own.
//
// It panics for a string that cannot be a scope.
func (a *Authorizer) Require(next HTTPHandler, scopes ...string) HTTPHandler {
	mustScopes(scopes)
	allow := anyOf(scopes)
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		token, err := a.decideEvent(ctx, event, allow)
		if err != nil {
			return toEvent(a.responseFor(err, scopes)), nil
		}
		resp, err := next(WithIdentity(ctx, token), event)
		return a.withNonce(noStore(resp), token), err
	}
}

// Optional is for a public route that shows more to an authenticated caller.
//
//   - No Authorization header: next is called, [IdentityFrom] reports false.
//   - A valid token: next is called, IdentityFrom returns it.
//   - A bad token, or another kind of header: 401. A request with an invalid token is not
//     downgraded to anonymous.
//   - The keys are unavailable: next is called, IdentityFrom reports false and [IdentityError]
//     returns the reason.
//
// Responses vary by Authorization and have a Vary header. Those to a request with the header are
// not stored.
func (a *Authorizer) Optional(next HTTPHandler) HTTPHandler {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if eventCredentials(event.Headers, event.RawPath, &event.RequestContext).absent() {
			resp, err := next(withoutIdentity(ctx, nil), event)
			return varyByAuthorization(resp), err
		}
		token, err := a.decideEvent(ctx, event, anyOf(nil))
		switch {
		case err == nil:
			ctx = WithIdentity(ctx, token)
		case errors.Is(err, jwtauth.ErrKeysUnavailable):
			ctx = withoutIdentity(ctx, err)
		default:
			return toEvent(a.responseFor(err, nil)), nil
		}
		resp, err := next(ctx, event)
		return a.withNonce(varyByAuthorization(noStore(resp)), token), err
	}
}

func (a *Authorizer) decideEvent(ctx context.Context, event events.APIGatewayV2HTTPRequest, allow rule) (*jwtauth.Token, error) {
	return a.decide(ctx, event.RouteKey, eventCredentials(event.Headers, event.RawPath, &event.RequestContext), allow)
}

func toEvent(r response) events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{StatusCode: r.status, Headers: r.headers(), Body: r.body()}
}

// noStore keeps caches from storing a response that was made for one caller.
func noStore(resp events.APIGatewayV2HTTPResponse) events.APIGatewayV2HTTPResponse {
	if _, ok := lookup(resp.Headers, "cache-control"); ok {
		return resp
	}
	return withHeader(resp, "cache-control", "no-store")
}

// varyByAuthorization keeps a browser's cache from using the anonymous response after a sign-in.
func varyByAuthorization(resp events.APIGatewayV2HTTPResponse) events.APIGatewayV2HTTPResponse {
	name, ok := lookup(resp.Headers, "vary")
	if !ok {
		return withHeader(resp, "vary", "Authorization")
	}
	if strings.Contains(strings.ToLower(resp.Headers[name]), headerName) {
		return resp
	}
	return withHeader(resp, name, resp.Headers[name]+", Authorization")
}

// lookup returns the spelling that a header name has in headers.
func lookup(headers map[string]string, name string) (string, bool) {
	for spelling := range headers {
		if strings.EqualFold(spelling, name) {
			return spelling, true
		}
	}
	return "", false
}

// withHeader copies the headers: a handler may share one map among its responses.
func withHeader(resp events.APIGatewayV2HTTPResponse, name, value string) events.APIGatewayV2HTTPResponse {
	headers := maps.Clone(resp.Headers)
	if headers == nil {
		headers = make(map[string]string, 1)
	}
	headers[name] = value
	resp.Headers = headers
	return resp
}
