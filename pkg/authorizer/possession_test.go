package authorizer_test

import (
	"context"
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
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
	"example.com/securedpets/pkg/jwtauth/mtls"
)

const (
	proofOrigin = "https://api.example"
	proofPath   = "/pets/7"
	algs        = `algs="ES256 RS256"`
)

// boundService is a service that accepts bound tokens, with a client that has a key and a certificate.
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

func TestDPoP(t *testing.T) {
	s := newBoundService(t)
	bound, bearer := s.dpopToken(), s.issuer.Token()
	expired := s.dpopToken(jwtauthtest.ExpiresIn(-time.Second))
	double := s.doubleToken()
	refused := func(code, description string) string {
		return `DPoP error="` + code + `", error_description="` + description + `", ` + algs
	}
	with := func(authorization, token string, edits ...jwtauthtest.Edit) func() boundRequest {
		return func() boundRequest {
			return boundRequest{authorization: []string{authorization + token}, proofs: []string{s.proof(token, edits...)}}
		}
	}
	fixed := func(r boundRequest) func() boundRequest { return func() boundRequest { return r } }
	for _, c := range []struct {
		name      string
		request   func() boundRequest
		scopes    []string
		status    int
		challenge string
	}{
		{"bound token with its proof", with("DPoP ", bound), nil, 200, ""},
		{"scheme in any case", with("dpop ", bound), nil, 200, ""},
		{"with the scope", with("DPoP ", bound), []string{"openid"}, 200, ""},
		{"bearer token", fixed(boundRequest{authorization: []string{"Bearer " + bearer}}), nil, 200, ""},
		// Without credentials, both schemes are offered.
		{"no credentials", fixed(boundRequest{}), nil, 401, `Bearer, DPoP ` + algs},
		{"another scheme", fixed(boundRequest{authorization: []string{"Basic eA"}}), nil, 401, `Bearer, DPoP ` + algs},
		{"scheme only", fixed(boundRequest{authorization: []string{"DPoP"}}), nil, 401, `DPoP ` + algs},
		{"proof without a token", func() boundRequest { return boundRequest{proofs: []string{s.proof(bound)}} }, nil, 401, `Bearer, DPoP ` + algs},
		// The other scheme.
		{"bound token as Bearer", with("Bearer ", bound), nil, 401, `Bearer error="invalid_token", error_description="the token requires the DPoP scheme", DPoP ` + algs},
		{"bearer token as DPoP", with("DPoP ", bearer), nil, 401, refused("invalid_token", "the token is not bound to a DPoP key")},
		// A bad proof.
		{"no proof", fixed(boundRequest{authorization: []string{"DPoP " + bound}}), nil, 401, refused("invalid_dpop_proof", "the request must have one DPoP header")},
		{"two proofs", func() boundRequest {
			return boundRequest{authorization: []string{"DPoP " + bound}, proofs: []string{s.proof(bound), s.proof(bound)}}
		}, nil, 401, refused("invalid_dpop_proof", "the request must have one DPoP header")},
		{"joined proofs", func() boundRequest {
			return boundRequest{authorization: []string{"DPoP " + bound}, proofs: []string{s.proof(bound) + "," + s.proof(bound)}}
		}, nil, 401, refused("invalid_dpop_proof", "the proof is not three base64url segments")},
		{"another method", with("DPoP ", bound, jwtauthtest.Claim("htm", "POST")), nil, 401, refused("invalid_dpop_proof", "htm is not the method of the request")},
		{"the host of the request", with("DPoP ", bound, jwtauthtest.Claim("htu", "https://thief.example"+proofPath)), nil, 401, refused("invalid_dpop_proof", "htu is not the URI of the request")},
		{"another key", with("DPoP ", s.issuer.Token(jwtauthtest.BoundTo(s.issuer.NewKey("x", "ES256")))), nil, 401, refused("invalid_token", "the token is bound to another key")},
		// Two credentials.
		{"two schemes", func() boundRequest {
			return boundRequest{authorization: []string{"DPoP " + bound, "Bearer " + bearer}, proofs: []string{s.proof(bound)}}
		}, nil, 401, `Bearer error="invalid_token", error_description="the token is malformed", DPoP ` + algs},
		{"twice the same", func() boundRequest {
			return boundRequest{authorization: []string{"DPoP " + bound, "DPoP " + bound}, proofs: []string{s.proof(bound)}}
		}, nil, 401, `Bearer error="invalid_token", error_description="the token is malformed", DPoP ` + algs},
		{"joined tokens", with("DPoP "+bound+", DPoP ", bound), nil, 401, refused("invalid_token", "the token is malformed")},
		// The token itself.
		{"expired", with("DPoP ", expired), nil, 401, refused("invalid_token", "the token has expired")},
		{"scope", with("DPoP ", bound), []string{"update:pets"}, 403, `DPoP error="insufficient_scope", scope="update:pets", ` + algs},
		{"scope of a bearer token", fixed(boundRequest{authorization: []string{"Bearer " + bearer}}), []string{"x"}, 403, `Bearer error="insufficient_scope", scope="x", DPoP ` + algs},
		{"bound to a certificate too", with("DPoP ", double), nil, 401, refused("invalid_token", "the token is bound to a key that is not checked here")},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := authorizer.New(s.verifier, authorizer.WithDPoP(proofVerifier(t, dpop.Config{})))
			expectBoth(t, a, c.scopes, c.request, c.status, c.challenge)
		})
	}
}

