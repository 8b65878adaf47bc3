package dpop_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestErrorsHoldNothingOfAProof puts a secret into every place that a client writes, in all ways in
// which that is refused, and looks for it in the errors.
func TestErrorsHoldNothingOfAProof(t *testing.T) {
	const secret = "s3cr3t"
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(1)}})
	check := func(err error) {
		t.Helper()
		for ; err != nil; err = errors.Unwrap(err) {
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, secret) {
				t.Errorf("the error holds the secret: %s", text)
			}
		}
	}
	for _, place := range []string{"typ", "alg", "jwk", "crit", "kid", "x"} {
		for _, value := range []any{secret, []string{secret}, map[string]string{secret: secret}, json.RawMessage(`{"` + secret + `":1,"` + secret + `":2}`)} {
			check(v.Verify(t.Context(), c.request(c.proof(header(place, value)))))
		}
	}
	for _, place := range []string{"kty", "crv", "x", "y", "d", "use", "alg"} {
		check(v.Verify(t.Context(), c.request(c.proof(header("jwk", c.jwk(map[string]any{place: secret}))))))
	}
	for _, place := range []string{"jti", "htm", "htu", "ath", "iat", "nonce"} {
		for _, value := range []any{secret, []string{secret}} {
			check(v.Verify(t.Context(), c.request(c.proof(jwtauthtest.Claim("nonce", v.Nonce()), claim(place, value)))))
		}
	}
	request := c.request(secret)
	check(v.Verify(t.Context(), request))
	request.Raw, request.Method, request.Path = secret, secret, "/"+secret
	request.Proofs = []string{c.proof()}
	check(v.Verify(t.Context(), request))

	failing := newVerifier(t, dpop.Config{Replay: failingStore{errors.New(secret)}})
	err := failing.Verify(t.Context(), c.request(c.proof()))
	if !errors.Is(err, jwtauth.ErrProofUndecided) || strings.Contains(err.Error(), secret) {
		t.Errorf("the cause is in the text: %v", err)
	}
}
