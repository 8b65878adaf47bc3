package issuer_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/infra/auth0"
	"example.com/securedpets/infra/local/issuer"
)

const (
	api    = "https://api.securedpets.example"
	origin = "http://localhost:3000"
)

func config(t *testing.T) issuer.Config {
	t.Helper()
	return issuer.Config{
		URL: "http://localhost:9000/", Tenant: auth0.Files, WebOrigins: []string{origin},
		KeyFile: filepath.Join(t.TempDir(), "keys.json"),
	}
}

func newIssuer(t *testing.T, change func(*issuer.Config)) *issuer.Issuer {
	t.Helper()
	cfg := config(t)
	if change != nil {
		change(&cfg)
	}
	i, err := issuer.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// verified checks the signature against the published keys and returns the
// header and the claims.
func verified(t *testing.T, i *issuer.Issuer, token string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a JWT has three parts, this has %d", len(parts))
	}
	decode := func(part string, into any) {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	decode(parts[0], &header)
	decode(parts[1], &claims)
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	key, ok := publishedKeys(t, i)[header["kid"].(string)]
	if !ok {
		t.Fatal("the token's key is not published")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
		t.Fatal(err)
	}
	return header, claims
}

func publishedKeys(t *testing.T, i *issuer.Issuer) map[string]*rsa.PublicKey {
	t.Helper()
	response := httptest.NewRecorder()
	i.Handler().ServeHTTP(response, httptest.NewRequest(http.MethodGet, "http://localhost:9000/.well-known/jwks.json", nil))
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(response.Body.Bytes(), &set); err != nil {
		t.Fatal(err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		n, _ := base64.RawURLEncoding.DecodeString(k["n"])
		e, _ := base64.RawURLEncoding.DecodeString(k["e"])
		if k["d"] != "" || k["kty"] != "RSA" || k["use"] != "sig" || k["alg"] != "RS256" {
			t.Fatalf("not a public RS256 key: members %v", k["kty"])
		}
		keys[k["kid"]] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	return keys
}

func TestToken(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	i := newIssuer(t, func(c *issuer.Config) { c.Now = func() time.Time { return now } })

	user := func(sub, email, scope string, permissions ...any) map[string]any {
		if permissions == nil {
			permissions = []any{}
		}
		return map[string]any{
			"iss": "http://localhost:9000/", "sub": sub, "azp": "secured-pets-web",
			"aud": []any{api, "http://localhost:9000/userinfo"}, "iat": 1.7e9, "exp": 1.7e9 + 3600,
			"scope": strings.TrimSpace("openid profile email " + scope), "permissions": permissions, api + "/email": email,
		}
	}
	for as, want := range map[string]map[string]any{
		"admin":   user("auth0|5f7c8ec7c33c6c004bbafe82", "ada@securedpets.example", "update:pets"),
		"buyer":   user("amazon|amzn1.account.AF4XQ5TM6VJ2QKQ7LZ3GRS5BDUYA", "fred@bedrock.example", "purchase:pets"),
		"trainer": user("email|64d2c1b7a9e03f5d2c8b1a01", "tilda@stables.example", "read:unicorn list:unicorns", "read:unicorn", "list:unicorns"),
		"rider":   user("email|64d2c1b7a9e03f5d2c8b1a02", "rory@stables.example", "read:unicorn", "read:unicorn"),
		"nobody":  user("email|64d2c1b7a9e03f5d2c8b1a03", "nell@elsewhere.example", ""),
		"machine": {
			"iss": "http://localhost:9000/", "sub": "secured-pets-machine@clients", "azp": "secured-pets-machine",
			"aud": api, "iat": 1.7e9, "exp": 1.7e9 + 3600, "gty": "client-credentials",
			"scope": "read:unicorn list:unicorns", "permissions": []any{"read:unicorn", "list:unicorns"},
		},
	} {
		t.Run(as, func(t *testing.T) {
			token, err := i.Token(t.Context(), as)
			if err != nil {
				t.Fatal(err)
			}
			header, claims := verified(t, i, token)
			if diff := cmp.Diff(want, claims); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
			if header["alg"] != "RS256" || header["typ"] != "JWT" || len(header) != 3 {
				t.Errorf("header %v", header)
			}
		})
	}
}

func TestTokenOfUnknownUser(t *testing.T) {
	i := newIssuer(t, nil)
	for _, as := range []string{"", "root", "Admin", "admin "} {
		if token, err := i.Token(t.Context(), as); !errors.Is(err, issuer.ErrUnknownUser) || token != "" {
			t.Errorf("Token(%q): %v", as, err)
		}
	}
}

func TestKeysPersist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "keys.json")
	first := newIssuer(t, func(c *issuer.Config) { c.KeyFile = path })
	token, err := first.Token(t.Context(), "admin")
	if err != nil {
		t.Fatal(err)
	}
	second := newIssuer(t, func(c *issuer.Config) { c.KeyFile = path })
	verified(t, second, token)
	if first.MachineSecret() != second.MachineSecret() {
		t.Error("the machine's secret changed")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file mode %v, error %v", info.Mode(), err)
	}
}

func TestRotateKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	now := time.Unix(1_700_000_000, 0)
	clock := func(c *issuer.Config) { c.KeyFile, c.Now = path, func() time.Time { return now } }
	server, operator := newIssuer(t, clock), newIssuer(t, clock)
	inFlight, err := server.Token(t.Context(), "admin")
	if err != nil {
		t.Fatal(err)
	}
	published := publishedKeys(t, server)
	if err := operator.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	fresh, err := server.Token(t.Context(), "admin")
	if err != nil {
		t.Fatal(err)
	}
	oldHeader, _ := verified(t, server, inFlight)
	newHeader, _ := verified(t, server, fresh)
	if oldHeader["kid"] == newHeader["kid"] {
		t.Error("the running server still signs with the old key")
	}
	if _, ok := published[newHeader["kid"].(string)]; !ok {
		t.Error("the new key was not published before it signs")
	}

	now = now.Add(2 * time.Hour) // longer than any token lifetime
	if err := operator.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	if _, ok := publishedKeys(t, server)[oldHeader["kid"].(string)]; ok {
		t.Error("a key of expired tokens is still published")
	}
	if _, ok := publishedKeys(t, server)[newHeader["kid"].(string)]; !ok {
		t.Error("the key just retired is not published")
	}
}

