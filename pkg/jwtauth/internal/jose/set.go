package jose

import (
	"errors"
	"slices"

	"example.com/securedpets/pkg/strictjson"
)

// MaxKeys is the number of keys a set may publish. Issuers publish two or three.
const MaxKeys = 100

// ErrNoKeys means that a document is not a JWK set, or one without a single usable key.
var ErrNoKeys = errors.New("jose: not a JWK set with a usable signature key")

// ParseSet reads a JWK set (RFC 7517 section 5). It returns the usable keys by their id, and how
// many were left out. A bad key does not affect the others.
//
// Keys of different types may share an id (section 4.5), and one key may be published once per
// algorithm. Different keys of one type under one id are all left out: which one a token means is
// undecidable.
func ParseSet(doc []byte) (keys map[string]*Key, ignored int, err error) {
	parsed, ignored, err := parseList(doc)
	if err != nil {
		return nil, 0, err
	}
	keys = make(map[string]*Key)
	for _, key := range parsed {
		if slices.ContainsFunc(parsed, key.contradicts) {
			ignored++
			continue
		}
		if keys[key.id] == nil {
			keys[key.id] = &Key{ID: key.id}
		}
		keys[key.id].add(key.publicKey)
	}
	if len(keys) == 0 {
		return nil, ignored, ErrNoKeys
	}
	return keys, ignored, nil
}

// namedKey is one usable JWK of a set.
type namedKey struct {
	publicKey
	id string
}

// contradicts reports whether both claim to be the key of one type under one id, and differ.
func (k namedKey) contradicts(other namedKey) bool {
	return k.id == other.id && k.keyType == other.keyType && !k.sameKey(other.publicKey)
}

// parseList returns the usable keys of a set in their order, and how many others it has.
func parseList(doc []byte) (list []namedKey, ignored int, err error) {
	var room [8]strictjson.Member
	members, err := strictjson.ScanOuter(doc, room[:0])
	if err != nil {
		return nil, 0, ErrNoKeys
	}
	keys := jwkMembers{doc, members}.get("keys")
	if keys.Kind != strictjson.Array {
		return nil, 0, ErrNoKeys
	}
	each := strictjson.Each(doc, keys)
	for v, ok := each.Next(); ok; v, ok = each.Next() {
		if len(list)+ignored == MaxKeys {
			return nil, 0, ErrNoKeys
		}
		id, key, err := parseKey(doc[v.Start:v.End])
		if err != nil {
			ignored++
			continue
		}
		list = append(list, namedKey{key, id})
	}
	return list, ignored, nil
}
