package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"time"
)

const (
	issuerURL = "https://securedpets.eu.auth0.example/"
	audience  = "https://api.securedpets.example"
	scope     = "list:unicorns"
)

// An issuer is one key, the JWK set that publishes it and a token that it signed.
type issuer struct {
	alg    string
	kid    string
	public crypto.PublicKey
	jwks   []byte
	token  string
}

func newIssuer(alg string) (*issuer, error) {
	signer, err := newKey(alg)
	if err != nil {
		return nil, err
	}
	i := &issuer{alg: alg, kid: "NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg", public: signer.Public()}
	if i.jwks, err = json.Marshal(map[string]any{"keys": []any{i.jwk()}}); err != nil {
		return nil, err
	}
	i.token, err = sign(signer, map[string]any{"alg": alg, "typ": "JWT", "kid": i.kid}, claims())
	return i, err
}

func newKey(alg string) (crypto.Signer, error) {
	if alg == "ES256" {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}

func (i *issuer) jwk() map[string]any {
	jwk := map[string]any{"use": "sig", "alg": i.alg, "kid": i.kid}
	switch key := i.public.(type) {
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", b64(key.N.Bytes()), b64(big.NewInt(int64(key.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			panic(err) // a key that was generated a moment ago is on its curve
		}
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", "P-256", b64(point[1:33]), b64(point[33:])
	}
	return jwk
}

// claims returns the claims of an access token of Auth0 with permissions.
func claims() map[string]any {
	now := time.Now()
	return map[string]any{
		"iss":               issuerURL,
		"sub":               "auth0|65f1c9a3f2b4d81c7a9e0b53",
		"aud":               []string{audience, issuerURL + "userinfo"},
		"iat":               now.Unix(),
		"exp":               now.Add(24 * time.Hour).Unix(),
		"azp":               "Zt3KqWm9Xb1vN8pLr5sYc7dGh2jFa4Ue",
		"scope":             "openid profile email list:unicorns read:unicorn",
		audience + "/email": "trainer@securedpets.example",
		"org_id":            "org_9ybsU1dN2dKfDkBi",
		"permissions":       []string{"list:unicorns", "read:unicorn"},
	}
}

// sign returns the compact form. An ES256 signature is two numbers of fixed width (RFC 7518 section
// 3.4).
func sign(signer crypto.Signer, header, claims map[string]any) (string, error) {
	h, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	c, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	input := b64(h) + "." + b64(c)
	digest := sha256.Sum256([]byte(input))
	signature, err := signDigest(signer, digest[:])
	return input + "." + b64(signature), err
}

func signDigest(signer crypto.Signer, digest []byte) ([]byte, error) {
	key, ok := signer.(*ecdsa.PrivateKey)
	if !ok {
		return signer.Sign(rand.Reader, digest, crypto.SHA256)
	}
	r, s, err := ecdsa.Sign(rand.Reader, key, digest)
	if err != nil {
		return nil, err
	}
	return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), nil
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// parts splits a compact token into what was signed and the signature.
func parts(token string) (input, signature string) {
	dot := strings.LastIndexByte(token, '.')
	return token[:dot], token[dot+1:]
}
