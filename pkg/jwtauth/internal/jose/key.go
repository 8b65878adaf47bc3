package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"

	"example.com/securedpets/pkg/jwtauth/internal/base64url"
	"example.com/securedpets/pkg/strictjson"
)

const (
	minRSABits = 2048
	maxRSABits = 8192 // a longer key costs every request, and only a mistake or an attack makes one
)

// errUnusable is why a JWK is left out of a set: it is symmetric, weak, malformed or not for signatures.
var errUnusable = errors.New("jose: not a usable signature key")

// Key is one public key that may verify signatures.
type Key struct {
	ID         string
	Algorithms Set // its "alg", or what its type implies
	public     crypto.PublicKey
}

// Verify checks a signature over input with an algorithm that the key allows.
func (k *Key) Verify(a Algorithm, input, signature []byte) error {
	if !k.Algorithms.Has(a) {
		return errSignature
	}
	return verify(a, k.public, input, signature)
}

// Equal reports whether both are the same key under the same name for the same algorithms.
func (k *Key) Equal(other *Key) bool {
	public, ok := k.public.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.ID == other.ID && k.Algorithms == other.Algorithms && public.Equal(other.public)
}

// parseKey reads one JWK. Only public members are passed on, so a private key that a provider published by mistake is
// never held.
func parseKey(doc []byte) (*Key, error) {
	var room [24]strictjson.Member
	members, err := strictjson.Scan(doc, room[:0])
	if err != nil {
		return nil, fmt.Errorf("jose: %w", err)
	}
	m := jwkMembers{doc, members}
	if !m.isForSignatures() {
		return nil, errUnusable
	}
	id, ok := m.text("kid")
	if !ok || id == "" {
		return nil, errUnusable
	}
	public, err := m.publicKey()
	if err != nil {
		return nil, err
	}
	implied, err := impliedAlgorithms(public)
	if err != nil {
		return nil, err
	}
	algorithms, err := m.algorithms(implied)
	if err != nil {
		return nil, err
	}
	return &Key{ID: id, Algorithms: algorithms, public: public}, nil
}

// jwkMembers are the members of one JWK. Names are matched exactly.
type jwkMembers struct {
	doc  []byte
	list []strictjson.Member
}

func (m jwkMembers) get(name string) strictjson.Value {
	for _, member := range m.list {
		if strictjson.Text(m.doc, member.Name) == name {
			return member.Value
		}
	}
	return strictjson.Value{}
}

func (m jwkMembers) text(name string) (string, bool) {
	v := m.get(name)
	if v.Kind != strictjson.String {
		return "", false
	}
	return strictjson.Text(m.doc, v), true
}

// isForSignatures applies "use" and "key_ops" (RFC 7517 sections 4.2 and 4.3), which may be absent.
func (m jwkMembers) isForSignatures() bool {
	if use := m.get("use"); use.Kind != strictjson.Absent {
		if text, ok := m.text("use"); !ok || text != "sig" {
			return false
		}
	}
	ops := m.get("key_ops")
	if ops.Kind == strictjson.Absent {
		return true
	}
	if ops.Kind != strictjson.Array {
		return false
	}
	each := strictjson.Each(m.doc, ops)
	for op, ok := each.Next(); ok; op, ok = each.Next() {
		if op.Kind == strictjson.String && strictjson.Text(m.doc, op) == "verify" {
			return true
		}
	}
	return false
}

// algorithms narrows what the type of the key implies to its "alg", if it has one.
func (m jwkMembers) algorithms(implied Set) (Set, error) {
	if m.get("alg").Kind == strictjson.Absent {
		return implied, nil
	}
	name, _ := m.text("alg")
	a, ok := ParseAlgorithm(name)
	if !ok || !implied.Has(a) {
		return 0, errUnusable
	}
	return SetOf(a), nil
}

// publicMembers are those that RFC 7518 section 6 and RFC 8037 section 2 require of each supported key type.
var publicMembers = map[string][]string{
	"RSA": {"n", "e"},
	"EC":  {"crv", "x", "y"},
	"OKP": {"crv", "x"},
}

func (m jwkMembers) publicKey() (crypto.PublicKey, error) {
	kty, _ := m.text("kty")
	names, ok := publicMembers[kty]
	if !ok {
		return nil, errUnusable
	}
	out := []byte(`{"kty":"` + kty + `"`)
	for _, name := range names {
		text, ok := m.text(name)
		if !ok || !isBase64URL(text) || name == "e" && !isExponent(text) {
			return nil, errUnusable
		}
		out = append(out, `,"`+name+`":"`+text+`"`...)
	}
	return publicKey(append(out, '}'))
}

// isBase64URL holds for key material in its only spelling and for the names of curves, whose characters are all of
// the same alphabet; so nothing that passes can break out of the JSON string it is put in.
func isBase64URL(text string) bool {
	if text == "" || len(text) > 4096 {
		return false
	}
	if _, known := curves[text]; known {
		return true
	}
	_, ok := base64url.Decode(make([]byte, base64url.DecodedLen(len(text))), text)
	return ok
}

// isExponent holds below 2^32. It looks at the text, because the library keeps only the low 64 bits of a longer one.
func isExponent(text string) bool {
	var room [8]byte
	if base64url.DecodedLen(len(text)) > len(room) {
		return false
	}
	n, _ := base64url.Decode(room[:], text)
	return len(bytes.TrimLeft(room[:n], "\x00")) <= 4
}

var curves = map[string]Algorithm{"P-256": ES256, "P-384": ES384, "P-521": ES512, "Ed25519": EdDSA}

// impliedAlgorithms checks the strength of a key and returns what it may be used for.
func impliedAlgorithms(public crypto.PublicKey) (Set, error) {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return rsaAlgorithms(key)
	case *ecdsa.PublicKey:
		return ecdsaAlgorithms(key)
	case ed25519.PublicKey:
		if len(key) == ed25519.PublicKeySize {
			return SetOf(EdDSA), nil
		}
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
