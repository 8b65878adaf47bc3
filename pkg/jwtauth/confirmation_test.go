package jwtauth_test

import (
	"errors"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestConfirmation sends tokens that are bound to a key of their client (RFC 7800), as bearer
// tokens.
func TestConfirmation(t *testing.T) {
	issuer := newIssuer(t)
	strict := issuer.Verifier()
	ignoring := issuer.NewVerifier(jwtauth.Config{IgnoreConfirmation: true})
	for value, want := range map[string]struct{ strict, ignoring error }{
		`{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}`:      {jwtauth.InvalidClaims, nil}, // RFC 9449 section 6.1
		`{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}`: {jwtauth.InvalidClaims, nil}, // RFC 8705 section 3.1
		`{"kid":"x"}`: {jwtauth.InvalidClaims, nil},
		`{}`:          {jwtauth.InvalidClaims, nil},
		`null`:        {jwtauth.InvalidClaims, nil},
		`false`:       {jwtauth.InvalidClaims, nil},
		`""`:          {jwtauth.InvalidClaims, nil},
		`[]`:          {jwtauth.InvalidClaims, nil},
		`0`:           {jwtauth.InvalidClaims, nil},
	} {
		t.Run(value, func(t *testing.T) {
			token := issuer.Token(claim("cnf", value)...)
			expect(t, strict, token, want.strict)
			expect(t, ignoring, token, want.ignoring)
			expect(t, issuer.NewVerifier(jwtauth.Config{Profile: jwtauth.IDToken}),
				issuer.IDToken(claim("cnf", value)...), want.strict)
		})
	}
	expect(t, strict, issuer.Token(claim("CNF", "{}")...), nil) // another claim
	expect(t, strict, issuer.Token(jwtauthtest.ClaimsJSON(with(payload(issuer), `"c\u006ef":{}`))), jwtauth.InvalidClaims)
	expect(t, ignoring, issuer.Token(append(claim("cnf", "{}"), jwtauthtest.ExpiresIn(0))...), jwtauth.TokenExpired)
}

const (
	keyThumbprint         = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" // RFC 9449 section 6.1
	certificateThumbprint = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" // RFC 8705 section 3.1
)

// TestCheckedConfirmation accepts bound tokens for a caller that promises to check their methods.
func TestCheckedConfirmation(t *testing.T) {
	issuer := newIssuer(t)
	dpop := []string{jwtauth.ConfirmationDPoP}
	mtls := []string{jwtauth.ConfirmationMTLS}
	both := []string{jwtauth.ConfirmationDPoP, jwtauth.ConfirmationMTLS}
	const (
		jkt       = `"jkt":"` + keyThumbprint + `"`
		x5t       = `"x5t#S256":"` + certificateThumbprint + `"`
		unchecked = "invalid_claims: cnf binds the token to a key, and no proof of that key is checked"
		malformed = "invalid_claims: cnf has no usable thumbprint"
	)
	for _, c := range []struct {
		cnf     string
		checked []string
		want    string
	}{
		{`{` + jkt + `}`, dpop, ""},
		{`{` + x5t + `}`, mtls, ""},
		{`{` + jkt + `,` + x5t + `}`, both, ""},
		{`{"\u006akt":"` + keyThumbprint + `"}`, dpop, ""},
		// A method that the caller does not check.
		{`{` + jkt + `}`, mtls, unchecked},
		{`{` + x5t + `}`, dpop, unchecked},
		{`{` + jkt + `,` + x5t + `}`, dpop, unchecked},
		{`{` + jkt + `,` + x5t + `}`, mtls, unchecked},
		{`{` + jkt + `,"kid":"x"}`, both, unchecked},
		{`{` + jkt + `,"jwk":{}}`, both, unchecked},
		{`{` + jkt + `,"x":null}`, both, unchecked},
		{`{"JKT":"` + keyThumbprint + `"}`, both, unchecked},
		{`{"x5t":"` + keyThumbprint + `"}`, both, unchecked},
		// No method, or no object.
		{`{}`, both, unchecked},
		{`null`, both, unchecked},
		{`[]`, both, unchecked},
		{`"` + keyThumbprint + `"`, both, unchecked},
		// No thumbprint.
		{`{"jkt":""}`, both, malformed},
		{`{"jkt":null}`, both, malformed},
		{`{"jkt":["` + keyThumbprint + `"]}`, both, malformed},
		{`{"jkt":"` + keyThumbprint + `="}`, both, malformed},
		{`{"x5t#S256":"` + certificateThumbprint[1:] + `"}`, both, malformed},
	} {
		t.Run(c.cnf, func(t *testing.T) {
			v := issuer.NewVerifier(jwtauth.Config{Confirmations: c.checked})
			got, err := v.Verify(t.Context(), issuer.Token(claim("cnf", c.cnf)...))
			if text := errorText(err); text != c.want {
				t.Fatalf("refused with %q, want %q", text, c.want)
			}
			if err == nil && got.Confirmation.IsZero() {
				t.Error("the token does not say that it is bound")
			}
		})
	}
	v := issuer.NewVerifier(jwtauth.Config{Confirmations: both})
	got, err := v.Verify(t.Context(), issuer.Token(claim("cnf", `{`+x5t+`,`+jkt+`}`)...))
	if want := (jwtauth.Confirmation{KeyThumbprint: keyThumbprint, CertificateThumbprint: certificateThumbprint}); err != nil || got.Confirmation != want {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := v.Verify(t.Context(), issuer.Token()); err != nil || !got.Confirmation.IsZero() {
		t.Errorf("a bearer token: %v, %v", got, err)
	}
	repeat := issuer.Token(jwtauthtest.ClaimsJSON(with(payload(issuer), `"cnf":{`+jkt+`,`+jkt+`}`)))
	if _, err := v.Verify(t.Context(), repeat); !errors.Is(err, jwtauth.InvalidClaims) {
		t.Errorf("jkt twice: %v", err)
	}
}

// A Config that contradicts itself is refused.
func TestConfirmationMethods(t *testing.T) {
	issuer := newIssuer(t)
	keys, err := jwtauth.ParseKeySet(issuer.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cfg  jwtauth.Config
		want string
	}{
		"unknown": {
			jwtauth.Config{Confirmations: []string{"kid"}},
			"jwtauth: Confirmations has an unknown method",
		},
		"ignored and checked": {
			jwtauth.Config{Confirmations: []string{jwtauth.ConfirmationDPoP}, IgnoreConfirmation: true},
			"jwtauth: IgnoreConfirmation would accept what Confirmations promises to check",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.Issuer, c.cfg.Audiences = issuer.URL, []string{jwtauthtest.Audience}
			if _, err := jwtauth.New(c.cfg, keys); errorText(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
