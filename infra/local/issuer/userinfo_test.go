package issuer_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/infra/local/issuer"
)

// JWTs that the server does not store are verified by their signature.
func TestUserInfoJWT(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	now := time.Now()
	server := newIssuer(t, func(c *issuer.Config) { c.KeyFile, c.Now = path, func() time.Time { return now } })
	token := func(as string, change func(*issuer.Config)) string {
		i := newIssuer(t, func(c *issuer.Config) {
			c.KeyFile = path
			if change != nil {
				change(c)
			}
		})
		raw, err := i.Token(t.Context(), as)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for name, c := range map[string]struct {
		raw  string
		want int
	}{
		"of the command line": {token("buyer", nil), http.StatusOK},
		// Its audience is the API alone.
		"of a machine":      {token("machine", nil), http.StatusUnauthorized},
		"of another issuer": {token("buyer", func(c *issuer.Config) { c.URL = "http://localhost:9001/" }), http.StatusUnauthorized},
		"of another key":    {token("buyer", func(c *issuer.Config) { c.KeyFile = filepath.Join(t.TempDir(), "keys.json") }), http.StatusUnauthorized},
		"expired":           {token("buyer", func(c *issuer.Config) { c.Now = func() time.Time { return now.Add(-2 * time.Hour) } }), http.StatusUnauthorized},
		"truncated":         {token("buyer", nil)[:100], http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, "http://localhost:9000/userinfo", nil)
			request.Header.Set("Authorization", "Bearer "+c.raw)
			response := httptest.NewRecorder()
			server.Handler().ServeHTTP(response, request)
			if response.Code != c.want {
				t.Fatalf("status %d, want %d", response.Code, c.want)
			}
			if c.want != http.StatusOK {
				if !strings.Contains(response.Body.String(), `"error":"invalid_token"`) {
					t.Errorf("body %s", response.Body)
				}
				return
			}
			var claims map[string]any
			if err := json.Unmarshal(response.Body.Bytes(), &claims); err != nil {
				t.Fatal(err)
			}
			want := map[string]any{
				"sub": "amazon|amzn1.account.AF4XQ5TM6VJ2QKQ7LZ3GRS5BDUYA", "name": "Fred Flintstone", "nickname": "fred",
				"email": "fred@bedrock.example", "email_verified": true,
			}
			if diff := cmp.Diff(want, claims); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
		})
	}
}
