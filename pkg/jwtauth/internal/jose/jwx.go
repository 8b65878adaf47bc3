package jose

import (
	"crypto"
	"errors"
	"fmt"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// errSignature gives no details: they would only help to forge a signature.
var errSignature = errors.New("jose: signature does not match")

// parsePublicKey builds the key of a JWK that has public members only.
func parsePublicKey(jwkJSON []byte) (crypto.PublicKey, error) {
	parsed, err := jwk.ParseKey(jwkJSON)
	if err != nil {
		return nil, fmt.Errorf("jose: %w", err)
	}
	var raw any
	if err := parsed.Raw(&raw); err != nil {
		return nil, fmt.Errorf("jose: %w", err)
	}
	return raw, nil
}

var verifiers = newVerifiers()

func newVerifiers() (list [algorithms]jws.Verifier) {
	for a := RS256; a < algorithms; a++ {
		v, err := jws.NewVerifier(jwa.SignatureAlgorithm(a.String()))
		if err != nil {
			continue // verify refuses an algorithm without a verifier
		}
		list[a] = v
	}
	return list
}

// verify checks one signature, those of direct.go without the library.
func verify(a Algorithm, key crypto.PublicKey, input, signature []byte) error {
	switch {
	case a.isPSS():
		return verifyPSS(a, key, input, signature)
	case a.isECDSA():
		return verifyECDSA(a, key, input, signature)
	case a >= algorithms || verifiers[a] == nil:
		return errSignature
	}
	if err := verifiers[a].Verify(input, signature, key); err != nil {
		return errSignature
	}
	return nil
}
