package jwtauth

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth/internal/compact"
)

// wycheproof is a file of https://github.com/C2SP/wycheproof, which are beside the project and not part of it.
type wycheproof struct {
	TestGroups []struct {
		Public, Private map[string]any
		Tests           []struct {
			TcID   int
			JWS    string
			Result string
		}
	}
}

func readWycheproof(t *testing.T, file string) (doc wycheproof) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "../shared/vectors", "wycheproof", file))
	if err != nil {
		t.Skip("Wycheproof is not beside the project")
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestWycheproof takes each token through the steps of Verify up to the signature; the payloads are
// not claims. None that is marked invalid passes, and every valid one with an asymmetric key does,
// but for four whose key declares another algorithm than the token.
func TestWycheproof(t *testing.T) {
	contradict := map[int]bool{346: true, 347: true, 350: true, 351: true}
	for _, file := range []string{"json_web_signature_test.json", "json_web_key_test.json"} {
		valid, refused := 0, 0
		for _, group := range readWycheproof(t, file).TestGroups {
			set, symmetric := publishedSet(t, group.Public, group.Private)
			for _, c := range group.Tests {
				want := c.Result == "valid" && !symmetric && !contradict[c.TcID]
				if got := accepts(set, c.JWS); got != want {
					t.Errorf("%s %d (%s): accepted %v", file, c.TcID, c.Result, got)
				}
				if want {
					valid++
				} else {
					refused++
				}
			}
		}
		t.Log(file, "accepted", valid, "refused", refused)
	}
}

// publishedSet makes a JWK set of a group's key or keys. It uses the private one where there is no
// other: a set drops what is private.
func publishedSet(t *testing.T, public, private map[string]any) (set []byte, symmetric bool) {
	t.Helper()
	key := public
	if key == nil {
		key = private
	}
	if _, isSet := key["keys"]; !isSet {
		key = map[string]any{"keys": []any{key}}
	}
	set, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := key["keys"].([]any)[0].(map[string]any)
	return set, first["kty"] == "oct"
}

func accepts(set []byte, raw string) bool {
	keys, _, err := parseKeys(set)
	if err != nil {
		return false
	}
	var s scratch
	if _, err := s.split(raw, maxToken); err != nil || s.readHeader() != nil || !s.readSignature() {
		return false
	}
	_, body, _ := strings.Cut(string(s.signed), ".")
	if _, ok := compact.Decode(make([]byte, maxToken), body); !ok || keys[s.header.kid] == nil {
		return false
	}
	return keys[s.header.kid].key.Verify(s.header.algorithm, s.signed, s.signature) == nil
}
