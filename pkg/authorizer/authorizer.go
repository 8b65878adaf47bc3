package authorizer

import (
	"context"
	"errors"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// A TokenVerifier verifies one token in compact form. [*jwtauth.Verifier] implements it.
//
// It returns the token, or an error for which errors.As finds a [jwtauth.Refusal] (the token is
// bad), or any other error (the token is undecided). It is called concurrently.
type TokenVerifier interface {
	Verify(ctx context.Context, raw string) (*jwtauth.Token, error)
}

// An Authorizer authorizes the requests to one API. Its methods are safe for concurrent use.
type Authorizer struct {
	verifier TokenVerifier
	dpop     dpopScheme          // nil without DPoP
	mtls     CertificateVerifier // nil without mTLS

	observe  func(context.Context, Decision)                    // nil without an observer
	respond  func(context.Context, Decision, Response) Response // nil without a hook
	routeOf  func(*http.Request) string
	realm    string
	metadata string // the URL of WithResourceMetadata

	bareTokens    bool
	allScopes     bool
	stagePolicy   bool
	handshake     handshake
	contextClaims []string
	routeScopes   map[string][]string
}

// New returns an Authorizer that verifies every token with v.
//
// It panics when v is nil or options contradict each other: that is a mistake in the program, which
// must not start.
func New(v TokenVerifier, opts ...Option) *Authorizer {
	if v == nil {
		panic("authorizer: New needs a TokenVerifier")
	}
	a := &Authorizer{verifier: v, routeOf: func(r *http.Request) string { return r.Pattern }}
	for _, opt := range opts {
		opt(a)
	}
	if a.stagePolicy && a.routeScopes != nil {
		panic("authorizer: WithStagePolicy would let a scope for one route open every other; leave out WithRouteScopes")
	}
	return a
}

// AllOf returns an Authorizer that is like a, but requires all of the scopes of a route wherever a
// requires any one of them.
func (a *Authorizer) AllOf() *Authorizer {
	all := *a
	all.allScopes = true
	return &all
}

// errNoToken means that the verifier breaks its contract. The request is not let through.
var errNoToken = errors.New("authorizer: the verifier returned neither a token nor an error")

// decide verifies the token in the credentials, applies the rule of the route and calls the
// observer. It returns a token if and only if the error is nil.
func (a *Authorizer) decide(ctx context.Context, r request, allow rule) (*jwtauth.Token, Decision, error) {
	token, err := a.verify(ctx, r)
	if err == nil {
		err = allow(token)
	}
	decision := a.decision(ctx, r.route, token, err)
	switch {
	case err == nil:
		return token, decision, nil
	case a.usesDPoP(r.credentials):
		return nil, decision, a.dpop.wrap(err)
	}
	return nil, decision, err
}

func (a *Authorizer) verify(ctx context.Context, r request) (*jwtauth.Token, error) {
	raw, err := a.token(r.credentials)
	if err != nil {
		return nil, err
	}
	if r.route != "" {
		ctx = jwtauth.WithRoute(ctx, r.route)
	}
	token, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if token == nil {
		return nil, errNoToken
	}
	if err := a.checkPossession(ctx, token, raw, r.credentials); err != nil {
		return nil, err
	}
	return token, nil
}

func (a *Authorizer) token(c credentials) (string, error) {
	if a.usesDPoP(c) {
		return a.dpop.token(c)
	}
	return c.token(a.bareTokens)
}
