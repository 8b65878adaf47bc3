package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

// FuzzParseSet holds that a key that is taken from a document is one that the library finds in it
// as well, under the same id, that it is of a permitted strength, and that nothing private is kept.
func FuzzParseSet(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		keys, ignored, err := ParseSet(doc)
		if err != nil {
			if keys != nil {
				t.Fatal("keys beside an error")
			}
			return
		}
		if len(keys) == 0 || len(keys)+ignored > MaxKeys {
			t.Fatal(len(keys), "keys,", ignored, "ignored")
		}
		other, err := jwk.Parse(exactMembers(t, doc), jwk.WithIgnoreParseError(true))
		if err != nil {
			t.Fatal("the library refuses the set:", err)
		}
		for id, key := range keys {
			if id == "" || key.ID != id || len(key.keys) == 0 {
				t.Errorf("key %+v", key)
			}
			for _, one := range key.keys {
				if one.algorithms == 0 || !strong(one.PublicKey) {
					t.Errorf("key %+v of %q", one, id)
				}
				if !contains(other, id, one) {
					t.Errorf("the library does not find the key %q", id)
				}
			}
		}
	})
}

// exactMembers keeps the members of public keys that ParseSet reads. It takes a public key although
// other members beside it are broken; the library refuses both then. The library also takes names
// in any case, "D" for "d" or "KID" for "kid".
func exactMembers(t *testing.T, doc []byte) []byte {
	t.Helper()
	var set map[string]json.RawMessage
	var keys []json.RawMessage
	if json.Unmarshal(doc, &set) != nil || json.Unmarshal(set["keys"], &keys) != nil {
		t.Fatal("not a set, and yet it was read")
	}
	for i, key := range keys {
		var members map[string]json.RawMessage
		if json.Unmarshal(key, &members) != nil {
			continue // no key at all
		}
		maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool {
			return !slices.Contains([]string{"kty", "kid", "alg", "use", "key_ops", "n", "e", "crv", "x", "y"}, name)
		})
		keys[i], _ = json.Marshal(members) // of JSON texts: cannot fail
	}
	public, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return public
}

// contains reports whether the library's set has this public key under this id.
func contains(set jwk.Set, id string, key publicKey) bool {
	for n := range set.Len() {
		other, _ := set.Key(n)
		var raw any
		public, err := other.PublicKey()
		if err != nil || public.Raw(&raw) != nil || other.KeyID() != id {
			continue
		}
		if k, ok := key.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && k.Equal(raw) {
			return true
		}
	}
	return false
}

func strong(public crypto.PublicKey) bool {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= 2048 && key.E >= 3
	case *ecdsa.PublicKey:
		_, err := key.ECDH()
		return err == nil
	case ed25519.PublicKey:
		return len(key) == ed25519.PublicKeySize
	}
	return false
}

// seeds are sets of a key of each type, and sets of none.
func seeds(f *testing.F) (list [][]byte) {
	f.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	for _, private := range []crypto.Signer{rsaKey, ecKey, edKey} {
		for _, raw := range []any{private, private.Public()} {
			key, err := jwk.FromRaw(raw)
			if err != nil {
				f.Fatal(err)
			}
			set := jwk.NewSet()
			if key.Set(jwk.KeyIDKey, "k") != nil || set.AddKey(key) != nil {
				f.Fatal("no set")
			}
			list = append(list, marshal(f, set))
		}
	}
	brokenHalf := bytes.Replace(list[1], []byte(`"kid"`), []byte(`"d":"0","kid"`), 1)
	return append(list, brokenHalf, []byte(`{"keys":[]}`), []byte(`{"keys":[{"kty":"oct","kid":"s","k":"c2VjcmV0"}]}`), []byte(`{}`), []byte(`[]`))
}

func marshal(f *testing.F, set jwk.Set) []byte {
	f.Helper()
	doc, err := json.Marshal(set)
	if err != nil {
		f.Fatal(err)
	}
	return doc
}
