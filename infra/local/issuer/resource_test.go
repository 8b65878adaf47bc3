package issuer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/issuer"
)

// The parameter resource (RFC 8707) counts as at Auth0: only where it is enabled, and never beside
// an audience.
func TestResourceParameter(t *testing.T) {
	const unknown = "https://other.example"
	for _, c := range []struct {
		name               string
		accepted           bool
		audience, resource string
		want               string // the API; empty for an opaque token
		code               string // the error of the redirect
	}{
		{"resource", true, "", api, api, ""},
		{"audience", true, api, "", api, ""},
		{"both", true, api, unknown, api, ""},
		{"neither", true, "", "", "", ""},
		{"unknown resource", true, "", unknown, "", "invalid_target"},
		{"resource and unknown audience", true, unknown, api, "", "invalid_target"},
		{"ignored", false, "", api, "", ""},
		{"ignored, unknown", false, "", unknown, "", ""},
		{"ignored beside an audience", false, api, unknown, api, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, issuerURL := serve(t, func(cfg *issuer.Config) { cfg.ResourceParameter = c.accepted })
			back := callback(t, issuerURL, "admin", func(query url.Values) {
				query.Del("audience")
				for name, value := range map[string]string{"audience": c.audience, "resource": c.resource} {
					if value != "" {
						query.Set(name, value)
					}
				}
			})
			if got := back.Get("error"); got != c.code {
				t.Fatalf("error %q, want %q", got, c.code)
			}
			if c.code != "" {
				return
			}
			form := redeem(back.Get("code"))
			form.Set("resource", c.resource) // as clients of the Model Context Protocol do
			response := exchange(t, issuerURL, form)
			if response.status != http.StatusOK {
				t.Fatalf("%d %s", response.status, response.Error)
			}
			if c.want == "" {
				if strings.Contains(response.AccessToken, ".") {
					t.Error("the token is not opaque")
				}
				return
			}
			_, claims := verified(t, i, response.AccessToken)
			if got := jsonOf(t, claims["aud"]); !strings.Contains(got, `"`+c.want+`"`) || strings.Contains(got, unknown) {
				t.Errorf("aud is %s", got)
			}
		})
	}
}