// Without the options, a bound token passes in no scheme, even if the verifier accepts it.
func TestBoundTokensWithoutTheOption(t *testing.T) {
	s := newBoundService(t)
	a := authorizer.New(s.verifier)
	const unchecked = `Bearer error="invalid_token", error_description="the token is bound to a key that is not checked here"`
	for name, token := range map[string]string{"DPoP": s.dpopToken(), "mTLS": s.mtlsToken(), "both": s.doubleToken()} {
		t.Run(name, func(t *testing.T) {
			request := func(scheme string) func() boundRequest {
				return func() boundRequest {
					return boundRequest{authorization: []string{scheme + token}, proofs: []string{s.proof(token)}, certificate: s.certificate}
				}
			}
			expectBoth(t, a, nil, request("Bearer "), 401, unchecked)
			expectBoth(t, a, nil, request("DPoP "), 401, "Bearer")
		})
	}
	if _, err := a.HandleToken(t.Context(), events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "Bearer " + s.dpopToken(), MethodArn: api + "prod/GET/pets"}); !errors.Is(err, authorizer.ErrUnauthorized) {
		t.Errorf("TOKEN: %v", err)
	}
}

func TestMTLS(t *testing.T) {
	s := newBoundService(t)
	refused := func(description string) string {
		return `Bearer error="invalid_token", error_description="` + description + `"`
	}
	for _, c := range []struct {
		name        string
		token       string
		certificate []byte
		status      int
		challenge   string
	}{
		{"bound token with its certificate", s.mtlsToken(), s.certificate, 200, ""},
		{"bearer token", s.issuer.Token(), nil, 200, ""},
		{"bearer token with a certificate", s.issuer.Token(), s.certificate, 200, ""},
		{"no certificate", s.mtlsToken(), nil, 401, refused("the request has no client certificate")},
		{"another certificate", s.mtlsToken(), []byte("another"), 401, refused("the token is bound to another certificate")},
		{"bound to a DPoP key too", s.doubleToken(), s.certificate, 401, refused("the token is bound to a key that is not checked here")},
		{"bound to a DPoP key", s.dpopToken(), s.certificate, 401, refused("the token is bound to a key that is not checked here")},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := authorizer.New(s.verifier, authorizer.WithMTLS(mtls.Verifier{}))
			request := func() boundRequest {
				return boundRequest{authorization: []string{"Bearer " + c.token}, certificate: c.certificate}
			}
			expectBoth(t, a, nil, request, c.status, c.challenge)
		})
	}
}

// A token that is bound to both needs both.
func TestDPoPAndMTLS(t *testing.T) {
	s := newBoundService(t)
	a := authorizer.New(s.verifier, authorizer.WithMTLS(mtls.Verifier{}), authorizer.WithDPoP(proofVerifier(t, dpop.Config{})))
	token := s.doubleToken()
	request := func(scheme string, certificate []byte) func() boundRequest {
		return func() boundRequest {
			return boundRequest{authorization: []string{scheme + token}, proofs: []string{s.proof(token)}, certificate: certificate}
		}
	}
	expectBoth(t, a, nil, request("DPoP ", s.certificate), 200, "")
	expectBoth(t, a, nil, request("DPoP ", nil), 401, `DPoP error="invalid_token", error_description="the request has no client certificate", `+algs)
	expectBoth(t, a, nil, request("DPoP ", []byte("x")), 401, `DPoP error="invalid_token", error_description="the token is bound to another certificate", `+algs)
	expectBoth(t, a, nil, request("Bearer ", s.certificate), 401, `Bearer error="invalid_token", error_description="the token requires the DPoP scheme", DPoP `+algs)
}

