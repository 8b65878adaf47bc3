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

// Require lets a request through to next if it carries a valid token with any one of the scopes;
// with no scopes, any valid token will do. next finds the token by [IdentityFrom].
//
// Otherwise next is not called and the answer is 401, 403, or 503 when the keys cannot be had.
// Answers of next get "cache-control: no-store" unless they have a cache-control of their own.
//
// It panics for a string that cannot be a scope.
func (a *Authorizer) Require(next HTTPHandler, scopes ...string) HTTPHandler {
	mustScopes(scopes)
	allow := anyOf(scopes)
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		token, err := a.decideEvent(ctx, event, allow)
		if err != nil {
			return toEvent(answerFor(err, scopes)), nil
		}
		resp, err := next(WithIdentity(ctx, token), event)
		return private(resp), err
	}
}

// Optional is for a route that anyone may call and that shows more to a caller it knows.
//
//   - No Authorization header: next is called, [IdentityFrom] reports false.
//   - A valid token: next is called, IdentityFrom returns it.
//   - A bad token, or a header that is none: 401. Whoever means to be known must not be served as a
//     stranger without noticing.
//   - The keys cannot be had: next is called, IdentityFrom reports false and [IdentityError] tells.
//
// Answers vary by Authorization and say so; those to a caller who sent the header are not stored.
func (a *Authorizer) Optional(next HTTPHandler) HTTPHandler {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if fromHeaders(event.Headers, nil).absent() {
			resp, err := next(withoutIdentity(ctx, nil), event)
			return varying(resp), err
		}
		token, err := a.decideEvent(ctx, event, anyOf(nil))
		switch {
		case err == nil:
			ctx = WithIdentity(ctx, token)
		case errors.Is(err, jwtauth.ErrKeysUnavailable):
			ctx = withoutIdentity(ctx, err)
		default:
			return toEvent(answerFor(err, nil)), nil
		}
		resp, err := next(ctx, event)
		return varying(private(resp)), err
	}
}

func (a *Authorizer) decideEvent(ctx context.Context, event events.APIGatewayV2HTTPRequest, allow rule) (*jwtauth.Token, error) {
	return a.decide(ctx, event.RouteKey, fromHeaders(event.Headers, nil), allow)
}

func toEvent(a answer) events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{StatusCode: a.status, Headers: a.headers(), Body: a.body()}
}

// private forbids caches to keep an answer that was made for one caller.
func private(resp events.APIGatewayV2HTTPResponse) events.APIGatewayV2HTTPResponse {
	if _, ok := lookup(resp.Headers, "cache-control"); ok {
		return resp
	}
	return withHeader(resp, "cache-control", "no-store")
}

// varying keeps a browser's cache from showing the anonymous answer to a caller who has signed in.
func varying(resp events.APIGatewayV2HTTPResponse) events.APIGatewayV2HTTPResponse {
	name, ok := lookup(resp.Headers, "vary")
	if !ok {
		return withHeader(resp, "vary", "Authorization")
	}
	if strings.Contains(strings.ToLower(resp.Headers[name]), headerName) {
		return resp
	}
	return withHeader(resp, name, resp.Headers[name]+", Authorization")
}

// lookup returns the spelling under which the headers hold name.
func lookup(headers map[string]string, name string) (string, bool) {
	for spelling := range headers {
		if strings.EqualFold(spelling, name) {
			return spelling, true
		}
	}
	return "", false
}

// withHeader copies the headers: the handler may hand out one map for all its answers.
func withHeader(resp events.APIGatewayV2HTTPResponse, name, value string) events.APIGatewayV2HTTPResponse {
	headers := maps.Clone(resp.Headers)
	if headers == nil {
		headers = make(map[string]string, 1)
	}
	headers[name] = value
	resp.Headers = headers
	return resp
}
