package jwtauthtest_test

import (
	"errors"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// Example shows the test of a service, which here is nothing but a verifier. In a test file of a
// project it is a function TestService(t *testing.T).
func Example() {
	_ = serviceTest
	// Output:
}

func serviceTest(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	service := issuer.Verifier() // a real service gets issuer.URL as its setting

	good := issuer.Token(jwtauthtest.Scopes("read:pets"))
	if token, err := service.Verify(t.Context(), good); err != nil || !token.HasScope("read:pets") {
		t.Error("a good token was refused:", err)
	}

	late := issuer.Token(jwtauthtest.ExpiresIn(-time.Second))
	if _, err := service.Verify(t.Context(), late); !errors.Is(err, jwtauth.TokenExpired) {
		t.Error("an expired token:", err)
	}

	forged := issuer.Token(jwtauthtest.ForgedBy(issuer, issuer.NewKey("foreign", "RS256")))
	if _, err := service.Verify(t.Context(), forged); !errors.Is(err, jwtauth.InvalidSignature) {
		t.Error("a forged token:", err)
	}

	issuer.Rotate("k2", "ES256")
	if _, err := service.Verify(t.Context(), issuer.Token()); err != nil {
		t.Error("a token of a new key was refused:", err)
	}
}