// unreachable is a replay store that cannot be reached.
type unreachable struct{}

func (unreachable) Use(context.Context, [32]byte, time.Time) (bool, error) {
	return false, errors.New("dial tcp: refused")
}

// What is undecided is 503, never 401; behind Optional, the caller is anonymous and unchecked.
func TestUndecidedProof(t *testing.T) {
	s := newBoundService(t)
	var heard []string
	a := authorizer.New(s.verifier, authorizer.WithDPoP(proofVerifier(t, dpop.Config{Replay: unreachable{}})),
		authorizer.WithObserver(func(_ context.Context, d authorizer.Decision) { heard = append(heard, d.Outcome) }))
	token := s.dpopToken()
	request := func() boundRequest {
		return boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{s.proof(token)}}
	}
	expectBoth(t, a, nil, request, 503, "")
	resp, err := a.Optional(whoami)(t.Context(), request().event())
	if err != nil || resp.StatusCode != 200 || resp.Body != "anonymous, not checked" {
		t.Errorf("optional: %d %s, %v", resp.StatusCode, resp.Body, err)
	}
	if got := strings.Join(heard, " "); got != "proof_undecided proof_undecided proof_undecided" {
		t.Errorf("observed %s", got)
	}
}

// A client without a nonce gets one with the refusal, and a new one with each response.
func TestNonce(t *testing.T) {
	s := newBoundService(t)
	proofs := proofVerifier(t, dpop.Config{NonceKeys: [][]byte{make([]byte, 32)}, NonceLifetime: time.Hour})
	a := authorizer.New(s.verifier, authorizer.WithDPoP(proofs))
	token := s.dpopToken()
	send := func(a func(*testing.T, boundRequest) (int, http.Header)) {
		t.Helper()
		status, headers := a(t, boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{s.proof(token)}})
		const want = `DPoP error="use_dpop_nonce", error_description="the proof must have a nonce of this server", ` + algs
		if got := headers.Get("WWW-Authenticate"); status != 401 || got != want || headers.Get("DPoP-Nonce") == "" {
			t.Fatalf("%d %v", status, headers)
		}
		proof := s.proof(token, jwtauthtest.Claim("nonce", headers.Get("DPoP-Nonce")))
		status, headers = a(t, boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{proof}})
		if status != 200 || headers.Get("DPoP-Nonce") == "" {
			t.Errorf("%d %v", status, headers)
		}
		if status, headers = a(t, boundRequest{authorization: []string{"Bearer " + s.issuer.Token()}}); status != 200 || headers.Get("DPoP-Nonce") != "" {
			t.Errorf("bearer token: %d %v", status, headers)
		}
	}
	for _, handler := range []http.Handler{a.Middleware()(whoamiHTTP), a.OptionalMiddleware(whoamiHTTP)} {
		send(func(t *testing.T, r boundRequest) (int, http.Header) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r.http(t))
			return w.Code, w.Header()
		})
	}
	for _, handler := range []authorizer.HTTPHandler{a.Require(whoami), a.Optional(whoami)} {
		send(func(t *testing.T, r boundRequest) (int, http.Header) {
			resp, err := handler(t.Context(), r.event())
			if err != nil {
				t.Fatal(err)
			}
			headers := http.Header{}
			for name, value := range resp.Headers {
				headers.Set(name, value)
			}
			return resp.StatusCode, headers
		})
	}
}

