package jwtauthtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
)

// BoundTo binds a token to the DPoP key of its client (RFC 9449 section 6.1).
func BoundTo(key *Key) Edit {
	return Claim("cnf", map[string]string{"jkt": key.Thumbprint()})
}

// Proof returns a DPoP proof of the key for one request with this token (RFC 9449 section 4.2),
// changed by the edits.
func (i *Issuer) Proof(key *Key, method, uri, token string, edits ...Edit) string {
	hash := sha256.Sum256([]byte(token))
	proof := []Edit{Header("typ", "dpop+jwt"), WithoutHeader("kid"), Header("jwk", key.public())}
	return i.finish(&Draft{
		Key: key,
		Claims: map[string]any{
			"jti": rand.Text(), "htm": method, "htu": uri, "iat": i.Now().Unix(), "ath": encode(hash[:]),
		},
	}, append(proof, edits...))
}

// Thumbprint returns the SHA-256 thumbprint of the key (RFC 7638).
func (k *Key) Thumbprint() string {
	doc, err := json.Marshal(k.public()) // names in order, without spaces
	if err != nil {
		return "" // impossible: it is a map of strings
	}
	hash := sha256.Sum256(doc)
	return encode(hash[:])
}

// public returns the members of the JWK that make the key.
func (k *Key) public() map[string]string {
	m := k.jwk()
	for _, name := range []string{"kid", "alg", "use"} {
		delete(m, name)
	}
	return m
}
