package authorizer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// A TokenVerifier decides about one token in compact form. A [*jwtauth.Verifier] is one.
//
// It returns the token, or an error for which errors.As finds a [jwtauth.Refusal] (the token is
// bad), or any other error (it could not decide). It is called concurrently.
type TokenVerifier interface {
	Verify(ctx context.Context, raw string) (*jwtauth.Token, error)
}

// An Authorizer answers the authorization question of one API. Its methods are safe for
// concurrent use.
type Authorizer struct {
	verifier    TokenVerifier
	observe     func(context.Context, Decision)
	bareTokens  bool
	stagePolicy bool
	routeScopes map[string][]string
}

// New returns an Authorizer that asks v about every token.
//
// It panics when v is nil or an option makes no sense: that is a mistake in the program, and it
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

// errNoToken is a verifier that breaks its contract; it is never a reason to let a call pass.
var errNoToken = errors.New("authorizer: the verifier returned neither a token nor an error")

// decide verifies what the credentials hold, applies the rule of the route and tells the observer.
// It returns a token if, and only if, the error is nil.
func (a *Authorizer) decide(ctx context.Context, route string, c credentials, allow rule) (*jwtauth.Token, error) {
	token, err := a.verify(ctx, c)
	if err == nil {
		err = allow(token)
	}
	a.observe(ctx, Decision{Route: route, Outcome: jwtauth.Label(err)})
	if err != nil {
		return nil, err
	}
	return token, nil
}

func (a *Authorizer) verify(ctx context.Context, c credentials) (*jwtauth.Token, error) {
	raw, err := c.token(a.bareTokens)
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
	return token, nil
}

// A rule decides whether a caller with a valid token may go on.
type rule func(*jwtauth.Token) error

// anyOf asks for one of the scopes; with none named, any token will do.
func anyOf(scopes []string) rule {
	return func(token *jwtauth.Token) error {
		if len(scopes) == 0 || slices.ContainsFunc(scopes, token.HasScope) {
			return nil
		}
		return jwtauth.InsufficientScope
	}
}

func forbidden(*jwtauth.Token) error { return jwtauth.Forbidden }

// mustScopes panics for what can never be a scope (RFC 6749 section 3.3): a typing mistake would
// close the route for everyone, or break the quoting of WWW-Authenticate.
func mustScopes(scopes []string) {
	for _, scope := range scopes {
		bad := strings.IndexFunc(scope, func(r rune) bool {
			return r < '!' || r > '~' || r == '"' || r == '\\'
		})
		if scope == "" || bad >= 0 {
			panic("authorizer: not a scope (RFC 6749 section 3.3), give each as its own argument: " + scope)
		}
	}
}
