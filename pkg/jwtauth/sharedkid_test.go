package jwtauth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"maps"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestSharedKeyID publishes several keys under one kid (RFC 7517 section 4.5).
func TestSharedKeyID(t *testing.T) {
	issuer := newIssuer(t)
	rsaKey := issuer.Key("k1")
	ecKey, otherEC := issuer.NewKey("k1", "ES256"), issuer.NewKey("k1", "ES256")
	p384, otherRSA := issuer.NewKey("k1", "ES384"), issuer.NewKey("k1", "RS256")
	okp := issuer.NewKey("k1", "EdDSA")
	jwk := func(key *jwtauthtest.Key) members {
		set := newIssuer(t)
		set.Withdraw("k1")
		set.Publish(key)
		return published(t, set)["k1"]
	}
	encryption := func(key *jwtauthtest.Key) members {
		m := jwk(key)
		m["use"] = "enc"
		return m
	}
	for name, c := range map[string]struct {
		set       []any
		good, bad []*jwtauthtest.Key
	}{
		"one of each type": {
			set:  []any{jwk(rsaKey), jwk(ecKey), jwk(okp)},
			good: []*jwtauthtest.Key{rsaKey, ecKey, okp},
			bad:  []*jwtauthtest.Key{otherRSA, otherEC, p384},
		},
		"the same twice": {
			set:  []any{jwk(rsaKey), jwk(ecKey), jwk(rsaKey), jwk(ecKey)},
			good: []*jwtauthtest.Key{rsaKey, ecKey},
			bad:  []*jwtauthtest.Key{otherRSA, otherEC, okp},
		},
		"two RSA keys": {
			set: []any{jwk(rsaKey), jwk(otherRSA)},
			bad: []*jwtauthtest.Key{rsaKey, otherRSA, ecKey},
		},
		"two RSA keys and the first again": {
			set: []any{jwk(rsaKey), jwk(otherRSA), jwk(rsaKey)},
			bad: []*jwtauthtest.Key{rsaKey, otherRSA},
		},
		"two RSA keys and an EC key": {
			set:  []any{jwk(rsaKey), jwk(ecKey), jwk(otherRSA)},
			good: []*jwtauthtest.Key{ecKey},
			bad:  []*jwtauthtest.Key{rsaKey, otherRSA},
		},
		"two EC keys of different curves": {
			set: []any{jwk(ecKey), jwk(p384)},
			bad: []*jwtauthtest.Key{ecKey, p384},
		},
		"an RSA key for encryption beside": {
			set:  []any{encryption(otherRSA), jwk(rsaKey)},
			good: []*jwtauthtest.Key{rsaKey},
			bad:  []*jwtauthtest.Key{otherRSA},
		},
	} {
		t.Run(name, func(t *testing.T) {
			other := issuer.NewKey("other", "RS256")
			set := newIssuer(t)
			set.Publish(other)
			v := verifierOf(t, issuer, setOf(t, append(c.set, published(t, set)["other"])...), "ES384")
			for _, key := range c.good {
				expect(t, v, issuer.Token(jwtauthtest.SignedBy(key)), nil)
			}
			for _, key := range c.bad {
				expect(t, v, issuer.Token(jwtauthtest.SignedBy(key)), jwtauth.InvalidSignature)
			}
			expect(t, v, issuer.Token(jwtauthtest.SignedBy(other)), nil)
		})
	}
}

// TestJoinedAlgorithms publishes one RSA key once per algorithm, as PingAM does.
func TestJoinedAlgorithms(t *testing.T) {
	issuer := newIssuer(t)
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	jwk := func(alg string) members {
		m := members{"kty": "RSA", "kid": "ping", "n": b64(private.N.Bytes()), "e": number(int64(private.E))}
		if alg != "" {
			m["alg"] = alg
		}
		return m
	}
	token := func(alg string) string {
		return issuer.Token(jwtauthtest.Header("kid", "ping"), jwtauthtest.Header("alg", alg),
			jwtauthtest.Signature(func(input string) []byte { return signRSA(t, private, alg, input) }))
	}
	for name, c := range map[string]struct {
		set       []any
		good, bad []string
	}{
		"RS256 alone":          {[]any{jwk("RS256")}, []string{"RS256"}, []string{"PS256"}},
		"RS256, PS256":         {[]any{jwk("RS256"), jwk("PS256")}, []string{"RS256", "PS256"}, nil},
		"PS256, RS256":         {[]any{jwk("PS256"), jwk("RS256")}, []string{"RS256", "PS256"}, nil},
		"RS256, unusable alg":  {[]any{jwk("RS256"), jwk("RSA-OAEP")}, []string{"RS256"}, []string{"PS256"}},
		"RS384, PS384":         {[]any{jwk("RS384"), jwk("PS384")}, nil, []string{"RS256", "PS256"}},
		"RS384, then no alg":   {[]any{jwk("RS384"), jwk("")}, []string{"RS256", "PS256"}, nil},
		"RS256, RS256 and 384": {[]any{jwk("RS256"), jwk("RS256"), jwk("RS384")}, []string{"RS256"}, []string{"PS256"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := verifierOf(t, issuer, setOf(t, c.set...), "PS256")
			for _, alg := range c.good {
				expect(t, v, token(alg), nil)
			}
			for _, alg := range c.bad {
				expect(t, v, token(alg), jwtauth.InvalidSignature)
			}
		})
	}
}

