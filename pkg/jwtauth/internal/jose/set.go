package jose

import (
	"errors"

	"example.com/securedpets/pkg/strictjson"
)

// MaxKeys is the number of keys a set may publish. Providers publish two or three.
const MaxKeys = 100

// ErrNoKeys means that a document is not a JWK set, or one without a single usable key.
var ErrNoKeys = errors.New("jose: not a JWK set with a usable signature key")

// ParseSet reads a JWK set (RFC 7517 section 5) and returns its usable keys by their id, and how many were left out.
// An odd key never spoils the others. An id that two different keys claim names neither of them: nobody could say
// which one was meant.
func ParseSet(doc []byte) (keys map[string]*Key, ignored int, err error) {
	var room [8]strictjson.Member
	members, err := strictjson.ScanOuter(doc, room[:0])
	if err != nil {
		return nil, 0, ErrNoKeys
	}
	list := jwkMembers{doc, members}.get("keys")
	if list.Kind != strictjson.Array {
		return nil, 0, ErrNoKeys
	}
	keys = make(map[string]*Key)
	ambiguous := make(map[string]bool)
	total := 0
	each := strictjson.Each(doc, list)
	for v, ok := each.Next(); ok; v, ok = each.Next() {
		if total++; total > MaxKeys {
			return nil, 0, ErrNoKeys
		}
		key, err := parseKey(doc[v.Start:v.End])
		if err != nil {
			continue
		}
		if twin := keys[key.ID]; twin != nil && !twin.Equal(key) {
			ambiguous[key.ID] = true
		}
		keys[key.ID] = key
	}
	for id := range ambiguous {
		delete(keys, id)
	}
	if len(keys) == 0 {
		return nil, total, ErrNoKeys
	}
	return keys, total - len(keys), nil
}
