package authorizer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// AllOf requires every scope, in guards and in Lambda authorizers. The good token has read:pets and
// list:pets.
func TestAllOf(t *testing.T) {
	for _, c := range []struct {
		name      string
		scopes    []string
		any, all  int
		challenge string // of AllOf
	}{
		{"both", []string{"read:pets", "list:pets"}, 200, 200, ""},
		{"both, other order", []string{"list:pets", "read:pets"}, 200, 200, ""},
		{"one", []string{"read:pets"}, 200, 200, ""},
		{"no scopes", nil, 200, 200, ""},
		{"first is missing", []string{"update:pets", "read:pets"}, 200, 403, `Bearer error="insufficient_scope", scope="update:pets read:pets"`},
		{"last is missing", []string{"read:pets", "update:pets"}, 200, 403, `Bearer error="insufficient_scope", scope="read:pets update:pets"`},
		{"all are missing", []string{"a", "b"}, 403, 403, `Bearer error="insufficient_scope", scope="a b"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := authorizer.New(verifier{}, authorizer.WithRouteScopes(map[string][]string{"GET /": c.scopes}))
			event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": "Bearer good"}}
			for status, kind := range map[*int]*authorizer.Authorizer{&c.any: a, &c.all: a.AllOf()} {
				resp, err := kind.Require(whoami, c.scopes...)(t.Context(), event)
				if err != nil || resp.StatusCode != *status {
					t.Errorf("status %d, %v, want %d", resp.StatusCode, err, *status)
				}
				if status == &c.all && resp.Headers["www-authenticate"] != c.challenge {
					t.Errorf("challenge %s, want %s", resp.Headers["www-authenticate"], c.challenge)
				}
				simple, err := kind.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{RouteKey: "GET /", Headers: event.Headers})
				if err != nil || simple.IsAuthorized != (*status == http.StatusOK) {
					t.Errorf("Lambda authorizer: %+v, %v", simple, err)
				}
			}
		})
	}
}

// TestNestedScopes verifies once, and compares scopes at each level of a group.
func TestNestedScopes(t *testing.T) {
	for _, c := range []struct {
		name, header string
		inner        []string
		status       int
		challenge    string
		verified     int
		decisions    []string
	}{
		{"both levels", "Bearer good", []string{"list:pets"}, 200, "", 1, []string{"ok", "ok"}},
		{"inner has no scopes", "Bearer good", nil, 200, "", 1, []string{"ok", "ok"}},
		{"inner is missing", "Bearer good", []string{"update:pets"}, 403, `Bearer error="insufficient_scope", scope="update:pets"`, 1, []string{"ok", "insufficient_scope"}},
		{"outer refuses", "Bearer token_expired", []string{"list:pets"}, 401, `Bearer error="invalid_token", error_description="the token has expired"`, 1, []string{"token_expired"}},
		{"no token", "", []string{"list:pets"}, 401, "Bearer", 0, []string{"missing_token"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked, decisions []string
			a := authorizer.New(verifier{&asked}, authorizer.WithObserver(func(_ context.Context, d authorizer.Decision) { decisions = append(decisions, d.Outcome) }))
			w := serve(t, a.Middleware("read:pets")(a.Scopes(c.inner...)(whoamiHTTP)), c.header)
			if w.Code != c.status || w.Header().Get("WWW-Authenticate") != c.challenge {
				t.Errorf("response %d %v", w.Code, w.Header())
			}
			if len(asked) != c.verified || !slices.Equal(decisions, c.decisions) {
				t.Errorf("verified %q, decisions %q", asked, decisions)
			}
		})
	}
}

// Scopes fails closed where no token was verified around it.
func TestScopesWithoutAToken(t *testing.T) {
	var asked []string
	a := authorizer.New(verifier{&asked})
	for _, c := range []struct {
		name, header string
		guard        http.Handler
		status       int
		challenge    string
	}{
		{"no guard", "Bearer good", a.Scopes()(whoamiHTTP), 500, ""},
		{"no guard, scopes", "Bearer good", a.Scopes("read:pets")(whoamiHTTP), 500, ""},
		{"the guard is inside", "Bearer good", a.Scopes()(a.Middleware()(whoamiHTTP)), 500, ""},
		{"anonymous", "", a.OptionalMiddleware(a.Scopes()(whoamiHTTP)), 401, "Bearer"},
		{"no keys", "Bearer keys", a.OptionalMiddleware(a.Scopes()(whoamiHTTP)), 503, ""},
		{"signed in", "Bearer good", a.OptionalMiddleware(a.Scopes("read:pets")(whoamiHTTP)), 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(t, c.guard, c.header)
			if w.Code != c.status || w.Header().Get("WWW-Authenticate") != c.challenge {
				t.Errorf("response %d %v", w.Code, w.Header())
			}
		})
	}
}

// A token that is bound to a key gets the challenge of its scheme.
func TestScopesOfABoundToken(t *testing.T) {
	a := authorizer.New(verifier{}, authorizer.WithDPoP(noProofs{}))
	bound := token()
	bound.Confirmation.KeyThumbprint = "x"
	for name, c := range map[string]struct {
		token     *jwtauth.Token
		challenge string
	}{
		"bound":  {bound, `DPoP error="insufficient_scope", scope="a", algs="ES256"`},
		"bearer": {token(), `Bearer error="insufficient_scope", scope="a", DPoP algs="ES256"`},
	} {
		r := httptest.NewRequestWithContext(authorizer.WithIdentity(t.Context(), c.token), http.MethodGet, "/", nil)
		w := httptest.NewRecorder()
		a.Scopes("a")(whoamiHTTP).ServeHTTP(w, r)
		if got := w.Header().Get("WWW-Authenticate"); w.Code != http.StatusForbidden || got != c.challenge {
			t.Errorf("%s: response %d %s", name, w.Code, got)
		}
	}
}

// noProofs refuses every proof.
type noProofs struct{}

func (noProofs) Verify(context.Context, jwtauth.Presentation) error { return jwtauth.InvalidToken }
func (noProofs) Algorithms() string                                 { return "ES256" }
func (noProofs) Nonce() string                                      { return "" }

func serve(t *testing.T, h http.Handler, header string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if header != "" {
		r.Header.Set("Authorization", header)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
