package gateway_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// secured returns an API with one route that requires a token.
func secured(issuer *jwtauthtest.Issuer, scopes ...string) template.API {
	a := api("GET /pets", "GET /public")
	a.Routes[0].Authorization, a.Routes[0].Scopes = template.AuthorizationJWT, scopes
	a.Routes[0].Authorizer = &template.Authorizer{
		LogicalID: "Tokens", IdentitySource: "$request.header.Authorization", Issuer: issuer.URL, Audiences: []string{jwtauthtest.Audience, "second"},
	}
	return a
}

func TestIdentitySource(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	good := issuer.Token()
	cases := []struct {
		source, target string
		headers        []string
		status         int
	}{
		// The scheme may be absent, and its case does not matter.
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Bearer " + good}, 200},
		{"$request.header.Authorization", "/pets", []string{"Authorization", "bEARER " + good}, 200},
		{"$request.header.Authorization", "/pets", []string{"Authorization", good}, 200},
		{"$request.header.authorization", "/pets", []string{"Authorization", good}, 200},
		// Other sources.
		{"$request.header.X-Token", "/pets", []string{"X-Token", good}, 200},
		{"$request.querystring.token", "/pets?token=" + good, nil, 200},
		{"$request.querystring.token", "/pets?token=Bearer%20" + good, nil, 200},
		// Only the identity source counts.
		{"$request.header.X-Token", "/pets", []string{"Authorization", good}, 401},
		{"$request.header.Authorization", "/pets?Authorization=" + good, nil, 401},
		{"$request.header.Authorization", "/pets?access_token=" + good, nil, 401},
		{"$request.querystring.token", "/pets?Token=" + good, nil, 401},
		{"$request.querystring.token", "/pets", []string{"Authorization", good}, 401},
		// Repeated values are invalid.
		{"$request.header.Authorization", "/pets", []string{"Authorization", good, "Authorization", good}, 401},
		{"$request.querystring.token", "/pets?token=" + good + "&token=" + good, nil, 401},
		// Other schemes and malformed credentials.
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Basic dXNlcjpwYXNz"}, 401},
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Bearer Bearer " + good}, 401},
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Bearer " + good + " x"}, 401},
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Bearer"}, 401},
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Bearer "}, 401},
		{"$request.header.Authorization", "/pets", []string{"Authorization", "Bearer" + good}, 401},
	}
	for _, c := range cases {
		a := secured(issuer)
		a.Routes[0].Authorizer.IdentitySource = c.source
		out := send(t, newGateway(t, a, echo, gateway.Options{}), "GET", c.target, "", c.headers...)
		if out.Code != c.status {
			t.Errorf("%s from %.30s %.60q: %d, want %d", c.source, c.target, c.headers, out.Code, c.status)
		}
	}
}

