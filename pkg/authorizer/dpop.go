package authorizer

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// A ProofVerifier verifies DPoP proofs. [example.com/securedpets/pkg/jwtauth/dpop.Verifier]
// implements it; it is an interface so that services without DPoP do not link that package.
//
// Verify returns nil if the request proves that its sender has the key of the token, an error for
// which errors.As finds a [jwtauth.Refusal], or any other error (the proof is undecided).
type ProofVerifier interface {
	Verify(ctx context.Context, p jwtauth.Presentation) error
	Algorithms() string // accepted for proofs, separated by spaces
	Nonce() string      // for the next proof; empty when none is required
}

// WithDPoP accepts the DPoP scheme (RFC 9449) beside Bearer: a token that is bound to a DPoP key
// with the DPoP scheme and a proof, any other token with the Bearer scheme. The verifier of the
// Authorizer must have [jwtauth.ConfirmationDPoP] among [jwtauth.Config].Confirmations. By
// default, tokens bound to a DPoP key are refused.
//
// A Lambda authorizer checks a proof only when it is called: set its TTL to 0. A TOKEN authorizer
// gets no proof and refuses the DPoP scheme. API Gateway's own JWT authorizer documents the
// Bearer scheme only.
func WithDPoP(v ProofVerifier) Option {
	if v == nil {
		panic("authorizer: WithDPoP needs a ProofVerifier")
	}
	return func(a *Authorizer) { a.dpop = proofGuard{v} }
}

const (
	proofHeader = "dpop"
	nonceHeader = "dpop-nonce"
)

// dpopScheme is the DPoP scheme of an Authorizer. Only WithDPoP makes one, so that the linker
// leaves the code out of services that do not call it.
type dpopScheme interface {
	isUsed(c credentials) bool // the request has one Authorization header of the scheme
	token(c credentials) (string, error)
	check(ctx context.Context, token *jwtauth.Token, raw string, c credentials) error
	wrap(err error) error // of a request with the scheme
	challenge(resp Response, own, common, discovery parameters, err error)
	nonce() string
}

type proofGuard struct{ verifier ProofVerifier }

func (proofGuard) isUsed(c credentials) bool {
	if len(c.authorization) != 1 {
		return false
	}
	scheme, _, _ := strings.Cut(c.authorization[0], " ")
	return strings.EqualFold(scheme, "dpop")
}

func (proofGuard) token(c credentials) (string, error) { return jwtauth.ParseDPoP(c.authorization[0]) }

func (g proofGuard) check(ctx context.Context, token *jwtauth.Token, raw string, c credentials) error {
	p := jwtauth.Presentation{Token: token, Raw: raw}
	if r := c.request; r != nil {
		p.Proofs, p.Method = r.Header.Values(proofHeader), r.Method
		p.Path, _, _ = strings.Cut(r.RequestURI, "?") // r.URL may have lost a prefix
		if !strings.HasPrefix(p.Path, "/") {
			p.Path = r.URL.EscapedPath()
		}
	} else {
		p.Proofs, p.Method = headerValues(proofHeader, c.headers, c.multi), c.method
		p.Path = escapedPath(c.path)
	}
	return g.verifier.Verify(ctx, p)
}

// dpopError is the error of a request with the DPoP scheme: the challenge must be of that scheme.
type dpopError struct{ error }

func (e dpopError) Unwrap() error { return e.error }

func (proofGuard) wrap(err error) error { return dpopError{err} }

// challenge applies RFC 9449 section 7.1. A client that reads only the challenge of its own scheme
// finds the parameters for discovery there too.
func (g proofGuard) challenge(resp Response, own, common, discovery parameters, err error) {
	if nonce := g.nonce(); nonce != "" {
		resp.Headers[nonceHeader] = nonce
	}
	algorithms := g.verifier.Algorithms()
	if errors.As(err, new(dpopError)) {
		resp.Headers[challengeHeader] = slices.Concat(own, discovery).and("algs", algorithms).of("DPoP")
		return
	}
	resp.Headers[challengeHeader] = slices.Concat(own, discovery).of("Bearer") + ", " +
		slices.Concat(common.and("algs", algorithms), discovery).of("DPoP")
}

func (g proofGuard) nonce() string { return g.verifier.Nonce() }

// escapedPath escapes a path that is not. [open] AWS does not document whether HTTP APIs decode
// rawPath.
func escapedPath(path string) string {
	decoded, err := url.PathUnescape(path)
	if err != nil {
		decoded = path
	}
	if escaped := (&url.URL{Path: decoded, RawPath: path}).EscapedPath(); escaped == path {
		return path
	}
	return (&url.URL{Path: path}).EscapedPath()
}
