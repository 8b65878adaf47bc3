package days

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// sharedDays are about several keys under one key id (RFC 7517 section 4.5).
var sharedDays = []day{
	{name: "an RSA and an EC key under one key id; accepted", run: twoTypes},
	{name: "one RSA key under one key id, for RS256 and for PS256; accepted", run: twoAlgorithms},
}

// twoTypes publishes the keys in both orders, because a library may know only the first or the
// last.
func twoTypes(r *run) string {
	second := r.NewKey("k1", "ES256")
	tokens := []string{r.token(), r.token(jwtauthtest.SignedBy(second))}
	r.Publish(second)
	return r.inBothOrders(members(r.t, r.JWKS()), []string{"RS256", "ES256"}, tokens)
}

// generated is a key that signs with two algorithms, which none of jwtauthtest does.
var generated = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func twoAlgorithms(r *run) string {
	private, err := generated()
	if err != nil {
		r.t.Fatal(err)
	}
	var tokens []string
	var keys []map[string]any
	names := []string{"RS256", "PS256"}
	for _, alg := range names {
		tokens = append(tokens, r.token(jwtauthtest.Header("alg", alg), jwtauthtest.Signature(func(input string) []byte {
			return signRSA(r, private, alg, input)
		})))
		jwk := members(r.t, r.JWKS())[0]
		jwk["alg"], jwk["n"] = alg, base64.RawURLEncoding.EncodeToString(private.N.Bytes())
		keys = append(keys, jwk)
	}
	return r.inBothOrders(keys, names, tokens)
}

// inBothOrders publishes the keys in one order and then in the other, and returns which of their
// tokens are accepted whatever the order.
func (r *run) inBothOrders(keys []map[string]any, names, tokens []string) string {
	var accepted [2]int // by the place of the key
	var always []string
	for n := range names {
		if r.accepts(keys, tokens[n], n, &accepted) {
			always = append(always, names[n])
		}
	}
	switch {
	case len(always) > 0:
		return strings.Join(always, ", ")
	case accepted == [2]int{2, 0}:
		return "the first key only"
	case accepted == [2]int{0, 2}:
		return "the last key only"
	}
	return "none"
}

func (r *run) accepts(keys []map[string]any, token string, n int, accepted *[2]int) bool {
	always := true
	for order := range 2 {
		keys := slices.Clone(keys)
		if order == 1 {
			slices.Reverse(keys)
		}
		body, err := json.Marshal(map[string]any{"keys": keys})
		if err != nil {
			r.t.Fatal(err)
		}
		r.configure(func(i *issuer) { i.jwks = body })
		r.verify = nil
		if r.check(token) == nil {
			accepted[n^order]++
		} else {
			always = false
		}
	}
	return always
}

func members(t interface{ Fatal(...any) }, jwks []byte) []map[string]any {
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal(jwks, &set); err != nil {
		t.Fatal(err)
	}
	return set.Keys
}

func signRSA(r *run, private *rsa.PrivateKey, alg, input string) []byte {
	digest := sha256.Sum256([]byte(input))
	var options crypto.SignerOpts = crypto.SHA256
	if alg == "PS256" {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
	}
	signature, err := private.Sign(rand.Reader, digest[:], options)
	if err != nil {
		r.t.Fatal(err)
	}
	return signature
}