// A key file without a next key, as older versions wrote it, gets one by the first rotation.
func TestRotateOldKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	i := newIssuer(t, func(c *issuer.Config) { c.KeyFile = path })
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var content map[string]any
	if err := json.Unmarshal(raw, &content); err != nil {
		t.Fatal(err)
	}
	delete(content, "next")
	if raw, err = json.Marshal(content); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 3, 4} { // retired, signing, next
		if got := len(publishedKeys(t, i)); got != want {
			t.Errorf("%d keys are published, want %d", got, want)
		}
		if err := i.RotateKeys(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*issuer.Config)
		want   string
	}{
		// API Gateway and the authorizer compare the issuer exactly.
		"no slash":           {func(c *issuer.Config) { c.URL = "http://localhost:9000" }, "with the slash"},
		"a path":             {func(c *issuer.Config) { c.URL = "http://localhost:9000/tenant/" }, "with the slash"},
		"https":              {func(c *issuer.Config) { c.URL = "https://localhost:9000/" }, "must look like http://"},
		"no files":           {func(c *issuer.Config) { c.Tenant = nil }, "Tenant is required"},
		"no key file":        {func(c *issuer.Config) { c.KeyFile = "" }, "KeyFile is required"},
		"no origin":          {func(c *issuer.Config) { c.WebOrigins = nil }, "WebOrigins is required"},
		"an origin and path": {func(c *issuer.Config) { c.WebOrigins = []string{"http://localhost:3000/"} }, "is not an origin"},
		"empty tenant":       {func(c *issuer.Config) { c.Tenant = os.DirFS(t.TempDir()) }, "no API with an identifier"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			c.change(&cfg)
			if i, err := issuer.New(cfg); i != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if _, err := os.Stat(cfg.KeyFile); err == nil {
				t.Error("a refused configuration created a key file")
			}
		})
	}
}
