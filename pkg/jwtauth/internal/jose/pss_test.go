package jose

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
)

// TestSalt: a PSS signature with a salt of another length than the hash's is valid for crypto/rsa,
// and not for JWS (RFC 7518 section 3.5).
func TestSalt(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	key := keyOf(private.Public(), PS256)
	input := []byte("header.payload")
	digest := sha256.Sum256(input)
	for salt, want := range map[int]bool{32: true, rsa.PSSSaltLengthEqualsHash: true, 1: false, 20: false, 31: false, 33: false, 64: false, rsa.PSSSaltLengthAuto: false} {
		signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		if err := key.Verify(PS256, input, signature); (err == nil) != want {
			t.Errorf("a salt of %d: %v", salt, err)
		}
		if key.Verify(PS384, input, signature) == nil || key.Verify(RS256, input, signature) == nil {
			t.Error("another algorithm is accepted")
		}
	}
}
