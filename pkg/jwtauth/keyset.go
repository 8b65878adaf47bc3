package jwtauth

import (
	"context"
	"fmt"

	"example.com/securedpets/pkg/jwtauth/internal/jose"
)

// KeySet finds the public keys of one issuer. [StaticKeySet] and [RemoteKeySet] are the usual ones.
//
// Key returns the key of this id; ErrUnknownKey when the issuer does not have it; and an error that
// matches ErrKeysUnavailable when that is undecided. It is called concurrently, and with key ids
// that an attacker chose: it must bound what such an id can make it do.
type KeySet interface {
	Key(ctx context.Context, kid string) (*Key, error)
}

// Key is what an issuer publishes under one key id: a public key, or one of each type, among which
// the algorithm of a token selects (RFC 7517 section 4.5). Only this package makes one.
type Key struct{ key *jose.Key }

// StaticKeySet is a key set that never changes: for tests, and for issuers whose keys are part of
// the deployment.
type StaticKeySet struct{ keys map[string]*Key }

// ParseKeySet reads a JWK set (RFC 7517). It leaves out keys that must not be used: symmetric,
// weak, malformed or not for signatures, and different keys of one type under one key id. One key
// that is published once per algorithm may verify all of them. It is an error when no key is left.
func ParseKeySet(jwks []byte) (*StaticKeySet, error) {
	keys, _, err := parseKeys(jwks)
	if err != nil {
		return nil, err
	}
	return &StaticKeySet{keys}, nil
}

// Key returns the key of this id, or ErrUnknownKey.
func (s *StaticKeySet) Key(_ context.Context, kid string) (*Key, error) {
	if key := s.keys[kid]; key != nil {
		return key, nil
	}
	return nil, ErrUnknownKey
}

func parseKeys(jwks []byte) (keys map[string]*Key, ignored int, err error) {
	if len(jwks) > maxKeySetBytes {
		return nil, 0, errKeySetSize
	}
	parsed, ignored, err := jose.ParseSet(jwks)
	if err != nil {
		return nil, 0, fmt.Errorf("jwtauth: %w", err)
	}
	keys = make(map[string]*Key, len(parsed))
	for id, key := range parsed {
		keys[id] = &Key{key}
	}
	return keys, ignored, nil
}
