package authorizer

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

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

func requestCredentials(r *http.Request) credentials {
	return credentials{r.Header.Values(headerName), possession{request: r}}
}

func eventCredentials(headers map[string]string, path string, c *events.APIGatewayV2HTTPRequestContext) credentials {
	return credentials{headerValues(headerName, headers, nil), possession{
		headers: headers, method: c.HTTP.Method, path: path, certificate: c.Authentication.ClientCert.ClientCertPem,
	}}
}

// restCredentials reads the path from the context: the path of the event itself has lost the stage.
func restCredentials(e *events.APIGatewayCustomAuthorizerRequestTypeRequest) credentials {
	return credentials{headerValues(headerName, e.Headers, e.MultiValueHeaders), possession{
		headers: e.Headers, multi: e.MultiValueHeaders, method: e.HTTPMethod, path: e.RequestContext.Path,
		certificate: e.RequestContext.Identity.ClientCert.ClientCertPem,
	}}
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

// responseFor is [responseFor] with the challenges of this Authorizer.
func (a *Authorizer) responseFor(err error, scopes []string) response {
	r := responseFor(err, scopes)
	if r.challenge == "" {
		return r
	}
	var own interface {
		Challenge() (code, description string)
	}
	if errors.As(err, &own) {
		code, description := own.Challenge()
		r.challenge = `Bearer error="` + code + `", error_description="` + description + `"`
	}
	discovery := a.discovery(r.status, scopes)
	r.challenge = withParameters(r.challenge, discovery)
	if a.dpop != nil {
		a.dpop.challenge(&r, err, discovery)
	}
	return r
}

// nextNonce returns the nonce for the next proof of a client, or an empty string.
func (a *Authorizer) nextNonce(token *jwtauth.Token) string {
	if a.dpop == nil || token == nil || token.Confirmation.KeyThumbprint == "" {
		return ""
	}
	return a.dpop.nonce()
}

func (a *Authorizer) withNonce(resp events.APIGatewayV2HTTPResponse, token *jwtauth.Token) events.APIGatewayV2HTTPResponse {
	if nonce := a.nextNonce(token); nonce != "" {
		return withHeader(resp, nonceHeader, nonce)
	}
	return resp
}

func (a *Authorizer) setNonce(w http.ResponseWriter, token *jwtauth.Token) {
	if nonce := a.nextNonce(token); nonce != "" {
		w.Header().Set(nonceHeader, nonce)
	}
}
