package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
	"pgregory.net/rapid"
)

var ecdsaCurves = map[Algorithm]elliptic.Curve{ES256: elliptic.P256(), ES384: elliptic.P384(), ES512: elliptic.P521()}

func newECDSA(t *testing.T, a Algorithm) (*ecdsa.PrivateKey, *Key) {
	t.Helper()
	private, err := ecdsa.GenerateKey(ecdsaCurves[a], rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private, keyOf(private.Public(), a)
}

// keyOf returns a key for one algorithm.
func keyOf(public crypto.PublicKey, a Algorithm) *Key {
	return &Key{ID: "k", keys: []publicKey{{PublicKey: public, algorithms: SetOf(a)}}}
}

// sign makes JWS signatures until one satisfies willDo: with a leading zero byte, for example.
func sign(t *testing.T, a Algorithm, private *ecdsa.PrivateKey, input []byte, willDo func(r, s []byte) bool) []byte {
	t.Helper()
	size := (private.Params().BitSize + 7) / 8
	for {
		r, s, err := ecdsa.Sign(rand.Reader, private, digest(a, nil, input))
		if err != nil {
			t.Fatal(err)
		}
		signature := make([]byte, 2*size)
		r.FillBytes(signature[:size])
		s.FillBytes(signature[size:])
		if willDo(signature[:size], signature[size:]) {
			return signature
		}
	}
}

func anySignature([]byte, []byte) bool { return true }

// TestECDSA accepts the one spelling of RFC 7518 section 3.4, whatever the numbers look like.
func TestECDSA(t *testing.T) {
	input := []byte("header.payload")
	for a := range ecdsaCurves {
		private, key := newECDSA(t, a)
		for name, willDo := range map[string]func(r, s []byte) bool{
			"any":               anySignature,
			"r begins with 00":  func(r, _ []byte) bool { return r[0] == 0 },
			"s begins with 00":  func(_, s []byte) bool { return s[0] == 0 },
			"s has its top bit": func(_, s []byte) bool { return s[0] >= 0x80 || a == ES512 },
		} {
			signature := sign(t, a, private, input, willDo)
			if err := key.Verify(a, input, signature); err != nil {
				t.Errorf("%v, %s: %v", a, name, err)
			}
			if err := key.Verify(a, []byte("header.payloae"), signature); !errors.Is(err, errSignature) {
				t.Errorf("%v, %s, of another text: %v", a, name, err)
			}
		}
	}
}

func TestECDSARefused(t *testing.T) {
	input := []byte("header.payload")
	for a, curve := range ecdsaCurves {
		private, key := newECDSA(t, a)
		good := sign(t, a, private, input, anySignature)
		size := len(good) / 2
		number := func(n *big.Int) []byte { return n.FillBytes(make([]byte, size)) }
		order := curve.Params().N
		negated := new(big.Int).Sub(order, new(big.Int).SetBytes(good[size:]))
		der, err := ecdsa.SignASN1(rand.Reader, private, digest(a, nil, input))
		if err != nil {
			t.Fatal(err)
		}
		for name, signature := range map[string][]byte{
			"empty":             {},
			"half":              good[:size],
			"a byte short":      good[:2*size-1],
			"a byte long":       append(bytes.Clone(good), 0),
			"zero bytes around": append(append([]byte{0}, good...), 0),
			"a zero between":    slices.Insert(bytes.Clone(good), size, 0),
			"both as DER":       der,
			"halves swapped":    append(bytes.Clone(good[size:]), good[:size]...),
			"zero and zero":     make([]byte, 2*size),
			"r zero":            append(make([]byte, size), good[size:]...),
			"s zero":            append(bytes.Clone(good[:size]), make([]byte, size)...),
			"one and one":       append(number(big.NewInt(1)), number(big.NewInt(1))...),
			"r the order":       append(number(order), good[size:]...),
			"s the order":       append(bytes.Clone(good[:size]), number(order)...),
			"all ones":          bytes.Repeat([]byte{0xff}, 2*size),
			"a flipped bit":     append(bytes.Clone(good[:2*size-1]), good[2*size-1]^1),
		} {
			if err := key.Verify(a, input, signature); !errors.Is(err, errSignature) {
				t.Errorf("%v, %s: %v", a, name, err)
			}
		}
		if err := key.Verify(a, input, append(bytes.Clone(good[:size]), number(negated)...)); err != nil {
			t.Errorf("%v: n-s verifies wherever s does, and JWS does not forbid it: %v", a, err)
		}
		for other := RS256; other < algorithms; other++ {
			if other != a && key.Verify(other, input, good) == nil {
				t.Errorf("a signature of %v is one of %v", a, other)
			}
		}
		_, otherKey := newECDSA(t, a)
		if err := otherKey.Verify(a, input, good); !errors.Is(err, errSignature) {
			t.Errorf("%v, another key: %v", a, err)
		}
	}
}

// TestDER compares with encoding/asn1.
func TestDER(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{32, 48, 66}).Draw(t, "size")
		half := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.Just(byte(0)), rapid.Just(byte(0xff))), size, size)
		r, s := half.Draw(t, "r"), half.Draw(t, "s")
		got := appendDER(nil, r, s)
		want, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(r), new(big.Int).SetBytes(s)})
		if err != nil || !bytes.Equal(got, want) || len(got) > maxDER {
			t.Fatalf("%x, want %x (%v)", got, want, err)
		}
	})
}

// TestSameAsLibrary compares with the library: both accept and refuse the same signatures.
func TestSameAsLibrary(t *testing.T) {
	input := []byte("header.payload")
	for a := range ecdsaCurves {
		private, key := newECDSA(t, a)
		library, err := jws.NewVerifier(jwa.SignatureAlgorithm(a.String()))
		if err != nil {
			t.Fatal(err)
		}
		good := sign(t, a, private, input, anySignature)
		rapid.Check(t, func(t *rapid.T) {
			signature := bytes.Clone(good)
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				signature[rapid.IntRange(0, len(signature)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
			}
			signature = signature[:rapid.SampledFrom([]int{len(good), len(good), len(good) - 1, len(good) / 2}).Draw(t, "length")]
			ours, theirs := key.Verify(a, input, signature), library.Verify(input, signature, key.keys[0].PublicKey)
			if (ours == nil) != (theirs == nil) {
				t.Fatalf("%x: %v here, %v there", signature, ours, theirs)
			}
		})
	}
}