// Each refusal has API Gateway's status, body and header, and a logged reason.
func TestRefusedTokens(t *testing.T) {
	const (
		missing      = "missing: token not provided"
		segments     = "token contains an invalid number of segments"
		malformed    = "the token is malformed"
		badAudience  = "the token does not have a valid audience"
		badIssuer    = "issuer does not match"
		badClaim     = "the token has a claim that is not valid"
		badSignature = "the token's signature or key is not valid"
		missingScope = "the token does not have a required scope"
	)
	issuer, other := jwtauthtest.NewIssuer(t), jwtauthtest.NewIssuer(t)
	cases := []struct{ name, authorization, reason string }{
		{"none", "", missing},
		{"the scheme alone", "Bearer", missing},
		{"many segments", "Bearer " + strings.Repeat(".", 9000), segments},
		{"one segment", "Bearer abc", segments},
		{"two segments", "Bearer a.b", segments},
		{"not a token", "Bearer a.b.c", malformed},
		{"audience", issuer.Token(jwtauthtest.Claim("aud", "https://other.example")), badAudience},
		{"aud counts before client_id", issuer.Token(jwtauthtest.Claim("aud", "other"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)), badAudience},
		{"unknown client_id without aud", issuer.Token(jwtauthtest.Without("aud"), jwtauthtest.Claim("client_id", "other")), badAudience},
		{"issuer", other.Token(), badIssuer},
		{"issuer without its slash", issuer.Token(jwtauthtest.Claim("iss", strings.TrimSuffix(issuer.URL, "/"))), badIssuer},
		{"expired", issuer.Token(jwtauthtest.ExpiresIn(-time.Second)), "the token has expired"},
		{"without exp", issuer.Token(jwtauthtest.Without("exp")), badClaim},
		{"not yet valid", issuer.Token(jwtauthtest.Claim("nbf", time.Now().Add(time.Minute).Unix())), badClaim},
		{"issued in the future", issuer.Token(jwtauthtest.Claim("iat", time.Now().Add(5*time.Second).Unix())), badClaim},
		{"unknown kid", issuer.Token(jwtauthtest.Header("kid", "forged")), badSignature},
		{"signature", changed(issuer.Token()), badSignature},
		{"alg none", issuer.Token(jwtauthtest.Header("alg", "none")), malformed},
		{"alg HS256", issuer.Token(jwtauthtest.Header("alg", "HS256")), malformed},
		{"alg PS256 [open]", issuer.Token(jwtauthtest.Header("alg", "PS256")), malformed},
		{"another scope", issuer.Token(jwtauthtest.Scopes("read:other")), missingScope},
		{"no scope", issuer.Token(), missingScope},
		{"scp wins over scope", issuer.Token(jwtauthtest.Scopes("read:pets"), jwtauthtest.Claim("scp", "read:other")), missingScope},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, message := 401, "Unauthorized"
			header := `Bearer scope="" error="invalid_token" error_description="` + c.reason + `"`
			switch c.reason {
			case missing:
				header = "Bearer"
			case missingScope:
				status, message = 403, "Forbidden"
				header = `Bearer scope="read:pets write:pets" error="insufficient_scope" error_description="` + c.reason + `"`
			}
			log := &buffer{}
			a := secured(issuer, "read:pets", "write:pets")
			a.Stages[0].AccessLog = "$context.status $context.authorizer.error"
			g := newGateway(t, a, echo, gateway.Options{AccessLog: log})
			headers := []string{}
			if c.authorization != "" {
				headers = []string{"Authorization", c.authorization}
			}
			out := send(t, g, "GET", "/pets", "", headers...)
			wantRefusal(t, out, status, message)
			if got := out.Header().Get("Www-Authenticate"); got != header {
				t.Errorf("www-authenticate %s, want %s", got, header)
			}
			if want := fmt.Sprintf("%d %s\n", status, c.reason); log.String() != want {
				t.Errorf("log %q, want %q", log.String(), want)
			}
		})
	}
}

// changed flips a bit in the middle of the signature.
func changed(token string) string {
	at := strings.LastIndexByte(token, '.') + 20
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	return token[:at] + string(other) + token[at+1:]
}

func TestAcceptedTokens(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	cases := map[string]string{
		"any of the route's scopes": issuer.Token(jwtauthtest.Scopes("other", "write:pets")),
		"scp as a list":             issuer.Token(jwtauthtest.Claim("scp", []string{"read:pets"})),
		"scp as a string":           issuer.Token(jwtauthtest.Claim("scp", "read:pets x")),
		"any of the audiences":      issuer.Token(jwtauthtest.Scopes("read:pets"), jwtauthtest.Claim("aud", []string{"other", "second"})),
		"client_id without aud": issuer.Token(
			jwtauthtest.Scopes("read:pets"), jwtauthtest.Without("aud"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)),
	}
	for name, token := range cases {
		g := newGateway(t, secured(issuer, "read:pets", "write:pets"), echo, gateway.Options{})
		if out := send(t, g, "GET", "/pets", "", "Authorization", "Bearer "+token); out.Code != 200 {
			t.Errorf("%s: %d %s", name, out.Code, out.Header().Get("Www-Authenticate"))
		}
	}
}

// A route without scopes has null in the event.
func TestScopesInTheEvent(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	token := "Bearer " + issuer.Token(jwtauthtest.Scopes("read:pets", "other"))
	e := event(t, send(t, newGateway(t, secured(issuer), echo, gateway.Options{}), "GET", "/pets", "", "Authorization", token))
	jwt, _ := member(e, "requestContext", "authorizer", "jwt").(map[string]any)
	if scopes, present := jwt["scopes"]; !present || scopes != nil {
		t.Errorf("scopes %v, want null", jwt["scopes"])
	}
	e = event(t, send(t, newGateway(t, secured(issuer, "read:pets"), echo, gateway.Options{}), "GET", "/pets", "", "Authorization", token))
	if scopes, _ := member(e, "requestContext", "authorizer", "jwt", "scopes").([]any); len(scopes) != 2 || scopes[0] != "read:pets" || scopes[1] != "other" {
		t.Errorf("scopes %v, want all of the token's", scopes)
	}
	e = event(t, send(t, newGateway(t, secured(issuer), echo, gateway.Options{}), "GET", "/public", "", "Authorization", token))
	if _, present := member(e, "requestContext").(map[string]any)["authorizer"]; present {
		t.Error("a public route has an authorizer in its event")
	}
}

