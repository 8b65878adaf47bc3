package jose

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"fmt"
	"slices"

	"example.com/securedpets/pkg/jwtauth/internal/base64url"
	"example.com/securedpets/pkg/strictjson"
)

// parseKey reads one JWK and its kid. It passes on public members only, so a private key that an
// issuer published by mistake is never held.
func parseKey(doc []byte) (id string, key publicKey, err error) {
	var room [24]strictjson.Member
	members, err := strictjson.Scan(doc, room[:0])
	if err != nil {
		return "", publicKey{}, fmt.Errorf("jose: %w", err)
	}
	m := jwkMembers{doc, members}
	if !m.isForSignatures() {
		return "", publicKey{}, errUnusable
	}
	id, ok := m.text("kid")
	if !ok || id == "" {
		return "", publicKey{}, errUnusable
	}
	if key.keyType, key.PublicKey, err = m.publicKey(); err != nil {
		return "", publicKey{}, err
	}
	implied, err := impliedAlgorithms(key.PublicKey)
	if err != nil {
		return "", publicKey{}, err
	}
	if key.algorithms, err = m.algorithms(implied); err != nil {
		return "", publicKey{}, err
	}
	return id, key, nil
}

// jwkMembers are the members of one JWK. Names are matched exactly.
type jwkMembers struct {
	doc  []byte
	list []strictjson.Member
}

func (m jwkMembers) get(name string) strictjson.Value {
	for _, member := range m.list {
		if string(strictjson.Bytes(m.doc, member.Name)) == name {
			return member.Value
		}
	}
	return strictjson.Value{}
}

func (m jwkMembers) bytes(name string) []byte { return strictjson.Bytes(m.doc, m.get(name)) }

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
	if m.get("key_ops").Kind == strictjson.Absent {
		return true
	}
	ops, ok := m.operations()
	return ok && slices.Contains(ops, "verify")
}

// operations returns "key_ops". It reports false unless that is a list of different strings.
func (m jwkMembers) operations() (ops []string, ok bool) {
	list := m.get("key_ops")
	if list.Kind != strictjson.Array {
		return nil, false
	}
	each := strictjson.Each(m.doc, list)
	for v, more := each.Next(); more; v, more = each.Next() {
		op := strictjson.Text(m.doc, v)
		if v.Kind != strictjson.String || slices.Contains(ops, op) {
			return nil, false
		}
		ops = append(ops, op)
	}
	return ops, true
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

// publicMembers are those that RFC 7518 section 6 and RFC 8037 section 2 require of each key type,
// in the order of RFC 7638 section 3.2.
var publicMembers = map[string][]string{
	"RSA": {"e", "kty", "n"},
	"EC":  {"crv", "kty", "x", "y"},
	"OKP": {"crv", "kty", "x"},
}

func (m jwkMembers) publicKey() (keyType string, key crypto.PublicKey, err error) {
	keyType, doc, err := m.canonical()
	if err != nil {
		return "", nil, err
	}
	key, err = parsePublicKey(doc)
	return keyType, key, err
}

// canonical returns the JWK with the required public members only, as RFC 7638 section 3 writes it.
func (m jwkMembers) canonical() (keyType string, doc []byte, err error) {
	keyType, _ = m.text("kty")
	names, ok := publicMembers[keyType]
	if !ok {
		return "", nil, errUnusable
	}
	doc = make([]byte, 0, len(m.doc))
	for _, name := range names {
		text, ok := m.text(name)
		if !ok || !m.isWellFormed(name, text) {
			return "", nil, errUnusable
		}
		doc = append(append(append(doc, `,"`...), name...), `":"`...)
		doc = append(append(doc, text...), '"')
	}
	doc[0] = '{'
	return keyType, append(doc, '}'), nil
}

// coordinateSizes are the sizes of x and y by curve. They have no other one (RFC 7518 section
// 6.2.1.2, RFC 8037 section 2).
var coordinateSizes = map[string]int{"P-256": 32, "P-384": 48, "P-521": 66, "Ed25519": ed25519.PublicKeySize}

// isWellFormed accepts the names of curves, and key material in its only spelling. Nothing that
// passes can break out of the JSON string it is put in.
func (m jwkMembers) isWellFormed(name, text string) bool {
	switch name {
	case "kty":
		return true // it is a name of publicMembers
	case "crv":
		_, known := coordinateSizes[text]
		return known
	}
	if len(text) > base64url.EncodedLen(maxRSABits/8+1) { // one zero byte may come first
		return false
	}
	material := make([]byte, base64url.DecodedLen(len(text)))
	if n, ok := base64url.Decode(material, text); !ok || n == 0 {
		return false
	}
	switch name {
	case "n":
		return true
	case "e": // below 2^32; the library keeps only the low 64 bits of a longer one
		return len(bytes.TrimLeft(material, "\x00")) <= 4
	}
	curve, _ := m.text("crv")
	return len(material) == coordinateSizes[curve]
}
