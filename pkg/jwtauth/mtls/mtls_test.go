package mtls_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/mtls"
)

// The example of RFC 8705, appendix A.
const (
	rfcThumbprint  = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
	rfcCertificate = `-----BEGIN CERTIFICATE-----
MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
-----END CERTIFICATE-----`
)

const (
	unbound   = "invalid_token: the token is not bound to a certificate"
	none      = "invalid_token: the request has no client certificate"
	malformed = "invalid_token: the client certificate is not one PEM block"
	binding   = "invalid_token: the token is bound to another certificate"
)

func boundTo(thumbprint string) *jwtauth.Token {
	return &jwtauth.Token{Confirmation: jwtauth.Confirmation{CertificateThumbprint: thumbprint}}
}

func expect(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case err == nil && want != "":
		t.Errorf("accepted, want %q", want)
	case err != nil && (err.Error() != want || !errors.Is(err, jwtauth.InvalidToken)):
		t.Errorf("refused with %q, want %q", err, want)
	}
}

func TestVerifyPEM(t *testing.T) {
	block, _ := pem.Decode([]byte(rfcCertificate))
	reversed := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: append([]byte{0}, block.Bytes...)}))
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block.Bytes}))
	withHeader := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: block.Bytes, Headers: map[string]string{"a": "b"}}))
	bound := boundTo(rfcThumbprint)
	for name, c := range map[string]struct {
		token       *jwtauth.Token
		certificate string
		want        string
	}{
		"RFC 8705 appendix A":                {bound, rfcCertificate, ""},
		"line break at the end":              {bound, rfcCertificate + "\n", ""},
		"another certificate":                {bound, reversed, binding},
		"no certificate":                     {bound, "", none},
		"no token":                           {nil, rfcCertificate, unbound},
		"bearer token":                       {&jwtauth.Token{}, rfcCertificate, unbound},
		"bearer token without":               {&jwtauth.Token{}, "", unbound},
		"bound to a DPoP key":                {&jwtauth.Token{Confirmation: jwtauth.Confirmation{KeyThumbprint: rfcThumbprint}}, rfcCertificate, unbound},
		"thumbprint with padding":            {boundTo(rfcThumbprint + "="), rfcCertificate, binding},
		"thumbprint, last bits":              {boundTo(rfcThumbprint[:42] + "1"), rfcCertificate, binding},
		"thumbprint of RFC 8705 section 3.1": {boundTo("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"), rfcCertificate, binding},
		"two certificates":                   {bound, rfcCertificate + "\n" + rfcCertificate, malformed},
		"something behind":                   {bound, rfcCertificate + "\nx", malformed},
		"something before":                   {bound, "x\n" + rfcCertificate, malformed},
		"a private key":                      {bound, key, malformed},
		"headers":                            {bound, withHeader, malformed},
		"cut":                                {bound, rfcCertificate[:200], malformed},
		"base64 without frame":               {bound, base64.StdEncoding.EncodeToString(block.Bytes), malformed},
		"DER":                                {bound, string(block.Bytes), malformed},
		"escaped line breaks":                {bound, strings.ReplaceAll(rfcCertificate, "\n", "%0A"), malformed},
		"empty certificate":                  {bound, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", none},
		"more than any gateway":              {bound, rfcCertificate + strings.Repeat("\n", 64<<10), malformed},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, mtls.Verifier{}.VerifyPEM(c.token, c.certificate), c.want)
		})
	}
}

// TestVerifyConnection asks a real server with and without a client certificate.
func TestVerifyConnection(t *testing.T) {
	var got error
	var token *jwtauth.Token
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = mtls.Verifier{}.VerifyConnection(token, r.TLS)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	defer server.Close()
	own := server.TLS.Certificates[0] // any key pair will do
	hash := sha256.Sum256(own.Certificate[0])
	thumbprint := base64.RawURLEncoding.EncodeToString(hash[:])
	for _, c := range []struct {
		name         string
		certificates []tls.Certificate
		token        *jwtauth.Token
		want         string
	}{
		{"the certificate", []tls.Certificate{own}, boundTo(thumbprint), ""},
		{"no certificate", nil, boundTo(thumbprint), none},
		{"another token", []tls.Certificate{own}, boundTo(rfcThumbprint), binding},
		{"bearer token", []tls.Certificate{own}, &jwtauth.Token{}, unbound},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := server.Client()
			transport := client.Transport.(*http.Transport).Clone()
			transport.TLSClientConfig.Certificates = c.certificates
			client.Transport = transport
			token = c.token
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			transport.CloseIdleConnections()
			expect(t, got, c.want)
		})
	}
}

// What is not a finished handshake with a certificate has none.
func TestNoConnection(t *testing.T) {
	block, _ := pem.Decode([]byte(rfcCertificate))
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	other := &x509.Certificate{Raw: []byte("issuer")}
	for name, c := range map[string]struct {
		state *tls.ConnectionState
		want  string
	}{
		"good":               {&tls.ConnectionState{HandshakeComplete: true, PeerCertificates: []*x509.Certificate{certificate}}, ""},
		"with its issuer":    {&tls.ConnectionState{HandshakeComplete: true, PeerCertificates: []*x509.Certificate{certificate, other}}, ""},
		"as an issuer only":  {&tls.ConnectionState{HandshakeComplete: true, PeerCertificates: []*x509.Certificate{other, certificate}}, binding},
		"no TLS":             {nil, none},
		"no certificate":     {&tls.ConnectionState{HandshakeComplete: true}, none},
		"handshake not done": {&tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate}}, none},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, mtls.Verifier{}.VerifyConnection(boundTo(rfcThumbprint), c.state), c.want)
		})
	}
}
