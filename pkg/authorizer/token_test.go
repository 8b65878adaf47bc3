package authorizer_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const listScope = "list:unicorns"

// guarded calls a handler that wants list:unicorns with this Authorization header.
func guarded(t *testing.T, v *jwtauth.Verifier, header string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": header}}
	resp, err := authorizer.New(v).Require(whoami, listScope)(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// TestWithRealTokens sends real tokens through a real Verifier, to the status that a client gets.
func TestWithRealTokens(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	v := issuer.Verifier()
	trainer := jwtauthtest.Scopes("read:unicorn", listScope)
	for _, c := range []struct {
		name   string
		token  string
		status int
		errors string // what WWW-Authenticate holds
	}{
		{"trainer", issuer.Token(trainer), 200, ""},
		{"scope as a list", issuer.Token(jwtauthtest.Claim("scope", []string{listScope})), 200, ""},
		{"scp", issuer.Token(jwtauthtest.Claim("scp", listScope)), 200, ""},

		// Nothing but the very scope opens.
		{"rider", issuer.Token(jwtauthtest.Scopes("read:unicorn")), 403, "insufficient_scope"},
		{"longer", issuer.Token(jwtauthtest.Scopes("xlist:unicorns")), 403, "insufficient_scope"},
		{"comma", issuer.Token(jwtauthtest.Claim("scope", "list:unicorns,read:unicorn")), 403, "insufficient_scope"},
		{"wildcard", issuer.Token(jwtauthtest.Scopes("*")), 403, "insufficient_scope"},
		{"none", issuer.Token(jwtauthtest.Without("scope")), 403, "insufficient_scope"},
		{"empty", issuer.Token(jwtauthtest.Claim("scope", "")), 403, "insufficient_scope"},
		{"permissions are no scopes", issuer.Token(jwtauthtest.Scopes(), jwtauthtest.Claim("permissions", []string{listScope})), 403, "insufficient_scope"},
		{"scp counts before scope", issuer.Token(trainer, jwtauthtest.Claim("scp", "read:unicorn")), 403, "insufficient_scope"},
		{"not a list of strings", issuer.Token(jwtauthtest.Claim("scope", []any{1, listScope})), 401, "a claim is"},
		{"object", issuer.Token(jwtauthtest.Claim("scope", map[string]bool{listScope: true})), 401, "a claim is"},

		// A scope does not save a token that is bad otherwise.
		{"expired", issuer.Token(trainer, jwtauthtest.ExpiresIn(-time.Second)), 401, "expired"},
		{"other audience", issuer.Token(trainer, jwtauthtest.AudienceOf("https://other.example")), 401, "a claim is"},
		{"other key", issuer.Token(trainer, jwtauthtest.ForgedBy(issuer, issuer.NewKey("other", "RS256"))), 401, "signature"},
		{"unknown key", issuer.Token(trainer, jwtauthtest.SignedBy(issuer.NewKey("other", "RS256"))), 401, "signature"},
		{"other issuer", jwtauthtest.NewIssuer(t).Token(trainer), 401, "a claim is"},
		{"ID token", issuer.IDToken(trainer, jwtauthtest.AudienceOf(jwtauthtest.Audience)), 401, "a claim is"},
		{"no algorithm", issuer.Token(trainer, jwtauthtest.Header("alg", "none")), 401, "malformed"},
		{"cut", issuer.Token(trainer, jwtauthtest.Raw(func(s string) string { return s[:len(s)-1] })), 401, "invalid_token"},
		{"too long", issuer.Token(trainer, jwtauthtest.Claim("pad", strings.Repeat("x", 9000))), 401, "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp := guarded(t, v, "Bearer "+c.token)
			if resp.StatusCode != c.status || !strings.Contains(resp.Headers["www-authenticate"], c.errors) {
				t.Errorf("response is %d %s, want %d %s", resp.StatusCode, resp.Headers["www-authenticate"], c.status, c.errors)
			}
		})
	}
}

// An issuer that is down reaches a client as 503, never as 401, until it is up again.
func TestProviderDown(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Down()
	header := "Bearer " + issuer.Token(jwtauthtest.Scopes(listScope))

	start := time.Now()
	resp := guarded(t, issuer.Verifier(), header)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Headers["retry-after"] != "2" || resp.Body != unavailable {
		t.Errorf("response is %d %v %s", resp.StatusCode, resp.Headers, resp.Body)
	}
	if took := time.Since(start); took > 1600*time.Millisecond {
		t.Errorf("the response took %v", took)
	}

	v := issuer.Verifier()
	a := authorizer.New(v)
	if _, err := a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{"authorization": header}}); err == nil {
		t.Error("the Lambda authorizer returns a response that can be cached")
	}

	issuer.Respond(nil)
	v = issuer.Verifier()
	if resp := guarded(t, v, header); resp.StatusCode != http.StatusOK {
		t.Errorf("after the outage: %d", resp.StatusCode)
	}
	issuer.Down()
	if resp := guarded(t, v, header); resp.StatusCode != http.StatusOK {
		t.Errorf("with known keys: %d", resp.StatusCode)
	}
}

