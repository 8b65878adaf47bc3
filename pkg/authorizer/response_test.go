package authorizer_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// problem is a hook that responds in the format of RFC 9457.
func problem(_ context.Context, d authorizer.Decision, resp authorizer.Response) authorizer.Response {
	body, err := json.Marshal(map[string]any{"type": "https://errors.example/" + d.Outcome, "status": resp.Status, "title": http.StatusText(resp.Status)})
	if err != nil {
		resp.Status = http.StatusInternalServerError
		return resp
	}
	resp.Body, resp.Headers["content-type"] = string(body), "application/problem+json"
	return resp
}

// The hook changes each response of a guard, for functions and for net/http.
func TestResponseHook(t *testing.T) {
	a := authorizer.New(verifier{}, authorizer.WithResponse(problem))
	for _, c := range []struct {
		header    string
		status    int
		body      string
		challenge string
	}{
		{"", 401, `{"status":401,"title":"Unauthorized","type":"https://errors.example/missing_token"}`, "Bearer"},
		{"Bearer good", 403, `{"status":403,"title":"Forbidden","type":"https://errors.example/insufficient_scope"}`, `Bearer error="insufficient_scope", scope="update:pets"`},
		{"Bearer keys", 503, `{"status":503,"title":"Service Unavailable","type":"https://errors.example/jwks_unavailable"}`, ""},
		{"Bearer broken", 500, `{"status":500,"title":"Internal Server Error","type":"https://errors.example/error"}`, ""},
	} {
		w := serve(t, a.Middleware("update:pets")(whoamiHTTP), c.header)
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("WWW-Authenticate") != c.challenge {
			t.Errorf("%q: net/http: %d %v %s", c.header, w.Code, w.Header(), w.Body)
		}
		event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": c.header}}
		resp, err := a.Require(whoami, "update:pets")(t.Context(), event)
		if err != nil || resp.StatusCode != c.status || resp.Body != c.body || resp.Headers["content-type"] != "application/problem+json" {
			t.Errorf("%q: event: %+v, %v", c.header, resp, err)
		}
	}
}

// A hook cannot turn a refusal into a success.
func TestResponseHookOfASuccess(t *testing.T) {
	for _, status := range []int{0, 100, 200, 204, 302, 399, 600, 1000, -1} {
		hook := authorizer.WithResponse(func(context.Context, authorizer.Decision, authorizer.Response) authorizer.Response {
			return authorizer.Response{Status: status, Body: "welcome"}
		})
		w := serve(t, authorizer.New(verifier{}, hook).Middleware()(whoamiHTTP), "Bearer token_expired")
		if w.Code != http.StatusInternalServerError || w.Body.String() != broken {
			t.Errorf("%d: response %d %s", status, w.Code, w.Body)
		}
	}
}

// The hook and the observer see the same decision, with the context of the request.
func TestDecision(t *testing.T) {
	type requestID struct{}
	ctx := context.WithValue(t.Context(), requestID{}, "request-1")
	hash := token().SubjectHash()
	for _, c := range []struct {
		header string
		want   authorizer.Decision
	}{
		{"Bearer good", authorizer.Decision{Route: "GET /pets", Outcome: "insufficient_scope", SubjectHash: hash}},
		{"Bearer token_expired", authorizer.Decision{Route: "GET /pets", Outcome: "token_expired"}},
		{"", authorizer.Decision{Route: "GET /pets", Outcome: "missing_token"}},
	} {
		var seen []authorizer.Decision
		see := func(ctx context.Context, d authorizer.Decision) {
			if ctx.Value(requestID{}) != "request-1" {
				t.Error("another context")
			}
			seen = append(seen, d)
		}
		a := authorizer.New(verifier{}, authorizer.WithObserver(see), authorizer.WithResponse(func(ctx context.Context, d authorizer.Decision, r authorizer.Response) authorizer.Response {
			see(ctx, d)
			return r
		}))
		event := events.APIGatewayV2HTTPRequest{RouteKey: "GET /pets", Headers: map[string]string{"authorization": c.header}}
		if _, err := a.Require(whoami, "update:pets")(ctx, event); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 2 || seen[0] != c.want || seen[1] != c.want {
			t.Errorf("%q: decisions %+v, want %+v", c.header, seen, c.want)
		}
	}
}

// The verifier gets the route for its events, and the context of the request.
func TestVerifierKnowsTheRoute(t *testing.T) {
	var got []jwtauth.Event
	issuer := newRealIssuer(t, &got)
	event := events.APIGatewayV2HTTPRequest{RouteKey: "GET /pets", Headers: map[string]string{"authorization": "Bearer " + issuer.Token()}}
	if _, err := authorizer.New(issuer.verifier).Require(whoami)(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Route != "GET /pets" || got[0].SubjectHash == "" {
		t.Errorf("events %+v", got)
	}
}

// The realm is in each challenge.
func TestRealm(t *testing.T) {
	realm := authorizer.WithRealm("pets, all")
	for _, c := range []struct {
		header string
		opts   []authorizer.Option
		want   string
	}{
		{"", []authorizer.Option{realm}, `Bearer realm="pets, all"`},
		{"Bearer token_expired", []authorizer.Option{realm}, `Bearer realm="pets, all", error="invalid_token", error_description="the token has expired"`},
		{"Bearer good", []authorizer.Option{realm}, `Bearer realm="pets, all", error="insufficient_scope", scope="a"`},
		{"Bearer keys", []authorizer.Option{realm}, ""},
		{"", []authorizer.Option{realm, authorizer.WithDPoP(noProofs{})}, `Bearer realm="pets, all", DPoP realm="pets, all", algs="ES256"`},
		{"DPoP good", []authorizer.Option{realm, authorizer.WithDPoP(noProofs{})}, `DPoP realm="pets, all", error="invalid_token", error_description="the token is malformed", algs="ES256"`},
	} {
		w := serve(t, authorizer.New(verifier{}, c.opts...).Middleware("a")(whoamiHTTP), c.header)
		if got := w.Header().Get("WWW-Authenticate"); got != c.want {
			t.Errorf("%q: %s, want %s", c.header, got, c.want)
		}
	}
}
