package jwtauth_test

import (
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestConfirmation sends tokens that are bound to a key of their client (RFC 7800), as bearer tokens.
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