// No part of a token reaches a response or an observer.
func TestSilence(t *testing.T) {
	const secret = "s3cr3t-of-a-person"
	issuer := jwtauthtest.NewIssuer(t)
	var said strings.Builder
	a := authorizer.New(issuer.Verifier(), authorizer.WithObserver(func(_ context.Context, d authorizer.Decision) {
		said.WriteString(d.Route + " " + d.Outcome + "\n")
	}))
	headers := []string{secret, "Bearer " + secret, secret + " " + secret, "Bearer " + issuer.Token(jwtauthtest.Header("kid", secret))}
	for _, claim := range []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "client_id", "scope", "email", secret} {
		edit := jwtauthtest.Claim(claim, secret)
		other := issuer.NewKey(secret, "ES256")
		headers = append(headers, "Bearer "+issuer.Token(edit), "Bearer "+issuer.Token(edit, jwtauthtest.ForgedBy(issuer, other)),
			"Bearer "+issuer.Token(edit, jwtauthtest.ExpiresIn(-time.Hour)))
	}
	for _, header := range headers {
		event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": header}, RawPath: "/" + secret, RouteKey: "GET /pets"}
		resp, err := a.Require(whoami, "no:one")(t.Context(), event)
		if err != nil || resp.StatusCode < 400 {
			t.Fatalf("response is %d, %v", resp.StatusCode, err)
		}
		response, err := json.Marshal(resp)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(response)
		_, err = a.HandleREST(t.Context(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
			MethodArn: api + "prod/GET/*", Headers: map[string]string{"Authorization": header},
		})
		if err != nil {
			said.WriteString(err.Error())
		}
	}
	if strings.Contains(said.String(), secret) {
		t.Errorf("the secret is in\n%s", said.String())
	}
	if strings.Count(said.String(), "GET /pets") < len(headers) {
		t.Error("the observer was not called for every request")
	}
}

// Nothing personal goes to the integration and the access log.
func TestContextHoldsNothingPersonal(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	token := issuer.Token(jwtauthtest.Claim("email", "a@b.example"), jwtauthtest.Claim("name", "Alice"), jwtauthtest.Claim("https://api.example/email", "a@b.example"))
	resp, err := authorizer.New(issuer.Verifier()).HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{
		Headers: map[string]string{"authorization": "Bearer " + token},
	})
	if err != nil || !resp.IsAuthorized {
		t.Fatalf("%+v, %v", resp, err)
	}
	for name := range resp.Context {
		if !slices.Contains([]string{"iss", "sub", "client_id", "scope", "exp"}, name) {
			t.Errorf("the context holds %s", name)
		}
	}
}
