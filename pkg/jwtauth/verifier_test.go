package jwtauth_test

import (
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestVerify(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	token, err := issuer.Verifier().Verify(t.Context(), issuer.Token(jwtauthtest.Scopes("a", "b")))
	if err != nil {
		t.Fatal(err)
	}
	if !token.HasScope("a") || token.HasScope("c") || token.Subject != jwtauthtest.Subject {
		t.Error("token is", token)
	}
	var claims struct {
		Iss string `json:"iss"`
	}
	if err := token.Claims(&claims); err != nil || claims.Iss != issuer.URL {
		t.Error(claims, err)
	}
	id, err := issuer.NewVerifier(jwtauth.Config{Profile: jwtauth.IDToken}).Verify(t.Context(), issuer.IDToken())
	if err != nil || id.Audiences[0] != jwtauthtest.ClientID {
		t.Error(id, err)
	}
}