// The Lambda authorizers check proofs and certificates, where the event has them.
func TestLambdaAuthorizersCheckPossession(t *testing.T) {
	s := newBoundService(t)
	a := authorizer.New(s.verifier, authorizer.WithMTLS(mtls.Verifier{}), authorizer.WithDPoP(proofVerifier(t, dpop.Config{})))
	token := s.doubleToken()
	for _, good := range []bool{true, false} {
		certificate := s.certificate
		if !good {
			certificate = []byte("another")
		}
		event := boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{s.proof(token)}, certificate: certificate}.event()
		simple, err := a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{
			RawPath: event.RawPath, Headers: event.Headers, RequestContext: event.RequestContext,
		})
		if err != nil || simple.IsAuthorized != good {
			t.Errorf("HTTP API: %v, %v", simple, err)
		}
		rest := events.APIGatewayCustomAuthorizerRequestTypeRequest{
			MethodArn: api + "prod/GET/pets/7", HTTPMethod: http.MethodGet, Path: "/7",
			Headers: map[string]string{"Authorization": "DPoP " + token, "DPoP": s.proof(token)},
		}
		rest.RequestContext.Path = proofPath // with the stage
		rest.RequestContext.Identity.ClientCert.ClientCertPem = event.RequestContext.Authentication.ClientCert.ClientCertPem
		policy, err := a.HandleREST(t.Context(), rest)
		if good && (err != nil || policy.PolicyDocument.Statement[0].Effect != "Allow") || !good && !errors.Is(err, authorizer.ErrUnauthorized) {
			t.Errorf("REST API: %v, %v", policy, err)
		}
		_, err = a.HandleToken(t.Context(), events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "DPoP " + token, MethodArn: api + "prod/GET/pets"})
		if !errors.Is(err, authorizer.ErrUnauthorized) {
			t.Errorf("TOKEN: %v", err)
		}
	}
}

// The path of a request, escaped or not, with a prefix that a router has removed.
func TestPathOfAProof(t *testing.T) {
	s := newBoundService(t)
	a := authorizer.New(s.verifier, authorizer.WithDPoP(proofVerifier(t, dpop.Config{})))
	token := s.dpopToken()
	proof := func(path string) string {
		return s.proof(token, jwtauthtest.Claim("htu", proofOrigin+path))
	}
	for raw, htu := range map[string]string{"/a%20b": "/a%20b", "/a b": "/a%20b", "/ü": "/%C3%BC", "/a?b": "/a%3Fb", "/50%": "/50%25", "/a%2Fb": "/a%2Fb"} {
		event := boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{proof(htu)}}.event()
		event.RawPath = raw
		if resp, err := a.Require(whoami)(t.Context(), event); err != nil || resp.StatusCode != 200 {
			t.Errorf("%s: %d %v", raw, resp.StatusCode, resp.Headers)
		}
	}
	server := httptest.NewServer(http.StripPrefix("/v1", a.Middleware()(whoamiHTTP)))
	defer server.Close()
	for path, status := range map[string]int{"/v1/pets": 200, "/pets": 401} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/pets?a=b", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "DPoP "+token)
		request.Header.Set("DPoP", proof(path))
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
}

func TestPossessionOptionsNeedAVerifier(t *testing.T) {
	for name, f := range map[string]func(){
		"DPoP": func() { authorizer.WithDPoP(nil) },
		"mTLS": func() { authorizer.WithMTLS(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// A verifier that remembers the token still needs a proof for each request.
func TestCachedTokenNeedsAProof(t *testing.T) {
	s := newBoundService(t)
	v := s.issuer.NewVerifier(jwtauth.Config{Confirmations: []string{jwtauth.ConfirmationDPoP}, CacheSize: 4})
	a := authorizer.New(v, authorizer.WithDPoP(proofVerifier(t, dpop.Config{})))
	token := s.dpopToken()
	request := func() boundRequest {
		return boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{s.proof(token)}}
	}
	expectBoth(t, a, nil, request, 200, "")
	proof := s.proof(token)
	once := func() boundRequest {
		return boundRequest{authorization: []string{"DPoP " + token}, proofs: []string{proof}}
	}
	w := httptest.NewRecorder()
	a.Middleware()(whoamiHTTP).ServeHTTP(w, once().http(t))
	if w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
	expectBoth(t, a, nil, once, 401, `DPoP error="invalid_dpop_proof", error_description="the proof was used before", `+algs)
	expectBoth(t, a, nil, func() boundRequest { return boundRequest{authorization: []string{"Bearer " + token}} }, 401,
		`Bearer error="invalid_token", error_description="the token requires the DPoP scheme", DPoP `+algs)
}
