package authorizer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
)

func TestRouteScopes(t *testing.T) {
	scopes := map[string][]string{
		"GET /pets":      {},
		"GET /pets/{id}": {"update:pets", "read:pets"},
		"POST /pets":     {"update:pets"},
	}
	a := authorizer.New(verifier{}, authorizer.WithRouteScopes(scopes))
	scopes["DELETE /pets"] = nil // a later change of the caller's map has no effect
	for _, c := range []struct {
		route   string
		allowed bool
	}{
		// What the map opens.
		{"GET /pets", true},
		{"GET /pets/{id}", true},
		// What it closes, and what is not in it.
		{"POST /pets", false},
		{"DELETE /pets", false},
		{"get /pets", false},
		{"GET /pets/", false},
		{"$default", false},
		{"", false},
	} {
		t.Run(c.route, func(t *testing.T) {
			headers := map[string]string{"authorization": "Bearer good"}
			simple, err := a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{RouteKey: c.route, Headers: headers})
			if err != nil || simple.IsAuthorized != c.allowed {
				t.Errorf("HTTP API: %+v, %v", simple, err)
			}
			method, resource, _ := strings.Cut(c.route, " ")
			policy, err := a.HandleREST(t.Context(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
				MethodArn: api + "prod/GET/pets", HTTPMethod: method, Resource: resource, Headers: headers,
			})
			if want := map[bool]string{true: "Allow", false: "Deny"}[c.allowed]; err != nil || policy.PolicyDocument.Statement[0].Effect != want {
				t.Errorf("REST API: %+v, %v", policy, err)
			}
		})
	}
}

// TestRouteScopesNeedARoute sends a TOKEN event, which names no route.
func TestRouteScopesNeedARoute(t *testing.T) {
	a := authorizer.New(verifier{}, authorizer.WithRouteScopes(nil))
	_, err := a.HandleToken(t.Context(), events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "Bearer good", MethodArn: api + "prod/GET/pets"})
	checkError(t, err, errAny)
}

// TestMistakesInTheProgramPanic wants a panic at the start, not an authorizer with a gap.
func TestMistakesInTheProgramPanic(t *testing.T) {
	a := authorizer.New(verifier{})
	for name, f := range map[string]func(){
		"no verifier":                   func() { authorizer.New(nil) },
		"no observer":                   func() { authorizer.WithObserver(nil) },
		"stage policy and route scopes": func() { authorizer.New(verifier{}, authorizer.WithStagePolicy(), authorizer.WithRouteScopes(nil)) },
		"empty scope":                   func() { a.Require(whoami, "") },
		"two scopes in one":             func() { a.Require(whoami, "a b") },
		"quote":                         func() { a.Middleware(`a"b`) },
		"quote first":                   func() { a.Middleware(`"a`) },
		"backslash":                     func() { a.Middleware(`a\b`) },
		"line break":                    func() { a.Middleware("a\r\nx: y") },
		"not ASCII":                     func() { a.Require(whoami, "lösche:pets") },
		"no response hook":              func() { authorizer.WithResponse(nil) },
		"no route name":                 func() { authorizer.WithRouteName(nil) },
		"empty realm":                   func() { authorizer.WithRealm("") },
		"realm with a quote":            func() { authorizer.WithRealm(`a"b`) },
		"realm with a line break":       func() { authorizer.WithRealm("a\r\nx: y") },
		"realm that is not ASCII":       func() { authorizer.WithRealm("Böden") },
		"no query parameter":            func() { authorizer.WithConnectQuery("") },
		"no protocol":                   func() { authorizer.WithConnectProtocol("") },
		"two protocols":                 func() { authorizer.WithConnectProtocol("a,b") },
		"empty claim":                   func() { authorizer.WithContextClaims("") },
		"claim of its own":              func() { authorizer.WithContextClaims("org_id", "scope") },
		"bad scope of a group":          func() { a.Scopes("a b") },
		"bad scope of a proxy event":    func() { a.RequireProxy(whoamiProxy, "a b") },
		"scope of a route":              func() { authorizer.WithRouteScopes(map[string][]string{"GET /": {"a b"}}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// TestScopesOfEveryCharacter accepts each character that RFC 6749 section 3.3 allows.
func TestScopesOfEveryCharacter(t *testing.T) {
	var scopes []string
	for c := '!'; c <= '~'; c++ {
		if c != '"' && c != '\\' {
			scopes = append(scopes, string(c))
		}
	}
	resp, err := authorizer.New(verifier{}).Require(whoami, scopes...)(t.Context(), events.APIGatewayV2HTTPRequest{
		Headers: map[string]string{"authorization": "Bearer good"},
	})
	want := `Bearer error="insufficient_scope", scope="` + strings.Join(scopes, " ") + `"`
	if err != nil || resp.Headers["www-authenticate"] != want {
		t.Errorf("response is %d %v, %v; want %s", resp.StatusCode, resp.Headers, err, want)
	}
}

// TestObserver calls the observer once for every decision, with a closed set of texts.
func TestObserver(t *testing.T) {
	var heard []string
	observer := authorizer.WithObserver(func(_ context.Context, d authorizer.Decision) {
		heard = append(heard, d.Route+": "+d.Outcome)
	})
	a := authorizer.New(verifier{}, observer)
	mux := http.NewServeMux()
	mux.Handle("GET /pets/{id}", a.Middleware("read:pets")(whoamiHTTP))
	mux.Handle("GET /open", a.OptionalMiddleware(whoamiHTTP))

	for _, header := range []string{"Bearer good", "", "Bearer token_expired", "Bearer keys", "Bearer undecided", "Bearer broken", "Bearer nothing"} {
		event := events.APIGatewayV2HTTPRequest{RouteKey: "GET /pets", Headers: map[string]string{"authorization": header}}
		if _, err := a.Require(whoami, "read:pets")(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Require(whoami, "x")(t.Context(), events.APIGatewayV2HTTPRequest{RouteKey: "POST /pets", Headers: map[string]string{"authorization": "Bearer good"}}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/pets/secret", "/open"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer invalid_token")
		mux.ServeHTTP(httptest.NewRecorder(), r)
	}
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/open", nil))
	if _, err := a.HandleToken(t.Context(), events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "Bearer good", MethodArn: api + "prod/GET/*"}); err != nil {
		t.Fatal(err)
	}

	want := []string{
		"GET /pets: ok", "GET /pets: missing_token", "GET /pets: token_expired", "GET /pets: jwks_unavailable",
		"GET /pets: key_undecided",
		"GET /pets: error", "GET /pets: error", "POST /pets: insufficient_scope",
		"GET /pets/{id}: invalid_token", "GET /open: invalid_token",
		": forbidden",
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard\n%s\nwant\n%s", strings.Join(heard, "\n"), strings.Join(want, "\n"))
	}
}

// TestErrorTextIsFixed keeps the identity of an error, and drops its text: Lambda logs it.
func TestErrorTextIsFixed(t *testing.T) {
	_, err := authorizer.New(verifier{}).HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{"authorization": "Bearer broken"}})
	if !errors.Is(err, errBroken) || fmt.Sprint(err) != "authorizer: could not decide: error" {
		t.Errorf("error is %v", err)
	}
}
