package jwtauth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// tokenFile is a token before it is signed.
type tokenFile struct {
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
}

func (s shape) read(t *testing.T) tokenFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "issuers", s.file+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc tokenFile
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(s.file, err)
	}
	return doc
}

// claimsOf sets claims by pairs of a name and a value.
func claimsOf(pairs ...any) (list edits) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, jwtauthtest.Claim(pairs[i].(string), pairs[i+1]))
	}
	return list
}

// peculiar are the issuers whose signature or spelling is not that of a JWT.
var peculiar = map[string]func(*jwtauthtest.Issuer) jwtauthtest.Edit{
	"entra-graph": func(i *jwtauthtest.Issuer) jwtauthtest.Edit { // its signature covers a hash of the nonce
		return func(d *jwtauthtest.Draft) {
			hashed := maps.Clone(d.Header)
			hashed["nonce"] = "a hash of it"
			_, _, signature := segments(i.Token(func(h *jwtauthtest.Draft) { h.Header, h.Claims = hashed, d.Claims }))
			jwtauthtest.Raw(func(token string) string {
				h, p, _ := segments(token)
				return h + "." + p + "." + signature
			})(d)
		}
	},
	"supabase-hs256": func(*jwtauthtest.Issuer) jwtauthtest.Edit {
		return jwtauthtest.Signature(func(input string) []byte {
			mac := hmac.New(sha256.New, []byte("the project's secret"))
			mac.Write([]byte(input))
			return mac.Sum(nil)
		})
	},
	"okta-org": func(i *jwtauthtest.Issuer) jwtauthtest.Edit {
		return jwtauthtest.SignedBy(i.NewKey("unpublished", "RS256"))
	},
	"alb": func(*jwtauthtest.Issuer) jwtauthtest.Edit {
		return jwtauthtest.Raw(func(token string) string {
			list := strings.Split(token, ".")
			for i, segment := range list {
				list[i] = segment + strings.Repeat("=", (4-len(segment)%4)%4)
			}
			return strings.Join(list, ".")
		})
	},
}

// token signs the shape with a key of the test's issuer.
func (s shape) token(t *testing.T, issuer *jwtauthtest.Issuer, more ...jwtauthtest.Edit) string {
	t.Helper()
	doc := s.read(t)
	key := issuer.Key("k1")
	if doc.Header["alg"] == "ES256" {
		key = issuer.Key("e1")
	}
	list := edits{jwtauthtest.SignedBy(key), func(d *jwtauthtest.Draft) {
		d.Header, d.Claims = doc.Header, doc.Claims
	}}
	if edit, ok := peculiar[s.file]; ok {
		list = append(list, edit(issuer))
	}
	return issuer.Token(append(list, more...)...)
}

// verify returns what becomes of a token under cfg, an error of New included.
func (s shape) verify(t *testing.T, issuer *jwtauthtest.Issuer, cfg jwtauth.Config, token string) (*jwtauth.Token, string) {
	t.Helper()
	keys, err := jwtauth.ParseKeySet(issuer.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Now = issuer.Now
	v, err := jwtauth.New(cfg, keys)
	if err != nil {
		return nil, err.Error()
	}
	got, err := v.Verify(t.Context(), token)
	if err != nil {
		return got, err.Error()
	}
	return got, ""
}

// TestShapes decides each token with the settings of its row, and with none.
func TestShapes(t *testing.T) {
	issuer := newIssuer(t)
	issuer.Publish(issuer.NewKey("e1", "ES256"))
	for _, s := range shapes {
		t.Run(s.file, func(t *testing.T) {
			s.cfg.Issuer, _ = s.read(t).Claims["iss"].(string)
			if s.cfg.Issuer == "" {
				s.cfg.Issuer = "https://spire.example"
			}
			bare := jwtauth.Config{Issuer: s.cfg.Issuer, Audiences: s.cfg.Audiences}
			if _, got := s.verify(t, issuer, bare, s.token(t, issuer)); got != s.bare {
				t.Errorf("without settings: %q, want %q", got, s.bare)
			}
			got, refused := s.verify(t, issuer, s.cfg, s.token(t, issuer))
			if refused != s.refused {
				t.Fatalf("%q, want %q", refused, s.refused)
			}
			if refused != "" {
				s.checkRemedy(t, issuer)
				return
			}
			if !slices.Equal(got.Scopes, s.scopes) {
				t.Errorf("scopes %q, want %q", got.Scopes, s.scopes)
			}
			if want := s.expectedClient(t); got.ClientID != want {
				t.Errorf("client %q, want %q", got.ClientID, want)
			}
			s.checkClosed(t, issuer)
		})
	}
}

func (s shape) expectedClient(t *testing.T) string {
	t.Helper()
	if azp, ok := s.read(t).Claims["azp"].(string); ok && s.client == "" {
		return azp
	}
	return s.client
}

// checkRemedy makes sure that what the page advises works.
func (s shape) checkRemedy(t *testing.T, issuer *jwtauthtest.Issuer) {
	t.Helper()
	if s.remedy == nil {
		return
	}
	if _, refused := s.verify(t, issuer, s.cfg, s.token(t, issuer, s.remedy...)); refused != "" {
		t.Errorf("with the remedy: %q", refused)
	}
}

// checkClosed makes sure that the settings that accept a token accept no spoiled one.
func (s shape) checkClosed(t *testing.T, issuer *jwtauthtest.Issuer) {
	t.Helper()
	for name, c := range map[string]struct {
		edit jwtauthtest.Edit
		want string
	}{
		"another audience":  {jwtauthtest.AudienceOf("https://other.example"), noAudience},
		"another issuer":    {jwtauthtest.Claim("iss", "https://other.example"), noIssuer},
		"no subject":        {jwtauthtest.Without("sub"), noSubject},
		"expired":           {jwtauthtest.Claim("exp", noon.Unix()), "token_expired: exp has passed"},
		"another signature": {jwtauthtest.Signature(func(string) []byte { return make([]byte, 64) }), badSignature},
		"no algorithm":      {jwtauthtest.Header("alg", "none"), badAlgorithm},
		"a logout token":    {jwtauthtest.Header("typ", "logout+jwt"), otherType},
	} {
		got, refused := s.verify(t, issuer, s.cfg, s.token(t, issuer, c.edit))
		if got != nil || refused != c.want {
			t.Errorf("%s: %q, want %q", name, refused, c.want)
		}
	}
}
