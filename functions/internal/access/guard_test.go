package access_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/functions/internal/telemetry"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	jt "example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// identity is the environment of a function that trusts the issuer.
func identity(issuer *jt.Issuer) map[string]string {
	return map[string]string{"JWT_ISSUER": issuer.URL, "JWT_AUDIENCE": jt.Audience, "JWT_CLIENT_ID": jt.ClientID}
}

// program returns a program with the settings, and its standard output. Later settings override
// earlier ones.
func program(t *testing.T, route contract.Route, environments ...map[string]string) (rest.Program, *bytes.Buffer) {
	t.Helper()
	env := map[string]string{}
	for _, e := range environments {
		maps.Copy(env, e)
	}
	var stdout bytes.Buffer
	tel, err := telemetry.New("", &stdout)
	if err != nil {
		t.Fatal(err)
	}
	return rest.Program{Route: route, Getenv: func(name string) string { return env[name] }, Telemetry: tel}, &stdout
}

// request is a request with a token; "" is none.
func request(token string) rest.Request {
	req := rest.Request{Version: "2.0", Headers: map[string]string{}}
	if token != "" {
		req.Headers["authorization"] = "Bearer " + token
	}
	return req
}

// signed is what IAM adds to a request, whose Authorization header is a signature.
func signed(arn string) rest.Request {
	req := rest.Request{Version: "2.0", Headers: map[string]string{"authorization": "AWS4-HMAC-SHA256 Credential=x"}}
	req.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		IAM: &events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{UserARN: arn},
	}
	return req
}

// seen is what the handler behind a guard saw.
type seen struct {
	called    bool
	subject   string // of the verified token
	undecided error  // why a token was not verified
}

// handler responds with 200 and records what it saw.
func (s *seen) handler(headers map[string]string) rest.Handler {
	return func(ctx context.Context, _ rest.Request) (rest.Response, error) {
		s.called = true
		if token, verified := authorizer.IdentityFrom(ctx); verified {
			s.subject = token.Subject
		}
		s.undecided = authorizer.IdentityError(ctx)
		return rest.Response{StatusCode: http.StatusOK, Headers: headers}, nil
	}
}

