package authorizer

import (
	"context"
	"crypto/tls"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// A CertificateVerifier compares a token with the client certificate of a request.
// [example.com/securedpets/pkg/jwtauth/mtls.Verifier] implements it. Its errors are those of a
// [ProofVerifier].
type CertificateVerifier interface {
	VerifyConnection(token *jwtauth.Token, state *tls.ConnectionState) error
	VerifyPEM(token *jwtauth.Token, certificate string) error
}

// WithMTLS accepts tokens that are bound to a client certificate (RFC 8705 section 3), from the
// TLS connection of a net/http server or from an event of API Gateway. The verifier of the
// Authorizer must have [jwtauth.ConfirmationMTLS] among [jwtauth.Config].Confirmations. By
// default, such tokens are refused.
//
// A Lambda authorizer compares the certificate only when it is called: set its TTL to 0. The
// event of a TOKEN authorizer has no certificate.
func WithMTLS(v CertificateVerifier) Option {
	if v == nil {
		panic("authorizer: WithMTLS needs a CertificateVerifier")
	}
	return func(a *Authorizer) { a.mtls = v }
}

// possession is what a request has to prove that its sender is the client of the token. It is read
// only for a token that is bound to a key.
type possession struct {
	request      *http.Request // of net/http; nil for an event
	headers      map[string]string
	multi        map[string][]string
	method, path string
	certificate  string // in PEM
}

// bindingError is the refusal of a token that is bound to a key.
type bindingError struct {
	refusal jwtauth.Refusal
	text    string
}

func (e *bindingError) Error() string { return e.refusal.Error() + ": " + e.text }
func (e *bindingError) Unwrap() error { return e.refusal }

func (e *bindingError) Challenge() (code, description string) { return "invalid_token", e.text }

var (
	errUnchecked = &bindingError{jwtauth.InvalidClaims, "the token is bound to a key that is not checked here"}
	errNeedsDPoP = &bindingError{jwtauth.InvalidToken, "the token requires the DPoP scheme"}
)

// checkPossession refuses a bound token without its proof, and a proof without a bound token.
func (a *Authorizer) checkPossession(ctx context.Context, token *jwtauth.Token, raw string, c credentials) error {
	if err := a.checkKey(ctx, token, raw, c); err != nil {
		return err
	}
	switch {
	case token.Confirmation.CertificateThumbprint == "":
		return nil
	case a.mtls == nil:
		return errUnchecked
	case c.request != nil:
		return a.mtls.VerifyConnection(token, c.request.TLS)
	default:
		return a.mtls.VerifyPEM(token, c.certificate)
	}
}

func (a *Authorizer) checkKey(ctx context.Context, token *jwtauth.Token, raw string, c credentials) error {
	switch {
	case a.usesDPoP(c):
		return a.dpop.check(ctx, token, raw, c)
	case token.Confirmation.KeyThumbprint == "":
		return nil
	case a.dpop == nil:
		return errUnchecked
	}
	return errNeedsDPoP
}

func (a *Authorizer) usesDPoP(c credentials) bool { return a.dpop != nil && a.dpop.isUsed(c) }

// nextNonce returns the nonce for the next proof of a client, or an empty string.
func (a *Authorizer) nextNonce(token *jwtauth.Token) string {
	if a.dpop == nil || token == nil || token.Confirmation.KeyThumbprint == "" {
		return ""
	}
	return a.dpop.nonce()
}

func (a *Authorizer) setNonce(m message, token *jwtauth.Token) {
	if nonce := a.nextNonce(token); nonce != "" {
		m.set(nonceHeader, nonce)
	}
}

func (a *Authorizer) addNonce(w http.ResponseWriter, token *jwtauth.Token) {
	if nonce := a.nextNonce(token); nonce != "" {
		w.Header().Set(nonceHeader, nonce)
	}
}
