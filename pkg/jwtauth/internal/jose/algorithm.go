// Package jose parses keys and verifies signatures, the only place that does.
//
// Of github.com/lestrrat-go/jwx/v2 it uses only jwk.ParseKey and jws.NewVerifier, both in jwx.go:
// the rest of that major version has known faults that will not be fixed (crit is ignored, claim
// names can be injected, jwk.Fetch has no limit, jwk.Cache stays empty after one failed fetch). The
// next major version changes only that file. Two kinds of signatures are verified by the standard
// library alone; direct.go says why.
package jose

import "crypto"

// Algorithm is an asymmetric signature algorithm of RFC 7518 section 3.1 or RFC 8037. The zero
// Algorithm is none of them. Symmetric ones and "none" do not exist here, so no setting can allow
// them.
type Algorithm uint8

// The algorithms.
const (
	RS256 Algorithm = iota + 1
	RS384
	RS512
	PS256
	PS384
	PS512
	ES256
	ES384
	ES512
	EdDSA
	algorithms
)

var names = [algorithms]string{
	RS256: "RS256", RS384: "RS384", RS512: "RS512",
	PS256: "PS256", PS384: "PS384", PS512: "PS512",
	ES256: "ES256", ES384: "ES384", ES512: "ES512",
	EdDSA: "EdDSA",
}

// ed25519Name is the name that RFC 9864 gives to EdDSA with Ed25519, the only curve of it here.
const ed25519Name = "Ed25519"

// ParseAlgorithm returns the algorithm of this exact name.
func ParseAlgorithm[S string | []byte](name S) (Algorithm, bool) {
	if string(name) == ed25519Name {
		return EdDSA, true
	}
	for a := RS256; a < algorithms; a++ {
		if names[a] == string(name) {
			return a, true
		}
	}
	return 0, false
}

func (a Algorithm) String() string {
	if a >= algorithms {
		return ""
	}
	return names[a]
}

// hash is the digest of an algorithm; EdDSA signs the message itself.
func (a Algorithm) hash() crypto.Hash {
	switch a {
	case RS256, PS256, ES256:
		return crypto.SHA256
	case RS384, PS384, ES384:
		return crypto.SHA384
	case RS512, PS512, ES512:
		return crypto.SHA512
	}
	return 0
}

func (a Algorithm) isPSS() bool { return a == PS256 || a == PS384 || a == PS512 }

func (a Algorithm) isECDSA() bool { return a == ES256 || a == ES384 || a == ES512 }

// Set is a set of algorithms.
type Set uint16

// SetOf returns the set of these algorithms.
func SetOf(list ...Algorithm) Set {
	var s Set
	for _, a := range list {
		s |= 1 << a
	}
	return s
}

// Has reports whether a is in the set.
func (s Set) Has(a Algorithm) bool { return s&(1<<a) != 0 }
