package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"

	"example.com/securedpets/pkg/jwtauth/internal/base64url"
	"example.com/securedpets/pkg/strictjson"
)

// ErrPrivateKey means that a JWK has members of a private or symmetric key.
var ErrPrivateKey = errors.New("jose: not only a public key")

// HeaderKey is the public key that the sender of a token put into its header (RFC 7515 section
// 4.1.3). Anyone can write one: it identifies the signer only after its thumbprint is compared
// with a trusted one.
type HeaderKey struct {
	members   jwkMembers
	keyType   string
	canonical []byte // what RFC 7638 hashes
}

// ParseHeaderKey reads the JWK doc. It keeps doc and room, which has space for the members. No
// cryptography happens before [HeaderKey.Verify].
func ParseHeaderKey(doc []byte, room []strictjson.Member) (HeaderKey, error) {
	members, err := strictjson.Scan(doc, room)
	if err != nil {
		return HeaderKey{}, errUnusable
	}
	m := jwkMembers{doc, members}
	if m.hasPrivate() {
		return HeaderKey{}, ErrPrivateKey
	}
	keyType, canonical, err := m.canonical()
	if err != nil || !m.isForSignatures() || m.hasLeadingZeros(keyType) {
		return HeaderKey{}, errUnusable
	}
	return HeaderKey{m, keyType, canonical}, nil
}

// Thumbprint returns the SHA-256 thumbprint of RFC 7638.
func (k *HeaderKey) Thumbprint() [sha256.Size]byte { return sha256.Sum256(k.canonical) }

// Verify checks that the key is strong and allows the algorithm, and then the signature over input.
func (k *HeaderKey) Verify(a Algorithm, input, signature []byte) error {
	public, implied, err := k.public()
	if err != nil {
		return err
	}
	if allowed, err := k.members.algorithms(implied); err != nil || !allowed.Has(a) {
		return errUnusable
	}
	return verify(a, public, input, signature)
}

func (k *HeaderKey) public() (key crypto.PublicKey, implied Set, err error) {
	if k.keyType == "EC" {
		return k.ecdsa()
	}
	if key, err = parsePublicKey(k.canonical); err != nil {
		return nil, 0, errUnusable
	}
	implied, err = impliedAlgorithms(key)
	return key, implied, err
}

// curveOf returns a curve by its name in a JWK, and the algorithm of its keys.
func curveOf(name []byte) (curve elliptic.Curve, algorithm Algorithm, ok bool) {
	switch string(name) {
	case "P-256":
		return elliptic.P256(), ES256, true
	case "P-384":
		return elliptic.P384(), ES384, true
	case "P-521":
		return elliptic.P521(), ES512, true
	}
	return nil, 0, false
}

// maxPoint is the size of an uncompressed point on P-521.
const maxPoint = 1 + 2*66

// ecdsa does not use the library, which needs more time for a key than for its signature.
func (k *HeaderKey) ecdsa() (crypto.PublicKey, Set, error) {
	curve, algorithm, ok := curveOf(k.members.bytes("crv"))
	if !ok {
		return nil, 0, errUnusable
	}
	room := [maxPoint]byte{4} // SEC 1 section 2.3.3: not compressed
	point := room[:1]
	for _, name := range [...]string{"x", "y"} {
		n, ok := base64url.Decode(room[len(point):], string(k.members.bytes(name)))
		if !ok {
			return nil, 0, errUnusable
		}
		point = room[:len(point)+n]
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, 0, errUnusable
	}
	return public, SetOf(algorithm), nil
}

// hasPrivate looks for the members of RFC 7518 sections 6.2.2, 6.3.2 and 6.4.
func (m jwkMembers) hasPrivate() bool {
	for _, member := range m.list {
		switch string(strictjson.Bytes(m.doc, member.Name)) {
		case "d", "p", "q", "dp", "dq", "qi", "oth", "k":
			return true
		}
	}
	return false
}

// hasLeadingZeros reports whether a number of an RSA key starts with a zero byte (RFC 7518 section
// 2). The same key would then have several thumbprints.
func (m jwkMembers) hasLeadingZeros(keyType string) bool {
	if keyType != "RSA" {
		return false
	}
	for _, name := range [...]string{"n", "e"} {
		var first [3]byte
		text := m.bytes(name)
		if n, _ := base64url.Decode(first[:], string(text[:min(len(text), 4)])); n == 0 || first[0] == 0 {
			return true
		}
	}
	return false
}
