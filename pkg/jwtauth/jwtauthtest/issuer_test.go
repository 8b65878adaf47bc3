package jwtauthtest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestExample(t *testing.T) { serviceTest(t) }

// TestEdits checks that each edit spoils what it says, and nothing else.
func TestEdits(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	v := issuer.Verifier()
	for name, c := range map[string]struct {
		edit jwtauthtest.Edit
		want error
	}{
		"no change":      {func(*jwtauthtest.Draft) {}, nil},
		"scopes":         {jwtauthtest.Scopes("a", "b"), nil},
		"subject":        {jwtauthtest.SubjectOf(""), jwtauth.InvalidClaims},
		"an audience":    {jwtauthtest.AudienceOf("x"), jwtauth.InvalidClaims},
		"two audiences":  {jwtauthtest.AudienceOf("x", jwtauthtest.Audience), nil},
		"expiry":         {jwtauthtest.ExpiresIn(-time.Second), jwtauth.TokenExpired},
		"a claim":        {jwtauthtest.Claim("nbf", "soon"), jwtauth.InvalidClaims},
		"without":        {jwtauthtest.Without("exp"), jwtauth.InvalidClaims},
		"header":         {jwtauthtest.Header("alg", "none"), jwtauth.InvalidToken},
		"without header": {jwtauthtest.WithoutHeader("kid"), jwtauth.InvalidToken},
		"header text":    {jwtauthtest.HeaderJSON("{"), jwtauth.InvalidToken},
		"claims text":    {jwtauthtest.ClaimsJSON("{"), jwtauth.InvalidToken},
		"another key":    {jwtauthtest.SignedBy(issuer.NewKey("x", "ES256")), jwtauth.InvalidSignature},
		"forged":         {jwtauthtest.ForgedBy(issuer, issuer.NewKey("x", "RS256")), jwtauth.InvalidSignature},
		"signature":      {jwtauthtest.Signature(func(string) []byte { return []byte("x") }), jwtauth.InvalidSignature},
		"raw":            {jwtauthtest.Raw(strings.ToUpper), jwtauth.InvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(t.Context(), issuer.Token(c.edit))
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestIDToken(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	id := issuer.NewVerifier(jwtauth.Config{Profile: jwtauth.IDToken})
	if _, err := id.Verify(t.Context(), issuer.IDToken()); err != nil {
		t.Error(err)
	}
	if _, err := id.Verify(t.Context(), issuer.Token()); !errors.Is(err, jwtauth.InvalidClaims) {
		t.Error("an access token:", err)
	}
}

func TestKeys(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{Algorithms: []string{"RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"}})
	first := issuer.Key("k1")
	for _, alg := range []string{"PS256", "ES256"} {
		issuer.Rotate(alg, alg)
		if _, err := v.Verify(t.Context(), issuer.Token()); err != nil {
			t.Error(alg, err)
		}
	}
	issuer.Withdraw("k1")
	if keys, err := jwtauth.ParseKeySet(issuer.JWKS()); err != nil {
		t.Error(err)
	} else if _, err := keys.Key(t.Context(), first.ID); !errors.Is(err, jwtauth.ErrUnknownKey) {
		t.Error("a withdrawn key is published:", err)
	}
}

func TestFaults(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	keys := issuer.KeySet(jwtauth.RemoteConfig{URL: issuer.JWKSURL()})
	issuer.Down()
	if err := keys.Hydrate(t.Context()); !errors.Is(err, jwtauth.ErrKeysUnavailable) {
		t.Error(err)
	}
	issuer.Respond(http.NotFoundHandler())
	down := issuer.Fetches()
	issuer.Respond(nil)
	if err := issuer.KeySet(jwtauth.RemoteConfig{}).Hydrate(t.Context()); err != nil {
		t.Error(err)
	}
	if down != 2 || issuer.Fetches() != 3 || issuer.Discoveries() != 1 {
		t.Error(down, issuer.Fetches(), issuer.Discoveries())
	}
}
