package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"slices"
)

const (
	minRSABits = 2048
	maxRSABits = 8192 // a longer key costs every request, and only a mistake or an attack makes one
)

// errUnusable means that a JWK is symmetric, weak, malformed or not for signatures.
var errUnusable = errors.New("jose: not a usable signature key")

// Key holds the public keys that a set publishes under one id: at most one of each type. The
// algorithm of a signature selects among them (RFC 7517 section 4.5).
type Key struct {
	ID   string
	keys []publicKey
}

// publicKey is a public key with the algorithms that it may verify: its "alg", or what its type
// implies.
type publicKey struct {
	crypto.PublicKey
	keyType    string // kty
	algorithms Set
}

// Verify checks a signature over input with an algorithm that the key allows.
func (k *Key) Verify(a Algorithm, input, signature []byte) error {
	for i := range k.keys {
		if k.keys[i].algorithms.Has(a) {
			return verify(a, k.keys[i].PublicKey, input, signature)
		}
	}
	return errSignature
}

// Equal reports whether both have the same id and the same keys for the same algorithms.
func (k *Key) Equal(other *Key) bool {
	if k.ID != other.ID || len(k.keys) != len(other.keys) {
		return false
	}
	for _, key := range k.keys {
		if !slices.ContainsFunc(other.keys, key.equal) {
			return false
		}
	}
	return true
}

// add joins the algorithms of equal keys. The caller has excluded different keys of one type.
func (k *Key) add(key publicKey) {
	if i := slices.IndexFunc(k.keys, key.sameKey); i >= 0 {
		k.keys[i].algorithms |= key.algorithms
		return
	}
	k.keys = append(k.keys, key)
}

func (k publicKey) equal(other publicKey) bool {
	return k.algorithms == other.algorithms && k.sameKey(other)
}

func (k publicKey) sameKey(other publicKey) bool {
	public, ok := k.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(other.PublicKey)
}

// impliedAlgorithms checks the strength of a key and returns what it may be used for.
func impliedAlgorithms(public crypto.PublicKey) (Set, error) {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return rsaAlgorithms(key)
	case *ecdsa.PublicKey:
		return ecdsaAlgorithms(key)
	case ed25519.PublicKey:
		return SetOf(EdDSA), nil
	}
	return 0, errUnusable
}

func rsaAlgorithms(key *rsa.PublicKey) (Set, error) {
	bits := key.N.BitLen()
	switch {
	case bits < minRSABits, bits > maxRSABits, key.N.Bit(0) == 0:
		return 0, errUnusable
	case key.E < 3, key.E%2 == 0, int64(key.E) >= 1<<32:
		return 0, errUnusable
	case isROCA(key.N):
		return 0, errUnusable
	}
	return SetOf(RS256, RS384, RS512, PS256, PS384, PS512), nil
}

func ecdsaAlgorithms(key *ecdsa.PublicKey) (Set, error) {
	if _, err := key.ECDH(); err != nil { // checks that the point is on the curve
		return 0, errUnusable
	}
	switch key.Curve {
	case elliptic.P256():
		return SetOf(ES256), nil
	case elliptic.P384():
		return SetOf(ES384), nil
	case elliptic.P521():
		return SetOf(ES512), nil
	}
	return 0, errUnusable
}
