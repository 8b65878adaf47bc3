package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
)

// TestHeaderKey signs with a good key and shows another JWK.
func TestHeaderKey(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	x, y := encode(point[1:33]), encode(point[33:])
	input := []byte("input")
	digest := sha256.Sum256(input)
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	modulus := encode([]byte("\xff" + strings.Repeat("\x55", 127)))
	for name, c := range map[string]struct {
		edit map[string]any
		want error
	}{
		"good":                         {nil, nil},
		"names in other order":         {map[string]any{"a": 1}, nil},
		"another point":                {map[string]any{"x": encode(elliptic.P256().Params().Gx.FillBytes(make([]byte, 32))), "y": encode(elliptic.P256().Params().Gy.FillBytes(make([]byte, 32)))}, errSignature},
		"a point beside the curve":     {map[string]any{"y": x}, errUnusable},
		"infinity":                     {map[string]any{"x": encode(make([]byte, 32)), "y": encode(make([]byte, 32))}, errUnusable},
		"x not below p":                {map[string]any{"x": encode([]byte(strings.Repeat("\xff", 32)))}, errUnusable},
		"P-384 with short coordinates": {map[string]any{"crv": "P-384"}, errUnusable},
		"EC on an Edwards curve":       {map[string]any{"crv": "Ed25519"}, errUnusable},
		"alg of another key type":      {map[string]any{"alg": "RS256"}, errUnusable},
		"alg of another curve":         {map[string]any{"alg": "ES384"}, errUnusable},
		"alg null":                     {map[string]any{"alg": nil}, errUnusable},
		"RSA of 1024 bits":             {map[string]any{"kty": "RSA", "n": modulus, "e": "AQAB"}, errUnusable},
		"RSA with an even exponent":    {map[string]any{"kty": "RSA", "n": modulus + modulus, "e": "AQAA"}, errUnusable},
		"RSA, e with a leading zero":   {map[string]any{"kty": "RSA", "n": modulus, "e": "AAEAAQ"}, errUnusable},
		"private":                      {map[string]any{"d": "x"}, ErrPrivateKey},
	} {
		t.Run(name, func(t *testing.T) {
			jwk := map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": y}
			maps.Copy(jwk, c.edit)
			doc, err := json.Marshal(jwk)
			if err != nil {
				t.Fatal(err)
			}
			key, err := ParseHeaderKey(doc, nil)
			if err == nil {
				err = key.Verify(ES256, input, signature)
			}
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// TestHeaderKeyRSA writes the numbers of one RSA key in several ways. Only the shortest counts: the
// others have another thumbprint.
func TestHeaderKeyRSA(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	input := []byte("input")
	digest := sha256.Sum256(input)
	signature, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	modulus := private.N.Bytes()
	for name, c := range map[string]struct {
		n, e string
		alg  Algorithm
		want error
	}{
		"shortest":              {encode(modulus), "AQAB", RS256, nil},
		"n with a leading zero": {encode(append([]byte{0}, modulus...)), "AQAB", RS256, errUnusable},
		"e with a leading zero": {encode(modulus), "AAEAAQ", RS256, errUnusable},
		"another exponent":      {encode(modulus), "Aw", RS256, errSignature},
		"another algorithm":     {encode(modulus), "AQAB", PS256, errSignature},
		"another key type":      {encode(modulus), "AQAB", ES256, errUnusable},
		"n empty":               {"", "AQAB", RS256, errUnusable},
		"e zero":                {encode(modulus), "AA", RS256, errUnusable},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := ParseHeaderKey([]byte(`{"kty":"RSA","n":"`+c.n+`","e":"`+c.e+`"}`), nil)
			if err == nil {
				err = key.Verify(c.alg, input, signature)
			}
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}