func TestClaimsInTheEvent(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	token := issuer.Token(
		jwtauthtest.Claim("exp", 4102444800), jwtauthtest.Claim("email_verified", true), jwtauthtest.Claim("roles", []any{"admin", "power user", 3, true, nil}),
		jwtauthtest.Claim("nothing", nil), jwtauthtest.Claim("nested", map[string]any{"a": []int{1}}), jwtauthtest.Claim("https://app.example/email", "a@b.example"),
		jwtauthtest.Claim("ratio", 0.25), jwtauthtest.Claim("empty", ""), jwtauthtest.Claim("lists", [][]int{{1, 2}, {}}),
	)
	e := event(t, send(t, newGateway(t, secured(issuer), echo, gateway.Options{}), "GET", "/pets", "", "Authorization", token))
	claims, _ := member(e, "requestContext", "authorizer", "jwt", "claims").(map[string]any)
	for name, want := range map[string]string{
		"exp": "4102444800", "email_verified": "true", "roles": "[admin power user 3 true <nil>]", "nested": `{"a":[1]}`,
		"https://app.example/email": "a@b.example", "ratio": "0.25", "empty": "", "iss": issuer.URL, "sub": jwtauthtest.Subject, "lists": "[[1 2] []]",
	} {
		if claims[name] != want {
			t.Errorf("%s is %#v, want %q", name, claims[name], want)
		}
	}
	if value, present := claims["nothing"]; present {
		t.Errorf("a null claim is %v, want none", value)
	}
}

// Without keys a token is neither accepted nor refused [open].
func TestKeysUnavailable(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	c := newClock()
	issuer.Now = c.Now
	g := newGateway(t, secured(issuer), echo, gateway.Options{Now: c.Now})
	issuer.Down()
	if out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token()); out.Code != 200 {
		t.Errorf("with the cached keys: %d", out.Code)
	}
	const beyondMaxAge = 25 * time.Hour
	c.advance(beyondMaxAge)
	out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token())
	wantRefusal(t, out, 503, "Service Unavailable")
	if out.Header().Get("Retry-After") == "" {
		t.Error("no retry-after")
	}
	if out := send(t, g, "GET", "/public", ""); out.Code != 200 {
		t.Errorf("public: %d", out.Code)
	}
}

func TestIssuerDownAtStart(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Down()
	_, err := gateway.New(t.Context(), secured(issuer), invoker(echo), gateway.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "Tokens: issuer "+issuer.URL+": ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that names authorizer and issuer", err)
	}
}

func TestIssuerWithoutHTTPS(t *testing.T) {
	a := secured(jwtauthtest.NewIssuer(t))
	a.Routes[0].Authorizer.Issuer = "http://issuer.example/"
	if _, err := gateway.New(t.Context(), a, invoker(echo), gateway.Options{}); err == nil || !strings.HasPrefix(err.Error(), "Tokens: issuer ") {
		t.Errorf("error %v", err)
	}
}

func TestIAMRoute(t *testing.T) {
	a := api("GET /pets")
	a.Routes[0].Authorization = template.AuthorizationIAM
	g := newGateway(t, a, echo, gateway.Options{})
	wantRefusal(t, send(t, g, "GET", "/pets", ""), 403, "Forbidden")
	wantRefusal(t, send(t, g, "GET", "/pets", "", "Authorization", "AWS4-HMAC-SHA256 Credential=x"), 403, "Forbidden")
	if len(g.Warnings()) != 1 || !strings.Contains(g.Warnings()[0], "requires signed requests") {
		t.Errorf("warnings %q", g.Warnings())
	}
}

func TestUnknownAuthorization(t *testing.T) {
	for _, kind := range []string{"", "CUSTOM", "JWT"} { // JWT without its authorizer
		a := api("GET /pets")
		a.Routes[0].Authorization = kind
		wantRefusal(t, send(t, newGateway(t, a, echo, gateway.Options{}), "GET", "/pets", ""), 403, "Forbidden")
	}
}
