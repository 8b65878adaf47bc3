package jwtauth_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// members are one key of a published set, to be edited.
type members = map[string]any

// published returns the keys that an issuer publishes, by their id.
func published(t *testing.T, issuer *jwtauthtest.Issuer) map[string]members {
	t.Helper()
	var set struct{ Keys []members }
	if err := json.Unmarshal(issuer.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	keys := map[string]members{}
	for _, key := range set.Keys {
		keys[fmt.Sprint(key["kid"])] = key
	}
	return keys
}

// setOf spells a set.
func setOf(t *testing.T, keys ...any) []byte {
	t.Helper()
	doc, err := json.Marshal(members{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func number(n int64) string { return b64(big.NewInt(n).Bytes()) }

// TestOddKeys edits one key of a set. Whatever becomes of it, the other key goes on working.
func TestOddKeys(t *testing.T) {
	issuer := newIssuer(t)
	kids := map[string]string{"RSA": "k1", "EC": "ec", "OKP": "okp"}
	issuer.Rotate("ec", "ES256")
	issuer.Rotate("okp", "EdDSA")
	issuer.Rotate("other", "RS256")
	keys := published(t, issuer)
	set := func(name string, value any) func(members) { return func(k members) { k[name] = value } }
	del := func(name string) func(members) { return func(k members) { delete(k, name) } }
	for name, c := range map[string]struct {
		kty  string
		edit func(members)
		ok   bool
	}{
		"RSA as it is": {"RSA", func(members) {}, true},
		"EC as it is":  {"EC", func(members) {}, true},
		"OKP as it is": {"OKP", func(members) {}, true},
		// What a key may leave out (RFC 7517 sections 4.2 to 4.4), and what it may not say.
		"no use":                 {"RSA", del("use"), true},
		"for encryption":         {"RSA", set("use", "enc"), false},
		"use in capitals":        {"RSA", set("use", "SIG"), false},
		"use null":               {"RSA", set("use", nil), false},
		"key_ops verify":         {"RSA", set("key_ops", []any{"sign", "verify"}), true},
		"key_ops encrypt":        {"RSA", set("key_ops", []any{"encrypt"}), false},
		"key_ops empty":          {"RSA", set("key_ops", []any{}), false},
		"key_ops a string":       {"RSA", set("key_ops", "verify"), false},
		"key_ops twice":          {"RSA", set("key_ops", []any{"verify", "verify"}), false},
		"key_ops twice, apart":   {"RSA", set("key_ops", []any{"sign", "verify", "sign"}), false},
		"key_ops with a number":  {"RSA", set("key_ops", []any{"verify", 1}), false},
		"key_ops with null":      {"RSA", set("key_ops", []any{nil, "verify"}), false},
		"key_ops in capitals":    {"RSA", set("key_ops", []any{"VERIFY"}), false},
		"no alg":                 {"RSA", del("alg"), true},
		"no alg, EC":             {"EC", del("alg"), true},
		"another alg":            {"RSA", set("alg", "RS512"), false},
		"alg of another type":    {"RSA", set("alg", "ES256"), false},
		"alg of another curve":   {"EC", set("alg", "ES384"), false},
		"alg for encryption":     {"RSA", set("alg", "RSA-OAEP"), false},
		"alg symmetric":          {"RSA", set("alg", "HS256"), false},
		"alg null":               {"RSA", set("alg", nil), false},
		"no kid":                 {"RSA", del("kid"), false},
		"kid empty":              {"RSA", set("kid", ""), false},
		"kid number":             {"RSA", set("kid", 1), false},
		"unknown members":        {"RSA", set("x5c", []any{"MIIC", members{"a": []any{1}}}), true},
		"KTY is not kty":         {"RSA", func(k members) { delete(k, "kty"); k["KTY"] = "RSA" }, false},
		"a second E":             {"RSA", set("E", number(3)), true},
		"a published secret":     {"RSA", func(k members) { k["d"], k["p"], k["q"] = "AQAB", "AQAB", "AQAB" }, true},
		"a published EC secret":  {"EC", set("d", "AQAB"), true},
		"a published OKP secret": {"OKP", set("d", "AQAB"), true},
		// Another type, or none.
		"symmetric":    {"RSA", func(k members) { k["kty"], k["k"] = "oct", "c2VjcmV0" }, false},
		"unknown type": {"RSA", set("kty", "XYZ"), false},
		"no type":      {"RSA", del("kty"), false},
		"RSA as EC":    {"RSA", set("kty", "EC"), false},
		"EC as RSA":    {"EC", set("kty", "RSA"), false},
		// Values that are not what they should be.
		"no n":             {"RSA", del("n"), false},
		"no e":             {"RSA", del("e"), false},
		"n empty":          {"RSA", set("n", ""), false},
		"n number":         {"RSA", set("n", 5), false},
		"n no base64":      {"RSA", set("n", "!!!!"), false},
		"n breaks out":     {"RSA", func(k members) { k["n"] = fmt.Sprint(k["n"]) + `","e":"Aw` }, false},
		"n padded":         {"RSA", func(k members) { k["n"] = fmt.Sprint(k["n"]) + "==" }, false},
		"n with a newline": {"RSA", func(k members) { k["n"] = fmt.Sprint(k["n"]) + "\n" }, false},
		"no x":             {"EC", del("x"), false},
		"no y":             {"EC", del("y"), false},
		"no curve":         {"EC", del("crv"), false},
		"off the curve":    {"EC", func(k members) { k["x"], k["y"] = k["y"], k["x"] }, false},
		"the zero point":   {"EC", func(k members) { k["x"], k["y"] = b64(make([]byte, 32)), b64(make([]byte, 32)) }, false},
		"another curve":    {"EC", set("crv", "P-384"), false},
		"secp256k1":        {"EC", set("crv", "secp256k1"), false},
		"X25519":           {"OKP", set("crv", "X25519"), false},
		"31 bytes":         {"OKP", set("x", b64(make([]byte, 31))), false},
		// Weak: too short, much too long, or not invertible.
		"1024 bits":           {"RSA", set("n", modulus(t, 1024)), false},
		"2040 bits":           {"RSA", set("n", modulus(t, 2040)), false},
		"8200 bits":           {"RSA", set("n", b64(bytes.Repeat([]byte{0xff}, 1025))), false},
		"an even modulus":     {"RSA", set("n", b64(append(bytes.Repeat([]byte{0xff}, 255), 0xfe))), false},
		"e = 1":               {"RSA", set("e", number(1)), false},
		"e = 65536":           {"RSA", set("e", number(65536)), false},
		"e = 2^32+1":          {"RSA", set("e", number(1<<32+1)), false},
		"e = 2^64+65537":      {"RSA", set("e", b64([]byte{1, 0, 0, 0, 0, 0, 1, 0, 1})), false},
		"e with leading zero": {"RSA", set("e", b64([]byte{0, 1, 0, 1})), true},
	} {
		t.Run(name, func(t *testing.T) {
			edited := maps.Clone(keys[kids[c.kty]])
			c.edit(edited)
			v := verifierOf(t, issuer, setOf(t, edited, keys["other"]))
			var want error
			if !c.ok {
				want = jwtauth.InvalidSignature
			}
			expect(t, v, issuer.Token(jwtauthtest.SignedBy(issuer.Key(kids[c.kty]))), want)
			expect(t, v, issuer.Token(), nil)
		})
	}
}

// verifierOf verifies with this set alone, and accepts these algorithms besides its own three.
func verifierOf(t *testing.T, issuer *jwtauthtest.Issuer, set []byte, algorithms ...string) *jwtauth.Verifier {
	t.Helper()
	keys, err := jwtauth.ParseKeySet(set)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jwtauth.New(jwtauth.Config{
		Issuer: issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: issuer.Now,
		Algorithms: append(algorithms, "RS256", "ES256", "EdDSA"),
	}, keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// modulus is the product of two primes, of this many bits.
func modulus(t *testing.T, bits int) string {
	t.Helper()
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			t.Fatal(err)
		}
		q, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			t.Fatal(err)
		}
		if n := new(big.Int).Mul(p, q); n.BitLen() == bits {
			return b64(n.Bytes())
		}
	}
}

// TestROCA makes a modulus with the fingerprint of CVE-2017-15361: a power of 65537 modulo the
// product of the small primes.
func TestROCA(t *testing.T) {
	product := big.NewInt(1)
	for p := int64(3); p <= 167; p += 2 {
		if big.NewInt(p).ProbablyPrime(0) {
			product.Mul(product, big.NewInt(p))
		}
	}
	n := new(big.Int).Exp(big.NewInt(65537), big.NewInt(1<<40+7), product)
	n.Add(n, new(big.Int).Mul(product, new(big.Int).Lsh(big.NewInt(1), 2048-uint(product.BitLen()))))
	issuer := newIssuer(t)
	key := published(t, issuer)["k1"]
	for name, want := range map[string]bool{"with the fingerprint": false, "two further": true} {
		if n.Bit(0) == 0 {
			n.Add(n, product)
		}
		key["n"] = b64(n.Bytes())
		if want {
			key["n"] = b64(new(big.Int).Add(n, big.NewInt(2)).Bytes())
		}
		if _, err := jwtauth.ParseKeySet(setOf(t, key)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseKeySet(t *testing.T) {
	issuer := newIssuer(t)
	good := published(t, issuer)["k1"]
	text := string(setOf(t, good))
	enc := maps.Clone(good)
	enc["use"] = "enc"
	for name, c := range map[string]struct {
		set string
		ok  bool
	}{
		"one key":             {text, true},
		"the same key twice":  {string(setOf(t, good, good)), true},
		"other members":       {strings.Replace(text, "{", `{"x":{"y":[1]},`, 1), true},
		"bad neighbors":       {string(setOf(t, 5, nil, "x", []any{}, members{}, enc, good)), true},
		"a key that repeats":  {strings.Replace(text, `[`, `[{"kty":"RSA","kty":"EC","kid":"x"},`, 1), true},
		"100 keys":            {string(setOf(t, append(many(99), good)...)), true},
		"101 keys":            {string(setOf(t, append(many(100), good)...)), false},
		"149 KB":              {text + strings.Repeat(" ", 149_000), true},
		"151 KB":              {text + strings.Repeat(" ", 151_000), false},
		"nothing":             {"", false},
		"empty object":        {"{}", false},
		"null":                {"null", false},
		"a list":              {"[]", false},
		"one bare key":        {strings.TrimSuffix(strings.TrimPrefix(text, `{"keys":[`), "]}"), false},
		"keys null":           {`{"keys":null}`, false},
		"keys object":         {`{"keys":{}}`, false},
		"keys empty":          {`{"keys":[]}`, false},
		"KEYS":                {strings.Replace(text, "keys", "KEYS", 1), false},
		"keys twice":          {strings.Replace(text, "{", `{"keys":[],`, 1), false},
		"only for encryption": {string(setOf(t, enc)), false},
		"HTML":                {"<!doctype html><title>Sorry</title>", false},
		"cut off":             {text[:len(text)-1], false},
		"trailing data":       {text + "x", false},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := jwtauth.ParseKeySet([]byte(c.set))
			if (err == nil) != c.ok || (set == nil) != (err != nil) {
				t.Fatalf("set %v, error %v", set != nil, err)
			}
			if !c.ok {
				return
			}
			if key, err := set.Key(t.Context(), "k1"); key == nil || err != nil {
				t.Error("the good key is missing:", err)
			}
			if key, err := set.Key(t.Context(), "x"); key != nil || !errors.Is(err, jwtauth.ErrUnknownKey) {
				t.Error("an unknown key:", err)
			}
		})
	}
}

func many(n int) (list []any) {
	for i := range n {
		list = append(list, members{"kty": "oct", "kid": fmt.Sprint(i)})
	}
	return list
}
