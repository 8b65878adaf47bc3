package authorizer_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

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
	if err != nil || resp.StatusCode != http.StatusOK || resp.Body != "anonymous, not checked" {
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
		if resp, err := a.Require(whoami)(t.Context(), event); err != nil || resp.StatusCode != http.StatusOK {
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
