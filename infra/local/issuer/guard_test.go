package issuer_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	handler := newIssuer(t, nil).Handler()
	large := "grant_type=refresh_token&refresh_token=" + strings.Repeat("x", 65<<10)
	form := "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, method, url, contentType, body string
		want                                 int
	}{
		{"localhost", http.MethodGet, "http://localhost:9000/.well-known/openid-configuration", "", "", 200},
		{"127.0.0.1", http.MethodGet, "http://127.0.0.1:9000/.well-known/openid-configuration", "", "", 200},
		{"::1", http.MethodGet, "http://[::1]:9000/.well-known/openid-configuration", "", "", 200},
		{"HEAD", http.MethodHead, "http://localhost:9000/.well-known/jwks.json", "", "", 200},
		{"the style sheet", http.MethodGet, "http://localhost:9000/style.css", "", "", 200},
		// DNS rebinding.
		{"another host name", http.MethodGet, "http://evil.example:9000/.well-known/openid-configuration", "", "", 421},
		{"a name that looks local", http.MethodGet, "http://localhost.evil.example/authorize", "", "", 421},
		{"a network address", http.MethodGet, "http://192.168.0.7:9000/authorize", "", "", 421},
		// Unsupported methods and paths.
		{"POST for keys", http.MethodPost, "http://localhost:9000/.well-known/jwks.json", "", "", 405},
		{"GET for tokens", http.MethodGet, "http://localhost:9000/oauth/token", "", "", 400},
		{"dynamic registration", http.MethodPost, "http://localhost:9000/oidc/register", "", "", 404},
		{"the library's own paths", http.MethodPost, "http://localhost:9000/token", form, "grant_type=password", 404},
		{"an unknown login", http.MethodGet, "http://localhost:9000/authorize/invented", "", "", 400},
		{"an unknown logout", http.MethodPost, "http://localhost:9000/oidc/logout/invented", form, "", 400},
		{"a large body", http.MethodPost, "http://localhost:9000/oauth/token", form, large, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			request := httptest.NewRequest(c.method, c.url, strings.NewReader(c.body))
			request.Header.Set("Content-Type", c.contentType)
			response := httptest.NewRecorder()
			handler.ServeHTTP(response, request)
			if response.Code != c.want {
				t.Errorf("status %d, want %d: %s", response.Code, c.want, response.Body)
			}
			for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
				if got := response.Header().Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			if response.Header().Get("Location") != "" {
				t.Error("it redirects")
			}
		})
	}
}
