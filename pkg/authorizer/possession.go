package authorizer

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"

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

// A CertificateVerifier compares a token with the client certificate of a request.
// [example.com/securedpets/pkg/jwtauth/mtls.Verifier] implements it. Its errors are those of a
// [ProofVerifier].
type CertificateVerifier interface {
	VerifyConnection(token *jwtauth.Token, state *tls.ConnectionState) error
	VerifyPEM(token *jwtauth.Token, certificate string) error
}

// WithDPoP accepts the DPoP scheme (RFC 9449) beside Bearer: a token that is bound to a DPoP key with
// the DPoP scheme and a proof, any other token with the Bearer scheme. The verifier of the Authorizer
// must have [jwtauth.ConfirmationDPoP] among [jwtauth.Config].Confirmations. By default, tokens bound
// to a DPoP key are refused.
//
// A Lambda authorizer checks a proof only when it is called: set its TTL to 0. A TOKEN authorizer gets
// no proof and refuses the DPoP scheme. API Gateway's own JWT authorizer documents the Bearer scheme
// only.
func WithDPoP(v ProofVerifier) Option {
	if v == nil {
		panic("authorizer: WithDPoP needs a ProofVerifier")
	}
	return func(a *Authorizer) { a.dpop = v }
}

// WithMTLS accepts tokens that are bound to a client certificate (RFC 8705 section 3), from the TLS
// connection of a net/http server or from an event of API Gateway. The verifier of the Authorizer must
// have [jwtauth.ConfirmationMTLS] among [jwtauth.Config].Confirmations. By default, such tokens are
// refused.
//
// A Lambda authorizer compares the certificate only when it is called: set its TTL to 0. The event of
// a TOKEN authorizer has no certificate.
func WithMTLS(v CertificateVerifier) Option {
	if v == nil {
		panic("authorizer: WithMTLS needs a CertificateVerifier")
	}
	return func(a *Authorizer) { a.mtls = v }
}

// possession is what a request has to prove that its sender is the client of the token.
type possession struct {
	proofs       []string // the values of the DPoP header
	method, path string
	connection   *tls.ConnectionState // of net/http
	certificate  string               // of an event, in PEM
}

const proofHeader = "dpop"

func requestCredentials(r *http.Request) credentials {
	path, _, _ := strings.Cut(r.RequestURI, "?") // r.URL may have lost a prefix
	if !strings.HasPrefix(path, "/") {
		path = r.URL.EscapedPath()
	}
	return credentials{r.Header.Values(headerName), possession{
		proofs: r.Header.Values(proofHeader), method: r.Method, path: path, connection: r.TLS,
	}}
}

func eventCredentials(headers map[string]string, path string, c events.APIGatewayV2HTTPRequestContext) credentials {
	return credentials{headerValues(headerName, headers, nil), possession{
		proofs: headerValues(proofHeader, headers, nil), method: c.HTTP.Method, path: escapedPath(path),
		certificate: c.Authentication.ClientCert.ClientCertPem,
	}}
}

// restCredentials reads the path from the context: the path of the event itself has lost the stage.
func restCredentials(e events.APIGatewayCustomAuthorizerRequestTypeRequest) credentials {
	return credentials{headerValues(headerName, e.Headers, e.MultiValueHeaders), possession{
		proofs: headerValues(proofHeader, e.Headers, e.MultiValueHeaders),
		method: e.HTTPMethod, path: escapedPath(e.RequestContext.Path),
		certificate: e.RequestContext.Identity.ClientCert.ClientCertPem,
	}}
}

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

// dpopError is the error of a request with the DPoP scheme: the challenge must be of that scheme.
type dpopError struct{ error }

func (e dpopError) Unwrap() error { return e.error }

// checkPossession refuses a bound token without its proof, and a proof without a bound token.
func (a *Authorizer) checkPossession(ctx context.Context, token *jwtauth.Token, raw string, c credentials) error {
	switch {
	case a.usesDPoP(c):
		if err := a.dpop.Verify(ctx, jwtauth.Presentation{
			Token: token, Raw: raw, Proofs: c.proofs, Method: c.method, Path: c.path,
		}); err != nil {
			return err
		}
	case token.Confirmation.KeyThumbprint == "":
	case a.dpop == nil:
		return errUnchecked
	default:
		return errNeedsDPoP
	}
	switch {
	case token.Confirmation.CertificateThumbprint == "":
		return nil
	case a.mtls == nil:
		return errUnchecked
	case c.connection != nil:
		return a.mtls.VerifyConnection(token, c.connection)
	default:
		return a.mtls.VerifyPEM(token, c.certificate)
	}
}

// usesDPoP reports whether the request has one Authorization header of the DPoP scheme.
func (a *Authorizer) usesDPoP(c credentials) bool {
	if a.dpop == nil || len(c.authorization) != 1 {
		return false
	}
	scheme, _, _ := strings.Cut(c.authorization[0], " ")
	return strings.EqualFold(scheme, "dpop")
}

// responseFor is [responseFor] with the challenges of this Authorizer (RFC 9449 section 7.1).
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
	if a.dpop == nil {
		return r
	}
	r.nonce = a.dpop.Nonce()
	algorithms := `algs="` + a.dpop.Algorithms() + `"`
	if !errors.As(err, new(dpopError)) {
		r.challenge += ", DPoP " + algorithms
		return r
	}
	parameters := strings.TrimPrefix(r.challenge, "Bearer")
	if parameters != "" {
		parameters += ","
	}
	r.challenge = "DPoP" + parameters + " " + algorithms
	return r
}

// nextNonce returns the nonce for the next proof of a client, or an empty string.
func (a *Authorizer) nextNonce(token *jwtauth.Token) string {
	if a.dpop == nil || token == nil || token.Confirmation.KeyThumbprint == "" {
		return ""
	}
	return a.dpop.Nonce()
}

const nonceHeader = "dpop-nonce"

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
