package jwtauth_test

import (
	"bytes"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
)

// TestKeyStrength holds a key against the limits by itself: in a set with others, and without a
// token that it signed, a weak key would look refused when it is merely unused.
func TestKeyStrength(t *testing.T) {
	const none = "jwtauth: jose: not a JWK set with a usable signature key"
	for name, c := range map[string]struct{ n, want string }{
		"1024 bits": {modulus(t, 1024), none},
		"2040 bits": {modulus(t, 2040), none},
		"2048 bits": {modulus(t, 2048), ""},
		"8192 bits": {b64(bytes.Repeat([]byte{0xff}, 1024)), ""},
		"8200 bits": {b64(bytes.Repeat([]byte{0xff}, 1025)), none},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := jwtauth.ParseKeySet(setOf(t, members{"kty": "RSA", "kid": "k", "n": c.n, "e": number(65537)}))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
