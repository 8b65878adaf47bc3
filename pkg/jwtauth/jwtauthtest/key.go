package jwtauthtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of the algorithms below
	_ "crypto/sha512"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"testing"
)

// Key is a key pair that signs tokens.
type Key struct {
	ID        string // kid
	Algorithm string // alg
	private   crypto.Signer
}

// NewKey makes a key for RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA. It
// is not published: tokens signed with it are forged until [Issuer.Publish].
func (i *Issuer) NewKey(kid, alg string) *Key {
	i.tb.Helper()
	return newKey(i.tb, kid, alg)
}

func newKey(tb testing.TB, kid, alg string) *Key {
	tb.Helper()
	private, err := generate(alg)
	if err != nil {
		tb.Fatal(err)
	}
	if private == nil {
		tb.Fatalf("jwtauthtest: no key type for algorithm %q", alg)
	}
	return &Key{kid, alg, private}
}

func generate(alg string) (crypto.Signer, error) {
	switch alg {
	case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512":
		return rsa.GenerateKey(rand.Reader, 2048)
	case "ES256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	}
	return nil, nil //nolint:nilnil // newKey says which algorithm that was
}

// shared are the keys that every Issuer starts with.
var shared sync.Map

func sharedKey(tb testing.TB, kid, alg string) *Key {
	tb.Helper()
	if key, ok := shared.Load(kid + alg); ok {
		return key.(*Key) //nolint:forcetypeassert // nothing else is stored
	}
	key, _ := shared.LoadOrStore(kid+alg, newKey(tb, kid, alg))
	return key.(*Key) //nolint:forcetypeassert // as above
}

// Public returns the public key.
func (k *Key) Public() crypto.PublicKey { return k.private.Public() }

func (k *Key) jwk() map[string]string {
	m := map[string]string{"kid": k.ID, "alg": k.Algorithm, "use": "sig"}
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		m["kty"], m["n"], m["e"] = "RSA", encode(public.N.Bytes()), encode(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		size := (public.Params().BitSize + 7) / 8
		point, err := public.Bytes()
		if err != nil {
			return m // a key without coordinates, which a verifier ignores
		}
		m["kty"], m["crv"] = "EC", public.Params().Name
		m["x"], m["y"] = encode(point[1:1+size]), encode(point[1+size:])
	case ed25519.PublicKey:
		m["kty"], m["crv"], m["x"] = "OKP", "Ed25519", encode(public)
	}
	return m
}

// hashes by the size that ends the name of an algorithm; EdDSA signs the message itself.
func hashOf(alg string) crypto.Hash {
	switch {
	case strings.HasSuffix(alg, "256"):
		return crypto.SHA256
	case strings.HasSuffix(alg, "384"):
		return crypto.SHA384
	case strings.HasSuffix(alg, "512"):
		return crypto.SHA512
	}
	return 0
}

// sign returns the signature of input as JWS wants it.
func (k *Key) sign(input string) ([]byte, error) {
	hash := hashOf(k.Algorithm)
	digest := []byte(input)
	if hash != 0 {
		h := hash.New()
		h.Write(digest)
		digest = h.Sum(nil)
	}
	switch private := k.private.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, private, digest)
		if err != nil {
			return nil, err
		}
		size := (private.Params().BitSize + 7) / 8
		out := make([]byte, 2*size)
		r.FillBytes(out[:size])
		s.FillBytes(out[size:])
		return out, nil
	case *rsa.PrivateKey:
		if strings.HasPrefix(k.Algorithm, "PS") {
			return private.Sign(rand.Reader, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash})
		}
	}
	return k.private.Sign(rand.Reader, digest, hash)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
