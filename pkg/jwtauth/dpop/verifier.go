package dpop

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/internal/jose"
	"example.com/securedpets/pkg/strictjson"
)

const (
	maxID        = 256
	hashLen      = 43           // of a SHA-256 digest in base64url
	maxTimestamp = 253402300799 // the end of the year 9999
)

// Verifier verifies the proofs that come with bound tokens. It is safe for concurrent use.
type Verifier struct {
	origins    []string
	algorithms jose.Set
	names      string
	window     time.Duration
	nonces     *nonces
	replay     ReplayStore
	now        func() time.Time
}

// Algorithms returns the names of the accepted algorithms, separated by spaces: the algs of a
// challenge.
func (v *Verifier) Algorithms() string { return v.names }

// Nonce returns the value of a DPoP-Nonce header for the next proof, or an empty string when no
// nonce is required.
func (v *Verifier) Nonce() string {
	if v.nonces == nil {
		return ""
	}
	return v.nonces.current(v.now())
}

// Verify returns nil if the request proves that its sender has the key of the token. Otherwise the
// error matches a [Code] and [jwtauth.InvalidToken], or [jwtauth.ErrProofUndecided] when it is not
// known whether the proof was used before.
//
// p.Token must have been verified: Verify compares the proof with its Confirmation.
//
// The order of the checks is part of the security:
//
//  1. The token is bound to a key, and the request has one proof. Of two, the next program might
//     read the other one.
//  2. Size, shape and the only spelling of all segments, because everything after this costs more.
//  3. The header is strict JSON, of type dpop+jwt, with an accepted algorithm and a public key.
//     Nothing that it asks for is done before all of it is known to be acceptable.
//  4. The payload is strict JSON.
//  5. The thumbprint of the key is that of the token. Anyone can send a key; without this check the
//     signature proves nothing. A sender with another key costs no signature check either.
//  6. The signature. Only from here on are the claims the client's.
//  7. The claims: the token, the method and the URI that the proof is for, the nonce, and the time.
//  8. The replay store comes last, so that only good proofs are recorded: filling the store takes a
//     bound token and its key.
func (v *Verifier) Verify(ctx context.Context, p jwtauth.Presentation) error {
	if p.Token == nil || p.Token.Confirmation.KeyThumbprint == "" { // 1
		return errUnbound
	}
	if len(p.Proofs) != 1 {
		return errProofs
	}
	s := scratches.Get().(*scratch) //nolint:forcetypeassert // the pool holds nothing else
	defer scratches.Put(s)
	if err := s.decode(p.Proofs[0]); err != nil { // 2
		return err
	}
	if err := s.readHeader(v.algorithms); err != nil { // 3
		return err
	}
	if err := s.readClaims(); err != nil { // 4
		return err
	}
	thumbprint := s.key.Thumbprint()
	if !isHash(p.Token.Confirmation.KeyThumbprint, thumbprint) { // 5
		return errBinding
	}
	if s.key.Verify(s.algorithm, s.signed, s.signature) != nil { // 6
		return errSignature
	}
	until, err := v.checkClaims(s, p) // 7
	if err != nil {
		return err
	}
	return v.use(ctx, s, thumbprint, until) // 8
}

// checkClaims returns until when the proof would be accepted.
func (v *Verifier) checkClaims(s *scratch, p jwtauth.Presentation) (until time.Time, err error) {
	c := &s.claims
	if n := len(strictjson.Bytes(s.payload, c.jti)); n == 0 || n > maxID {
		return time.Time{}, errID
	}
	s.token = append(s.token[:0], p.Raw...)
	if !isHash(string(strictjson.Bytes(s.payload, c.ath)), sha256.Sum256(s.token)) {
		return time.Time{}, errTokenHash
	}
	if method := strictjson.Bytes(s.payload, c.htm); len(method) == 0 || string(method) != p.Method {
		return time.Time{}, errMethod
	}
	if c.htu.Kind != strictjson.String || !v.isTarget(strictjson.Text(s.payload, c.htu), p.Path) {
		return time.Time{}, errTarget
	}
	now := v.now()
	if err := v.checkNonce(s, now); err != nil {
		return time.Time{}, err
	}
	return v.checkTime(s, now)
}

// checkNonce comes before the time: a client with a wrong clock learns of the nonce all the same.
func (v *Verifier) checkNonce(s *scratch, now time.Time) error {
	nonce := s.claims.nonce
	switch {
	case nonce.Kind != strictjson.Absent && nonce.Kind != strictjson.String:
		return errNonceType
	case v.nonces == nil:
		return nil
	case nonce.Kind == strictjson.Absent:
		return errNoNonce
	case !v.nonces.accepts(strictjson.Bytes(s.payload, nonce), now):
		return errNonce
	}
	return nil
}

func (v *Verifier) checkTime(s *scratch, now time.Time) (until time.Time, err error) {
	sec, nsec, ok := strictjson.Seconds(s.payload, s.claims.iat, 0, maxTimestamp)
	if !ok {
		return time.Time{}, errIssuedAt
	}
	iat := time.Unix(sec, nsec)
	until = iat.Add(v.window)
	switch {
	case iat.After(now.Add(v.window)):
		return time.Time{}, errTooNew
	case !until.After(now):
		return time.Time{}, errTooOld
	}
	return until, nil
}

func (v *Verifier) use(ctx context.Context, s *scratch, thumbprint [sha256.Size]byte, until time.Time) error {
	s.token = append(append(s.token[:0], thumbprint[:]...), strictjson.Bytes(s.payload, s.claims.jti)...)
	first, err := v.replay.Use(ctx, sha256.Sum256(s.token), until)
	switch {
	case err != nil:
		return undecided{err}
	case !first:
		return errReplayed
	}
	return nil
}

// isHash reports whether text is the only spelling of the digest.
func isHash(text string, digest [sha256.Size]byte) bool {
	var room [hashLen]byte
	base64.RawURLEncoding.Encode(room[:], digest[:])
	return text == string(room[:])
}
