package authorizer

import (
	"context"
	"errors"
	"slices"
	"strings"

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
	verifier    TokenVerifier
	dpop        dpopScheme          // nil without DPoP
	mtls        CertificateVerifier // nil without mTLS
	observe     func(context.Context, Decision)
	metadata    string // the URL of WithResourceMetadata
	bareTokens  bool
	stagePolicy bool
	routeScopes map[string][]string
}

// New returns an Authorizer that verifies every token with v.
//
// It panics when v is nil or options contradict each other: that is a mistake in the program, which
// must not start.
func New(v TokenVerifier, opts ...Option) *Authorizer {
	if v == nil {
		panic("authorizer: New needs a TokenVerifier")
	}
	a := &Authorizer{verifier: v, observe: func(context.Context, Decision) {}}
	for _, opt := range opts {
		opt(a)
	}
	if a.stagePolicy && a.routeScopes != nil {
		panic("authorizer: WithStagePolicy would let a scope for one route open every other; leave out WithRouteScopes")
	}
	return a
}

// errNoToken means that the verifier breaks its contract. The request is not let through.
var errNoToken = errors.New("authorizer: the verifier returned neither a token nor an error")

// decide verifies the token in the credentials, applies the rule of the route and calls the
// observer. It returns a token if and only if the error is nil.
func (a *Authorizer) decide(ctx context.Context, route string, c credentials, allow rule) (*jwtauth.Token, error) {
	token, err := a.verify(ctx, c)
	if err == nil {
		err = allow(token)
	}
	a.observe(ctx, Decision{Route: route, Outcome: jwtauth.Label(err)})
	switch {
	case err == nil:
		return token, nil
	case a.usesDPoP(c):
		return nil, a.dpop.wrap(err)
	}
	return nil, err
}

func (a *Authorizer) verify(ctx context.Context, c credentials) (*jwtauth.Token, error) {
	raw, err := a.token(c)
	if err != nil {
		return nil, err
	}
	token, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if token == nil {
		return nil, errNoToken
	}
	if err := a.checkPossession(ctx, token, raw, c); err != nil {
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

// A rule decides whether a request with a valid token is let through.
type rule func(*jwtauth.Token) error

// anyOf requires one of the scopes. Without scopes, any token satisfies it.
func anyOf(scopes []string) rule {
	return func(token *jwtauth.Token) error {
		if len(scopes) == 0 || slices.ContainsFunc(scopes, token.HasScope) {
			return nil
		}
		return jwtauth.InsufficientScope
	}
}

func forbidden(*jwtauth.Token) error { return jwtauth.Forbidden }

// mustScopes panics for a string that cannot be a scope (RFC 6749 section 3.3): a typo would close
// the route for every caller, or break the quoting of WWW-Authenticate.
func mustScopes(scopes []string) {
	for _, scope := range scopes {
		if !isScope(scope) {
			panic("authorizer: not a scope (RFC 6749 section 3.3), give each as its own argument: " + scope)
		}
	}
}

func isScope(s string) bool {
	bad := func(r rune) bool { return r < '!' || r > '~' || r == '"' || r == '\\' }
	return s != "" && !strings.ContainsFunc(s, bad)
}
