package authorizer_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// optionalCases hold for Optional and for OptionalMiddleware alike.
var optionalCases = []struct {
	name         string
	header       []string
	status       int
	body         string
	cacheControl string
}{
	// An anonymous request is served, and the response may be cached.
	{"no header", nil, 200, "anonymous", ""},
	{"empty header", []string{""}, 200, "anonymous", ""},
	// An authenticated request.
	{"good token", []string{"Bearer good"}, 200, "auth0|1", "no-store"},
	// A request with an invalid token is not downgraded to anonymous.
	{"scheme only", []string{"Bearer"}, 401, unauthorized, "no-store"},
	{"another scheme", []string{"Basic dXNlcjpwYXNz"}, 401, unauthorized, "no-store"},
	{"expired", []string{"Bearer token_expired"}, 401, unauthorized, "no-store"},
	{"signature", []string{"Bearer invalid_signature"}, 401, unauthorized, "no-store"},
	{"rule of the verifier", []string{"Bearer forbidden"}, 403, forbidden, "no-store"},
	{"unknown error", []string{"Bearer broken"}, 500, broken, "no-store"},
	// Without keys the request is anonymous, and the handler can find out why.
	{"no keys", []string{"Bearer keys"}, 200, "anonymous, not checked", "no-store"},
	{"no keys, wrapped", []string{"Bearer wrapped_keys"}, 200, "anonymous, not checked", "no-store"},
}

func TestOptional(t *testing.T) {
	for _, c := range optionalCases {
		t.Run(c.name, func(t *testing.T) {
			var event events.APIGatewayV2HTTPRequest
			if c.header != nil {
				event.Headers = map[string]string{"authorization": c.header[0]}
			}
			resp, err := authorizer.New(verifier{}).Optional(whoami)(t.Context(), event)
			if err != nil || resp.StatusCode != c.status || resp.Body != c.body {
				t.Errorf("response is %d %s, %v; want %d %s", resp.StatusCode, resp.Body, err, c.status, c.body)
			}
			if got := resp.Headers["cache-control"]; got != c.cacheControl {
				t.Errorf("cache-control is %q, want %q", got, c.cacheControl)
			}
			if got := resp.Headers["vary"]; c.status == http.StatusOK && got != "Authorization" {
				t.Errorf("vary is %q", got)
			}
		})
	}
}

func TestOptionalMiddleware(t *testing.T) {
	for _, c := range optionalCases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.Header["Authorization"] = c.header
			w := httptest.NewRecorder()
			authorizer.New(verifier{}).OptionalMiddleware(whoamiHTTP).ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("response is %d %s, want %d %s", w.Code, w.Body, c.status, c.body)
			}
			if got := w.Header().Get("Cache-Control"); got != c.cacheControl {
				t.Errorf("Cache-Control is %q, want %q", got, c.cacheControl)
			}
			if got := w.Header().Get("Vary"); got != "Authorization" {
				t.Errorf("Vary is %q", got)
			}
		})
	}
}

// TestHeadersOfTheHandler keeps the handler's own headers, and its map, which its responses may
// share.
func TestHeadersOfTheHandler(t *testing.T) {
	for _, c := range []struct {
		name      string
		own, want map[string]string
	}{
		{"none", nil, map[string]string{"cache-control": "no-store", "vary": "Authorization"}},
		{"cache-control of its own", map[string]string{"Cache-Control": "private"}, map[string]string{"Cache-Control": "private", "vary": "Authorization"}},
		{"vary of its own", map[string]string{"Vary": "Origin"}, map[string]string{"cache-control": "no-store", "Vary": "Origin, Authorization"}},
		{"vary as wanted", map[string]string{"vary": "authorization"}, map[string]string{"cache-control": "no-store", "vary": "authorization"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := maps.Clone(c.own)
			next := func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
				return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Headers: c.own}, nil
			}
			event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": "Bearer good"}}
			resp, err := authorizer.New(verifier{}).Optional(next)(t.Context(), event)
			if err != nil || !maps.Equal(resp.Headers, c.want) {
				t.Errorf("headers are %v, %v; want %v", resp.Headers, err, c.want)
			}
			if !maps.Equal(c.own, before) {
				t.Errorf("the handler's map became %v", c.own)
			}
		})
	}
}

func TestErrorOfTheHandlerPassesThrough(t *testing.T) {
	next := func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{}, errBroken
	}
	a := authorizer.New(verifier{})
	event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": "Bearer good"}}
	for name, h := range map[string]authorizer.HTTPHandler{"Require": a.Require(next), "Optional": a.Optional(next)} {
		if _, err := h(t.Context(), event); !errors.Is(err, errBroken) {
			t.Errorf("%s returns %v", name, err)
		}
	}
}

func TestIdentityError(t *testing.T) {
	var got error
	next := func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		got = authorizer.IdentityError(ctx)
		return events.APIGatewayV2HTTPResponse{}, nil
	}
	event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": "Bearer keys"}}
	// The identity of an outer guard does not count behind an inner guard without one.
	ctx := authorizer.WithIdentity(t.Context(), token())
	if _, err := authorizer.New(verifier{}).Optional(next)(ctx, event); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(got, jwtauth.ErrKeysUnavailable) {
		t.Errorf("IdentityError is %v", got)
	}
	if _, ok := authorizer.IdentityFrom(t.Context()); ok || authorizer.IdentityError(t.Context()) != nil {
		t.Error("a context without a guard has an identity")
	}
}
