package jwtauth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/securedpets/pkg/strictjson"
)

// Issuers verifies the tokens of several issuers, each with its own Verifier: its policy, its keys,
// its audiences. The iss claim chooses the Verifier before any key is looked up, so no issuer's key
// ever counts for another one.
type Issuers struct {
	list     []*Verifier
	maxToken int // the largest of the list
	byIssuer map[string]*Verifier
}

// NewIssuers returns the union of verifiers, of which no two may have the same issuer.
func NewIssuers(verifiers ...*Verifier) (*Issuers, error) {
	i := &Issuers{list: slices.Clone(verifiers), byIssuer: make(map[string]*Verifier, len(verifiers))}
	var complaints []error
	for n, v := range verifiers {
		if v == nil {
			complaints = append(complaints, fmt.Errorf("jwtauth: verifier %d is nil", n))
			continue
		}
		if i.byIssuer[v.issuer] != nil {
			complaints = append(complaints, fmt.Errorf("jwtauth: two verifiers for issuer %s", v.issuer))
		}
		i.byIssuer[v.issuer] = v
		i.maxToken = max(i.maxToken, v.maxToken)
	}
	if len(verifiers) == 0 {
		complaints = append(complaints, errors.New("jwtauth: at least one verifier is required"))
	}
	if err := errors.Join(complaints...); err != nil {
		return nil, err
	}
	return i, nil
}

// Verify is [Verifier.Verify] of the issuer that the token names. What is refused before that is
// known is reported to the observer of the first one.
func (i *Issuers) Verify(ctx context.Context, raw string) (*Token, error) {
	for _, v := range i.list {
		if t := v.cache.get(ctx, v, raw); t != nil {
			v.report(ctx, t, nil)
			return t, nil
		}
	}
	v, t, err := i.verify(ctx, raw)
	v.report(ctx, t, err)
	return t, err
}

func (i *Issuers) verify(ctx context.Context, raw string) (*Verifier, *Token, error) {
	s := scratches.Get().(*scratch) //nolint:forcetypeassert // the pool holds nothing else
	defer scratches.Put(s)
	if err := s.read(raw, i.maxToken, nil); err != nil {
		return i.list[0], nil, err
	}
	v := i.byIssuer[string(strictjson.Bytes(s.payload, s.claims.iss))]
	if v == nil {
		return i.list[0], nil, errIssuer
	}
	if len(raw) > v.maxToken {
		return v, nil, errTokenSize
	}
	t, err := v.decide(ctx, raw, s)
	return v, t, err
}