// signRSA signs with RS256 or PS256.
func signRSA(t *testing.T, private *rsa.PrivateKey, alg, input string) []byte {
	t.Helper()
	digest := sha256.Sum256([]byte(input))
	var options crypto.SignerOpts = crypto.SHA256
	if alg == "PS256" {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
	}
	signature, err := private.Sign(rand.Reader, digest[:], options)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// TestEd25519Name accepts the name that RFC 9864 gives to EdDSA with Ed25519, wherever EdDSA is
// allowed.
func TestEd25519Name(t *testing.T) {
	issuer := newIssuer(t)
	okp := issuer.Rotate("okp", "EdDSA")
	keys := published(t, issuer)
	named := func(alg any) members {
		m := maps.Clone(keys["okp"])
		m["alg"] = alg
		return m
	}
	unnamed := maps.Clone(keys["okp"])
	delete(unnamed, "alg")
	rsaNamed := maps.Clone(keys["k1"])
	rsaNamed["alg"] = "Ed25519"
	for name, c := range map[string]struct {
		jwk    members
		header string
		want   error
	}{
		"EdDSA, EdDSA":     {named("EdDSA"), "EdDSA", nil},
		"EdDSA, Ed25519":   {named("EdDSA"), "Ed25519", nil},
		"Ed25519, EdDSA":   {named("Ed25519"), "EdDSA", nil},
		"Ed25519, Ed25519": {named("Ed25519"), "Ed25519", nil},
		"none, Ed25519":    {unnamed, "Ed25519", nil},
		"Ed448, EdDSA":     {named("Ed448"), "EdDSA", jwtauth.InvalidSignature},
		"ed25519, EdDSA":   {named("ed25519"), "EdDSA", jwtauth.InvalidSignature},
		"Ed25519, Ed448":   {named("Ed25519"), "Ed448", jwtauth.InvalidToken},
		"Ed25519, ed25519": {named("Ed25519"), "ed25519", jwtauth.InvalidToken},
		"Ed25519, RS256":   {named("Ed25519"), "RS256", jwtauth.InvalidSignature},
	} {
		t.Run(name, func(t *testing.T) {
			token := issuer.Token(jwtauthtest.SignedBy(okp), jwtauthtest.Header("alg", c.header))
			set := setOf(t, c.jwk, keys["k1"])
			expect(t, verifierOf(t, issuer, set), token, c.want)
			if c.want != nil {
				return
			}
			got, err := verifierOf(t, issuer, set).Verify(t.Context(), token)
			if err != nil || got.Algorithm != "EdDSA" {
				t.Errorf("token %v, error %v", got, err)
			}
			if v := issuer.Verifier(); v != nil { // RS256 and ES256
				expect(t, v, token, jwtauth.InvalidToken)
			}
		})
	}
	t.Run("in the configuration", func(t *testing.T) {
		v := issuer.NewVerifier(jwtauth.Config{Algorithms: []string{"Ed25519"}})
		for _, alg := range []string{"EdDSA", "Ed25519"} {
			expect(t, v, issuer.Token(jwtauthtest.SignedBy(okp), jwtauthtest.Header("alg", alg)), nil)
		}
		expect(t, v, issuer.Token(jwtauthtest.SignedBy(issuer.Key("k1"))), jwtauth.InvalidToken)
	})
	t.Run("of an RSA key", func(t *testing.T) {
		v := verifierOf(t, issuer, setOf(t, rsaNamed, keys["okp"]))
		expect(t, v, issuer.Token(jwtauthtest.SignedBy(issuer.Key("k1"))), jwtauth.InvalidSignature)
	})
}

// TestCoordinateSize wants each coordinate in the full size of the curve (RFC 7518 section
// 6.2.1.2).
func TestCoordinateSize(t *testing.T) {
	issuer := newIssuer(t)
	private := shortX(t)
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	x, y := point[1:33], point[33:]
	padded := func(coordinate []byte) string { return b64(append([]byte{0}, coordinate...)) }
	for name, c := range map[string]struct {
		x, y string
		want error
	}{
		"32 and 32 bytes": {b64(x), b64(y), nil},
		"31 and 32 bytes": {b64(x[1:]), b64(y), jwtauth.InvalidSignature},
		"33 and 32 bytes": {padded(x), b64(y), jwtauth.InvalidSignature},
		"32 and 33 bytes": {b64(x), padded(y), jwtauth.InvalidSignature},
		"33 and 33 bytes": {padded(x), padded(y), jwtauth.InvalidSignature},
	} {
		t.Run(name, func(t *testing.T) {
			key := members{"kty": "EC", "crv": "P-256", "kid": "short", "x": c.x, "y": c.y}
			v := verifierOf(t, issuer, setOf(t, key, published(t, issuer)["k1"]))
			expect(t, v, issuer.Token(jwtauthtest.Header("kid", "short"), jwtauthtest.Header("alg", "ES256"),
				jwtauthtest.Signature(func(input string) []byte { return signES256(t, private, input) })), c.want)
			expect(t, v, issuer.Token(), nil)
		})
	}
}

// shortX returns a key whose x begins with a zero byte.
func shortX(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	for {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if point, err := private.PublicKey.Bytes(); err == nil && point[1] == 0 {
			return private
		}
	}
}

func signES256(t *testing.T, private *ecdsa.PrivateKey, input string) []byte {
	t.Helper()
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
}
