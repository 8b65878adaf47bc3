package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
)

var errSignature = errors.New("bad signature")

// raw is the signature check of the standard library alone. The key, the digest and the decoded
// signature are computed before: hashing is part of what a verifier adds.
func raw(i *issuer) (contender, error) {
	input, encoded := parts(i.token)
	signature, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return contender{}, err
	}
	digest := sha256.Sum256([]byte(input))
	if key, ok := i.public.(*rsa.PublicKey); ok {
		return contender{"rsa.VerifyPKCS1v15", func() error {
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature)
		}}, nil
	}
	key, ok := i.public.(*ecdsa.PublicKey)
	if !ok {
		return contender{}, errSignature
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return contender{"ecdsa.Verify", func() error {
		if !ecdsa.Verify(key, digest[:], r, s) {
			return errSignature
		}
		return nil
	}}, nil
}
