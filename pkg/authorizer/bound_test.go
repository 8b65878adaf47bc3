package authorizer_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const (
	proofOrigin = "https://api.example"
	proofPath   = "/pets/7"
	algs        = `algs="ES256 RS256"`
)

// boundService is a service that accepts bound tokens, with a client that has a key and a
// certificate.
type boundService struct {
	issuer      *jwtauthtest.Issuer
	verifier    *jwtauth.Verifier
	key         *jwtauthtest.Key
	certificate []byte
}

func newBoundService(t *testing.T) *boundService {
	t.Helper()
	issuer := jwtauthtest.NewIssuer(t)
	return &boundService{
		issuer:      issuer,
		verifier:    issuer.NewVerifier(jwtauth.Config{Confirmations: []string{jwtauth.ConfirmationDPoP, jwtauth.ConfirmationMTLS}}),
		key:         issuer.NewKey("client", "ES256"),
		certificate: []byte("a certificate"), // only its hash counts
	}
}

func (s *boundService) dpopToken(edits ...jwtauthtest.Edit) string {
	return s.issuer.Token(append([]jwtauthtest.Edit{jwtauthtest.BoundTo(s.key)}, edits...)...)
}

func (s *boundService) x5t() string {
	hash := sha256.Sum256(s.certificate)
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

func (s *boundService) mtlsToken() string {
	return s.issuer.Token(jwtauthtest.Claim("cnf", map[string]string{"x5t#S256": s.x5t()}))
}

func (s *boundService) doubleToken() string {
	return s.issuer.Token(jwtauthtest.Claim("cnf", map[string]string{"x5t#S256": s.x5t(), "jkt": s.key.Thumbprint()}))
}

func (s *boundService) proof(token string, edits ...jwtauthtest.Edit) string {
	return s.issuer.Proof(s.key, "GET", proofOrigin+proofPath, token, edits...)
}

func proofVerifier(t *testing.T, cfg dpop.Config) *dpop.Verifier {
	t.Helper()
	cfg.Origins = []string{proofOrigin}
	if cfg.Replay == nil {
		cfg.Replay = &dpop.MemoryStore{}
	}
	v, err := dpop.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// boundRequest is a request in both forms.
type boundRequest struct {
	authorization []string
	proofs        []string
	certificate   []byte
}

func (r boundRequest) http(t *testing.T) *http.Request {
	t.Helper()
	out := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://thief.example"+proofPath+"?a=b", nil)
	out.RequestURI = proofPath + "?a=b" // as a server sees it
	out.Header["Authorization"] = r.authorization
	out.Header["Dpop"] = r.proofs
	out.TLS = &tls.ConnectionState{HandshakeComplete: true}
	if r.certificate != nil {
		out.TLS.PeerCertificates = []*x509.Certificate{{Raw: r.certificate}}
	}
	return out
}

// event gives a second value another spelling of the name.
func (r boundRequest) event() events.APIGatewayV2HTTPRequest {
	event := events.APIGatewayV2HTTPRequest{RawPath: proofPath, RawQueryString: "a=b", Headers: map[string]string{"host": "thief.example"}}
	for i, name := range []string{"authorization", "Authorization"}[:len(r.authorization)] {
		event.Headers[name] = r.authorization[i]
	}
	for i, name := range []string{"dpop", "DPoP"}[:len(r.proofs)] {
		event.Headers[name] = r.proofs[i]
	}
	event.RequestContext.HTTP.Method = http.MethodGet
	if r.certificate != nil {
		event.RequestContext.Authentication.ClientCert.ClientCertPem = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.certificate}))
	}
	return event
}

// expectBoth sends the request through Middleware and Require. request is called for each: a proof
// passes once.
func expectBoth(t *testing.T, a *authorizer.Authorizer, scopes []string, request func() boundRequest, status int, challenge string) {
	t.Helper()
	w := httptest.NewRecorder()
	a.Middleware(scopes...)(whoamiHTTP).ServeHTTP(w, request().http(t))
	if got := w.Header().Get("WWW-Authenticate"); w.Code != status || got != challenge {
		t.Errorf("net/http: %d %s, want %d %s", w.Code, got, status, challenge)
	}
	resp, err := a.Require(whoami, scopes...)(t.Context(), request().event())
	if got := resp.Headers["www-authenticate"]; err != nil || resp.StatusCode != status || got != challenge {
		t.Errorf("event: %d %s, %v; want %d %s", resp.StatusCode, got, err, status, challenge)
	}
}
