// Package mtls checks that a bound access token comes over a connection with the client certificate
// that it was issued for (RFC 8705 section 3), so that a stolen token is of no use.
//
//	verifier, err := jwtauth.New(jwtauth.Config{
//		Issuer:        "https://tenant.example/",
//		Audiences:     []string{"https://api.example"},
//		Confirmations: []string{jwtauth.ConfirmationMTLS},
//	}, keys)
//	guard := authorizer.New(verifier, authorizer.WithMTLS(mtls.Verifier{}))
//
// The guards of package authorizer take the certificate from the TLS connection of a net/http
// server, or from the event of an API Gateway domain with mutual TLS. A service without them
// calls [Verifier.VerifyConnection] or [Verifier.VerifyPEM] for each token whose Confirmation has
// a CertificateThumbprint.
//
// A refusal is a [jwtauth.Refusal], 401, and contains nothing of a token or a certificate.
//
// How to be wrong:
//   - [jwtauth.Config].Confirmations without a check accepts stolen tokens.
//   - A server must ask for the certificate: tls.Config.ClientAuth of at least
//     tls.RequestClientCert, which is enough for self-signed certificates; the handshake proves
//     that the client has the key. Whether a certificate is trusted, expired or revoked is for
//     the server to decide, not for this package.
//   - Behind a proxy that ends TLS, the connection is the proxy's. A header with the client's
//     certificate is not read: any client can send one.
//   - An API Gateway domain with mutual TLS can be bypassed at the API's default endpoint.
//     Disable it.
package mtls

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// rule is one broken rule: a refusal with a fixed text.
type rule string

func (r rule) Error() string { return string(jwtauth.InvalidToken) + ": " + string(r) }

func (rule) Unwrap() error { return jwtauth.InvalidToken }

// Challenge returns error and error_description of a WWW-Authenticate header (RFC 8705 section 3).
func (r rule) Challenge() (code, description string) {
	return string(jwtauth.InvalidToken), string(r)
}

const (
	errUnbound     rule = "the token is not bound to a certificate"
	errCertificate rule = "the request has no client certificate"
	errMalformed   rule = "the client certificate is not one PEM block"
	errBinding     rule = "the token is bound to another certificate"
)

// Verifier verifies certificates. It has no state.
type Verifier struct{}

// VerifyConnection returns nil if the token is bound to the client certificate of the connection.
// state may be nil: the connection is not TLS. Of a chain, the first certificate counts: the one
// whose key the handshake proves.
func (v Verifier) VerifyConnection(token *jwtauth.Token, state *tls.ConnectionState) error {
	if state == nil || len(state.PeerCertificates) == 0 || !state.HandshakeComplete {
		return v.verify(token, nil)
	}
	return v.verify(token, state.PeerCertificates[0].Raw)
}

// maxPEM is well above what API Gateway passes on.
const maxPEM = 64 << 10

// VerifyPEM returns nil if the token is bound to the certificate, which is one PEM block as in the
// events of API Gateway, and empty if there is none.
func (v Verifier) VerifyPEM(token *jwtauth.Token, certificate string) error {
	if certificate == "" {
		return v.verify(token, nil)
	}
	if len(certificate) > maxPEM || !strings.HasPrefix(certificate, "-----BEGIN CERTIFICATE-----") {
		return errMalformed
	}
	block, rest := pem.Decode([]byte(certificate))
	if block == nil || block.Type != "CERTIFICATE" || len(block.Headers) > 0 || strings.TrimSpace(string(rest)) != "" {
		return errMalformed
	}
	return v.verify(token, block.Bytes)
}

func (Verifier) verify(token *jwtauth.Token, der []byte) error {
	switch {
	case token == nil || token.Confirmation.CertificateThumbprint == "":
		return errUnbound
	case len(der) == 0:
		return errCertificate
	}
	hash := sha256.Sum256(der)
	if base64.RawURLEncoding.EncodeToString(hash[:]) != token.Confirmation.CertificateThumbprint {
		return errBinding
	}
	return nil
}