// call calls a guarded handler during a request, and writes the metrics at its end.
func call(t *testing.T, p rest.Program, guard access.Guard, next rest.Handler, req rest.Request) rest.Response {
	t.Helper()
	ctx := p.Telemetry.Begin(t.Context())
	resp, err := guard(next)(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	p.Telemetry.End(ctx, p.Route.Key(), "id-1", resp.StatusCode)
	return resp
}

// refusals returns the reasons that were counted.
func refusals(t *testing.T, stdout *bytes.Buffer) string {
	t.Helper()
	var reasons []string
	for line := range strings.Lines(stdout.String()) {
		var doc struct {
			AuthRefused int
			Reason      string
		}
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if doc.AuthRefused > 0 {
			reasons = append(reasons, doc.Reason)
		}
	}
	return strings.Join(reasons, ",")
}

func TestRequireScopes(t *testing.T) {
	issuer, down := jt.NewIssuer(t), jt.NewIssuer(t)
	down.Down()
	route := contract.Route{Method: "GET", Path: "/x", Scopes: []string{"read:a", "read:b"}}
	for _, tt := range []struct {
		name   string
		issuer *jt.Issuer
		token  string
		status int
		reason string
	}{
		{"one of the scopes", issuer, issuer.Token(jt.Scopes("read:b")), http.StatusOK, ""},
		{"all of them", issuer, issuer.Token(jt.Scopes("read:a", "read:b")), http.StatusOK, ""},

		{"no token", issuer, "", http.StatusUnauthorized, "missing_token"},
		{"no JWT", issuer, "x", http.StatusUnauthorized, "invalid_token"},
		{"no scope", issuer, issuer.Token(), http.StatusForbidden, "insufficient_scope"},
		{"another scope", issuer, issuer.Token(jt.Scopes("read:abc", "read")), http.StatusForbidden, "insufficient_scope"},
		{"expired", issuer, issuer.Token(jt.Scopes("read:a"), jt.ExpiresIn(-time.Second)), http.StatusUnauthorized, "token_expired"},
		{"of another API", issuer, issuer.Token(jt.Scopes("read:a"), jt.AudienceOf("https://other.example")), http.StatusUnauthorized, "invalid_claims"},
		{"of another issuer", issuer, down.Token(jt.Scopes("read:a")), http.StatusUnauthorized, "invalid_claims"},
		{"forged", issuer, issuer.Token(jt.Scopes("read:a"), jt.SignedBy(issuer.NewKey("k1", "ES256"))), http.StatusUnauthorized, "invalid_signature"},
		{"an ID token", issuer, issuer.IDToken(jt.Scopes("read:a")), http.StatusUnauthorized, "invalid_claims"},
		{"no keys", down, down.Token(jt.Scopes("read:a")), http.StatusServiceUnavailable, "jwks_unavailable"},
	} {
		p, stdout := program(t, route, identity(tt.issuer))
		guard, err := access.RequireScopes(p)
		if err != nil {
			t.Fatal(err)
		}
		var s seen
		resp := call(t, p, guard, s.handler(nil), request(tt.token))
		if resp.StatusCode != tt.status || s.called != (tt.status == http.StatusOK) || s.called != (s.subject == jt.Subject) {
			t.Errorf("%s: %d, handler %+v, want %d", tt.name, resp.StatusCode, s, tt.status)
		}
		if got := refusals(t, stdout); got != tt.reason {
			t.Errorf("%s: counted %q, want %q", tt.name, got, tt.reason)
		}
	}
}

// IAM's signature is not a token: only two routes may accept it, and only where an API vouches for
// it.
func TestOnlyTwoGuardsAcceptIAM(t *testing.T) {
	iam := map[string]string{"IAM_AUTHORIZED": "true"}
	p, _ := program(t, contract.UpdatePets, identity(jt.NewIssuer(t)), iam)
	for name, build := range map[string]func(rest.Program) (access.Guard, error){
		"required": access.RequireScopes, "optional": access.Optional,
	} {
		guard, err := build(p)
		if err != nil {
			t.Fatal(err)
		}
		var s seen
		if resp := call(t, p, guard, s.handler(nil), signed("arn:aws:iam::1:user/x")); resp.StatusCode != http.StatusUnauthorized || s.called {
			t.Errorf("%s: %d, called %t, want 401", name, resp.StatusCode, s.called)
		}
	}
}

func TestOptional(t *testing.T) {
	issuer, down := jt.NewIssuer(t), jt.NewIssuer(t)
	down.Down()
	for _, tt := range []struct {
		name      string
		issuer    *jt.Issuer
		token     string
		status    int
		subject   string
		undecided error
		reason    string
	}{
		{"no token", issuer, "", http.StatusOK, "", nil, ""},
		{"a token without scopes", issuer, issuer.Token(jt.Scopes()), http.StatusOK, jt.Subject, nil, ""},
		{"no keys, no token", down, "", http.StatusOK, "", nil, ""},
		{"no keys", down, down.Token(), http.StatusOK, "", jwtauth.ErrKeysUnavailable, "jwks_unavailable"},

		{"no JWT", issuer, "x", http.StatusUnauthorized, "", nil, "invalid_token"},
		{"expired", issuer, issuer.Token(jt.ExpiresIn(-time.Second)), http.StatusUnauthorized, "", nil, "token_expired"},
		{"of another issuer", issuer, down.Token(), http.StatusUnauthorized, "", nil, "invalid_claims"},
		{"forged", issuer, issuer.Token(jt.SignedBy(issuer.NewKey("k1", "ES256"))), http.StatusUnauthorized, "", nil, "invalid_signature"},
		{"an ID token", issuer, issuer.IDToken(), http.StatusUnauthorized, "", nil, "invalid_claims"},
		{"no keys, no JWT", down, "x", http.StatusUnauthorized, "", nil, "invalid_token"},
	} {
		p, stdout := program(t, contract.ListPets, identity(tt.issuer))
		guard, err := access.Optional(p)
		if err != nil {
			t.Fatal(err)
		}
		var s seen
		resp := call(t, p, guard, s.handler(nil), request(tt.token))
		if resp.StatusCode != tt.status || s.called != (tt.status == http.StatusOK) || s.subject != tt.subject || !errors.Is(s.undecided, tt.undecided) {
			t.Errorf("%s: %d, handler %+v, want %d, %q, %v", tt.name, resp.StatusCode, s, tt.status, tt.subject, tt.undecided)
		}
		if got := refusals(t, stdout); got != tt.reason {
			t.Errorf("%s: counted %q, want %q", tt.name, got, tt.reason)
		}
	}
}

// orIAM are the guards that accept requests that IAM authorized.
var orIAM = map[string]func(rest.Program) (access.Guard, error){
	"update": access.UpdateGuard,
	"purchase": func(p rest.Program) (access.Guard, error) {
		guard, _, err := access.PurchaseGuard(p)
		return guard, err
	},
}

func TestIAM(t *testing.T) {
	const arn = "arn:aws:sts::123456789012:assumed-role/auth0-api-role/admin"
	issuer := jt.NewIssuer(t)
	good := issuer.Token(jt.Scopes(contract.ScopeUpdatePets))
	withoutIAM := signed(arn)
	withoutIAM.RequestContext.Authorizer.IAM = nil
	token := signed(arn)
	token.Headers = request(good).Headers
	for _, tt := range []struct {
		name    string
		setting string
		req     rest.Request
		status  int
		subject string
	}{
		{"IAM", "true", signed(arn), http.StatusOK, ""},
		{"a token", "true", request(good), http.StatusOK, jt.Subject},
		{"a token, without such an API", "", request(good), http.StatusOK, jt.Subject},
		{"IAM decides before a token", "true", token, http.StatusOK, ""},

		{"IAM, without such an API", "", signed(arn), http.StatusUnauthorized, ""},
		{"IAM, refused explicitly", "false", signed(arn), http.StatusUnauthorized, ""},
		{"IAM without a user", "true", signed(""), http.StatusUnauthorized, ""},
		{"an authorizer that is not IAM", "true", withoutIAM, http.StatusUnauthorized, ""},
		{"neither", "true", request(""), http.StatusUnauthorized, ""},
		{"a token without the scope", "true", request(issuer.Token()), http.StatusForbidden, ""},
	} {
		for name, build := range orIAM {
			p, _ := program(t, contract.UpdatePets, identity(issuer), map[string]string{"IAM_AUTHORIZED": tt.setting})
			guard, err := build(p)
			if err != nil {
				t.Fatal(err)
			}
			var s seen
			resp := call(t, p, guard, s.handler(nil), tt.req)
			if resp.StatusCode != tt.status || s.called != (tt.status == http.StatusOK) || s.subject != tt.subject {
				t.Errorf("%s, %s: %d, handler %+v, want %d, %q", name, tt.name, resp.StatusCode, s, tt.status, tt.subject)
			}
			if resp.Headers["cache-control"] != "no-store" {
				t.Errorf("%s, %s: headers %v, want no-store", name, tt.name, resp.Headers)
			}
		}
	}
}

// As behind a token, a handler may say more about its response.
func TestIAMKeepsTheHandlersHeaders(t *testing.T) {
	p, _ := program(t, contract.UpdatePets, identity(jt.NewIssuer(t)), map[string]string{"IAM_AUTHORIZED": "true"})
	guard, err := access.UpdateGuard(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, header, want string }{
		{"a tag", "etag", "no-store"},
		{"its own rule for caches", "cache-control", "private"},
	} {
		var s seen
		resp := call(t, p, guard, s.handler(map[string]string{tt.header: "private"}), signed("arn:aws:iam::1:user/x"))
		if resp.Headers[tt.header] != "private" || resp.Headers["cache-control"] != tt.want {
			t.Errorf("%s: headers %v, want cache-control %s", tt.name, resp.Headers, tt.want)
		}
	}
	failed := errors.New("the handler's own")
	handler := guard(func(context.Context, rest.Request) (rest.Response, error) { return rest.Response{}, failed })
	if _, err := handler(t.Context(), signed("arn:aws:iam::1:user/x")); !errors.Is(err, failed) {
		t.Errorf("error %v, want %v", err, failed)
	}
}

// Every guard reports every problem of the environment, on one line.
func TestBadEnvironment(t *testing.T) {
	all := map[string]func(rest.Program) (access.Guard, error){"required": access.RequireScopes, "optional": access.Optional}
	maps.Copy(all, orIAM)
	issuer := identity(jt.NewIssuer(t))
	without := func(name string) map[string]string {
		env := maps.Clone(issuer)
		delete(env, name)
		return env
	}
	const iam = "IAM_AUTHORIZED must be true or false"
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
		more string // of the purchase
	}{
		{"good", issuer, "", ""},
		{"IAM", map[string]string{"IAM_AUTHORIZED": "false", "JWT_ISSUER": issuer["JWT_ISSUER"], "JWT_AUDIENCE": "a", "JWT_CLIENT_ID": "c"}, "", ""},

		{"nothing", nil, "JWT_ISSUER is missing; JWT_AUDIENCE is missing", "; JWT_CLIENT_ID is missing"},
		{"no issuer", without("JWT_ISSUER"), "JWT_ISSUER is missing", ""},
		{"no audience", without("JWT_AUDIENCE"), "JWT_AUDIENCE is missing", ""},
		{"no client", without("JWT_CLIENT_ID"), "", "JWT_CLIENT_ID is missing"},
		{"IAM in other letters", map[string]string{"IAM_AUTHORIZED": "TRUE"}, "JWT_ISSUER is missing; JWT_AUDIENCE is missing; " + iam, "; JWT_CLIENT_ID is missing"},
		{"IAM by number", map[string]string{"IAM_AUTHORIZED": "1"}, "JWT_ISSUER is missing; JWT_AUDIENCE is missing; " + iam, "; JWT_CLIENT_ID is missing"},
	} {
		for name, build := range all {
			want := tt.want
			if name == "purchase" {
				want += tt.more
			}
			p, _ := program(t, contract.PurchasePet, tt.env)
			guard, err := build(p)
			got := ""
			if err != nil {
				got = settings.OneLine(err)
			}
			if got != want || (guard == nil) != (err != nil) {
				t.Errorf("%s, %s: error %q, want %q", name, tt.name, got, want)
			}
		}
	}
}
