package jwtauth

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"example.com/securedpets/pkg/jwtauth/internal/jose"
)

var (
	errUnknownKey = &rule{InvalidSignature, "no key of the issuer has this kid"}
	errSignature  = &rule{InvalidSignature, "the signature does not match"}
)

// Verifier verifies the tokens of one issuer. It is safe for concurrent use.
type Verifier struct {
	issuer             string
	audiences          []string
	algorithms         jose.Set
	profile            Profile
	leeway, maxAge     time.Duration
	clientIDAudience   bool
	permissions        bool
	allAudiences       bool
	scopePath          []string // nil for scp, else scope
	accessTokenType    bool
	maxToken           int
	confirmations      []string
	ignoreConfirmation bool
	keys               KeySet
	known              atomic.Pointer[knownHeader]
	cache              *cache
	observe            func(Event)
	now                func() time.Time
	clock              clock // for the age of what is remembered
}

// New returns a Verifier for cfg that finds keys in keys. Its error joins every complaint about
// cfg.
func New(cfg Config, keys KeySet) (*Verifier, error) {
	algorithms, err := cfg.check(keys)
	if err != nil {
		return nil, err
	}
	v := &Verifier{
		issuer:             cfg.Issuer,
		audiences:          slices.Clone(cfg.Audiences),
		algorithms:         algorithms,
		profile:            cfg.Profile,
		leeway:             cfg.Leeway,
		maxAge:             cfg.MaxAge,
		clientIDAudience:   cfg.ClientIDAudience,
		permissions:        cfg.Permissions,
		allAudiences:       cfg.AllAudiences,
		scopePath:          scopePath(cfg.ScopeClaim),
		accessTokenType:    cfg.RequireAccessTokenType,
		maxToken:           cmp.Or(cfg.MaxTokenBytes, maxToken),
		confirmations:      slices.Clone(cfg.Confirmations),
		ignoreConfirmation: cfg.IgnoreConfirmation,
		keys:               keys,
		cache:              newCache(cfg.CacheSize),
		observe:            cfg.Observe,
		now:                cfg.Now,
		clock:              newClock(cfg.Now),
	}
	if v.now == nil {
		v.now = time.Now
	}
	return v, nil
}

// Issuer returns the issuer whose tokens v verifies.
func (v *Verifier) Issuer() string { return v.issuer }

// Verify returns the token in raw if it is valid. Otherwise it returns nil and an error that
// matches a [Refusal], or [ErrKeysUnavailable] when the token is undecided. raw is the bare token,
// see [ParseBearer].
//
// The order of the checks is part of the security:
//
//  1. Size and shape, because they are the cheapest to check.
//  2. The header, in its only spelling. It selects the algorithm, so all of it is checked before
//     any of it is used. Symmetric algorithms do not exist here, whatever the configuration.
//  3. The payload, in its only spelling: one strict JSON document with the configured issuer, and
//     an algorithm and a type that are allowed for it. It is not trusted yet; it is read this early
//     so that no key is looked up for a malformed token or for another issuer's.
//  4. The spelling of the signature: with it, the whole token has only one.
//  5. The key of this kid, from the issuer's key set only. It must allow the algorithm.
//  6. The signature. The issuer has made the claims only if it is valid.
//  7. The claims: subject, audience, kind of token, scopes, and the times last, because after
//     TokenExpired a client can retry with a newer token of the same kind.
func (v *Verifier) Verify(ctx context.Context, raw string) (*Token, error) {
	t, err := v.verify(ctx, raw)
	v.report(ctx, t, err)
	return t, err
}

func (v *Verifier) report(ctx context.Context, t *Token, err error) {
	if v.observe == nil {
		return
	}
	route, _ := ctx.Value(routeKey{}).(string)
	v.observe(Event{
		Kind: EventVerify, Outcome: Label(err), Err: err,
		Context: ctx, Route: route, SubjectHash: t.SubjectHash(),
	})
}

func (v *Verifier) verify(ctx context.Context, raw string) (*Token, error) {
	if t := v.cache.get(ctx, v, raw); t != nil {
		return t, nil
	}
	s := scratches.Get().(*scratch) //nolint:forcetypeassert // the pool holds nothing else
	defer scratches.Put(s)
	if err := s.read(raw, v.maxToken, v.known.Load()); err != nil { // 1, 2 and the shape of 3
		return nil, err
	}
	return v.decide(ctx, raw, s)
}

// decide is Verify from the issuer on.
func (v *Verifier) decide(ctx context.Context, raw string, s *scratch) (*Token, error) {
	if !isText(s.payload, s.claims.iss, v.issuer) { // 3
		return nil, errIssuer
	}
	if !v.algorithms.Has(s.header.algorithm) {
		return nil, errAlgorithm
	}
	if v.accessTokenType && s.header.typ != typAccess {
		return nil, errTyp
	}
	if !s.readSignature() { // 4
		return nil, errShape
	}
	key, err := v.key(ctx, s.header.kid) // 5
	if err != nil {
		return nil, err
	}
	if key.key.Verify(s.header.algorithm, s.signed, s.signature) != nil { // 6
		return nil, errSignature
	}
	t, err := v.checkClaims(s, key) // 7
	if err != nil {
		return nil, err
	}
	v.remember(raw, s, t, key)
	return t, nil
}

// remember keeps what makes the next token, or the same one, cheaper.
func (v *Verifier) remember(raw string, s *scratch, t *Token, key *Key) {
	if known := v.known.Load(); known == nil || known.spelling != s.spelling {
		v.known.Store(&knownHeader{strings.Clone(s.spelling), s.header})
	}
	v.cache.put(v, raw, t, key)
}

// key tells "there is no such key" from "undecided". An error that is neither is the latter: in
// doubt a token is not refused as forged, and not accepted.
func (v *Verifier) key(ctx context.Context, kid string) (*Key, error) {
	key, err := v.keys.Key(ctx, kid)
	switch {
	case errors.Is(err, ErrUnknownKey):
		return nil, errUnknownKey
	case errors.Is(err, ErrKeysUnavailable):
		return nil, err
	case err != nil:
		return nil, &keysError{"the key set failed", err}
	case key == nil || key.key == nil:
		return nil, ErrKeysUnavailable
	}
	return key, nil
}
