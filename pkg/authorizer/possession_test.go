package authorizer_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/mtls"
)

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
