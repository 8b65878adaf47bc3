package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// secured makes an API with one route for tokens of an issuer.
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
		// A token elsewhere is no token.
		{"$request.header.X-Token", "/pets", []string{"Authorization", good}, 401},
		{"$request.header.Authorization", "/pets?Authorization=" + good, nil, 401},
		{"$request.header.Authorization", "/pets?access_token=" + good, nil, 401},
		{"$request.querystring.token", "/pets?Token=" + good, nil, 401},
		{"$request.querystring.token", "/pets", []string{"Authorization", good}, 401},
		// Two are none, even when both are good.
		{"$request.header.Authorization", "/pets", []string{"Authorization", good, "Authorization", good}, 401},
		{"$request.querystring.token", "/pets?token=" + good + "&token=" + good, nil, 401},
		// Other schemes, and what is not one token.
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
		out := send(t, open(t, a, echo, gateway.Options{}), "GET", c.target, "", c.headers...)
		if out.Code != c.status {
			t.Errorf("%s from %.30s %.60q: %d, want %d", c.source, c.target, c.headers, out.Code, c.status)
		}
	}
}

// Each refusal has API Gateway's status, body and header, and a reason in the access log.
func TestRefusedTokens(t *testing.T) {
	issuer, foreign := jwtauthtest.NewIssuer(t), jwtauthtest.NewIssuer(t)
	const invalid = `Bearer scope="" error="invalid_token" error_description="`
	cases := []struct {
		name, authorization string
		status              int
		message, header     string
		logged              string
	}{
		{"none", "", 401, "Unauthorized", "Bearer", "missing: token not provided"},
		{"the scheme alone", "Bearer", 401, "Unauthorized", "Bearer", "missing: token not provided"},
		{"many segments", "Bearer " + strings.Repeat(".", 9000), 401, "Unauthorized", invalid + `token contains an invalid number of segments"`, "token contains an invalid number of segments"},
		{"malformed", "Bearer abc", 401, "Unauthorized", invalid + `token contains an invalid number of segments"`, "token contains an invalid number of segments"},
		{"two segments", "Bearer a.b", 401, "Unauthorized", invalid + `token contains an invalid number of segments"`, "token contains an invalid number of segments"},
		{"not a token", "Bearer a.b.c", 401, "Unauthorized", invalid + `the token is malformed"`, "the token is malformed"},
		{
			"audience", issuer.Token(jwtauthtest.Claim("aud", "https://other.example")), 401, "Unauthorized",
			invalid + `the token does not have a valid audience"`, "the token does not have a valid audience",
		},
		{
			"aud counts before client_id", issuer.Token(jwtauthtest.Claim("aud", "other"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)), 401,
			"Unauthorized", invalid + `the token does not have a valid audience"`, "the token does not have a valid audience",
		},
		{
			"neither aud nor a known client_id", issuer.Token(jwtauthtest.Without("aud"), jwtauthtest.Claim("client_id", "other")), 401,
			"Unauthorized", invalid + `the token does not have a valid audience"`, "the token does not have a valid audience",
		},
		{"issuer", foreign.Token(), 401, "Unauthorized", invalid + `issuer does not match"`, "issuer does not match"},
		{
			"issuer without its slash", issuer.Token(jwtauthtest.Claim("iss", strings.TrimSuffix(issuer.URL, "/"))), 401,
			"Unauthorized", invalid + `issuer does not match"`, "issuer does not match",
		},
		{"expired", issuer.Token(jwtauthtest.ExpiresIn(-time.Second)), 401, "Unauthorized", invalid + `the token has expired"`, "the token has expired"},
		{
			"without exp", issuer.Token(jwtauthtest.Without("exp")), 401, "Unauthorized",
			invalid + `the token has a claim that is not valid"`, "the token has a claim that is not valid",
		},
		{
			"not yet valid", issuer.Token(jwtauthtest.Claim("nbf", time.Now().Add(time.Minute).Unix())), 401, "Unauthorized",
			invalid + `the token has a claim that is not valid"`, "the token has a claim that is not valid",
		},
		{
			"issued in the future", issuer.Token(jwtauthtest.Claim("iat", time.Now().Add(5*time.Second).Unix())), 401, "Unauthorized",
			invalid + `the token has a claim that is not valid"`, "the token has a claim that is not valid",
		},
		{
			"unknown kid", issuer.Token(jwtauthtest.Header("kid", "forged")), 401, "Unauthorized",
			invalid + `the token's signature or key is not valid"`, "the token's signature or key is not valid",
		},
		{
			"signature", changed(issuer.Token()), 401, "Unauthorized",
			invalid + `the token's signature or key is not valid"`, "the token's signature or key is not valid",
		},
		{"alg none", issuer.Token(jwtauthtest.Header("alg", "none")), 401, "Unauthorized", invalid + `the token is malformed"`, "the token is malformed"},
		{"alg HS256", issuer.Token(jwtauthtest.Header("alg", "HS256")), 401, "Unauthorized", invalid + `the token is malformed"`, "the token is malformed"},
		{"alg PS256 [open]", issuer.Token(jwtauthtest.Header("alg", "PS256")), 401, "Unauthorized", invalid + `the token is malformed"`, "the token is malformed"},
		{
			"scope", issuer.Token(jwtauthtest.Scopes("read:other")), 403, "Forbidden",
			`Bearer scope="read:pets write:pets" error="insufficient_scope" error_description="the token does not have a required scope"`,
			"the token does not have a required scope",
		},
		{
			"no scope at all", issuer.Token(), 403, "Forbidden",
			`Bearer scope="read:pets write:pets" error="insufficient_scope" error_description="the token does not have a required scope"`,
			"the token does not have a required scope",
		},
		{
			"scp wins over scope", issuer.Token(jwtauthtest.Scopes("read:pets"), jwtauthtest.Claim("scp", "read:other")), 403, "Forbidden",
			`Bearer scope="read:pets write:pets" error="insufficient_scope" error_description="the token does not have a required scope"`,
			"the token does not have a required scope",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			log := &buffer{}
			a := secured(issuer, "read:pets", "write:pets")
			a.Stages[0].AccessLog = "$context.status $context.authorizer.error"
			g := open(t, a, echo, gateway.Options{AccessLog: log})
			headers := []string{}
			if c.authorization != "" {
				headers = []string{"Authorization", c.authorization}
			}
			out := send(t, g, "GET", "/pets", "", headers...)
			wantRefusal(t, out, c.status, c.message)
			if got := out.Header().Get("Www-Authenticate"); got != c.header {
				t.Errorf("www-authenticate %s, want %s", got, c.header)
			}
			if want := http.StatusText(c.status); want == "" || !strings.HasSuffix(log.String(), c.logged+"\n") {
				t.Errorf("log %q, want %q", log.String(), c.logged)
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
		"scp as a text":             issuer.Token(jwtauthtest.Claim("scp", "read:pets x")),
		"any of the audiences":      issuer.Token(jwtauthtest.Scopes("read:pets"), jwtauthtest.Claim("aud", []string{"other", "second"})),
		"client_id without aud": issuer.Token(
			jwtauthtest.Scopes("read:pets"), jwtauthtest.Without("aud"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)),
	}
	for name, token := range cases {
		g := open(t, secured(issuer, "read:pets", "write:pets"), echo, gateway.Options{})
		if out := send(t, g, "GET", "/pets", "", "Authorization", "Bearer "+token); out.Code != 200 {
			t.Errorf("%s: %d %s", name, out.Code, out.Header().Get("Www-Authenticate"))
		}
	}
}

// Without scopes on the route any good token passes, and the event says null.
func TestScopesInTheEvent(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	token := "Bearer " + issuer.Token(jwtauthtest.Scopes("read:pets", "other"))
	e := event(t, send(t, open(t, secured(issuer), echo, gateway.Options{}), "GET", "/pets", "", "Authorization", token))
	jwt, _ := member(e, "requestContext", "authorizer", "jwt").(map[string]any)
	if scopes, present := jwt["scopes"]; !present || scopes != nil {
		t.Errorf("scopes %v, want null", jwt["scopes"])
	}
	e = event(t, send(t, open(t, secured(issuer, "read:pets"), echo, gateway.Options{}), "GET", "/pets", "", "Authorization", token))
	if scopes, _ := member(e, "requestContext", "authorizer", "jwt", "scopes").([]any); len(scopes) != 2 || scopes[0] != "read:pets" || scopes[1] != "other" {
		t.Errorf("scopes %v, want all of the token's", scopes)
	}
	e = event(t, send(t, open(t, secured(issuer), echo, gateway.Options{}), "GET", "/public", "", "Authorization", token))
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
	e := event(t, send(t, open(t, secured(issuer), echo, gateway.Options{}), "GET", "/pets", "", "Authorization", token))
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

// Keys that cannot be had decide nothing: not let through, and not refused for good [open].
func TestKeysUnavailable(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	c := newClock()
	issuer.Now = c.Now
	g := open(t, secured(issuer), echo, gateway.Options{Now: c.Now})
	issuer.Down()
	if out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token()); out.Code != 200 {
		t.Errorf("with the keys of the start: %d", out.Code)
	}
	const beyondAllPatience = 25 * time.Hour
	c.advance(beyondAllPatience)
	out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token())
	wantRefusal(t, out, 503, "Service Unavailable")
	if out.Header().Get("Retry-After") == "" {
		t.Error("no retry-after")
	}
	if out := send(t, g, "GET", "/public", ""); out.Code != 200 {
		t.Errorf("public: %d", out.Code)
	}
}

// A start without keys would refuse everybody or let everybody in: it does neither.
func TestIssuerDownAtStart(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Down()
	_, err := gateway.New(t.Context(), secured(issuer), invoker(echo), gateway.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "Tokens: issuer "+issuer.URL+": ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that names authorizer and issuer", err)
	}
}

func TestIssuerThatIsNoURL(t *testing.T) {
	a := secured(jwtauthtest.NewIssuer(t))
	a.Routes[0].Authorizer.Issuer = "http://issuer.example/"
	if _, err := gateway.New(t.Context(), a, invoker(echo), gateway.Options{}); err == nil || !strings.HasPrefix(err.Error(), "Tokens: issuer ") {
		t.Errorf("error %v", err)
	}
}

// Nobody can sign for a local stack.
func TestIAMRoute(t *testing.T) {
	a := api("GET /pets")
	a.Routes[0].Authorization = template.AuthorizationIAM
	g := open(t, a, echo, gateway.Options{})
	wantRefusal(t, send(t, g, "GET", "/pets", ""), 403, "Forbidden")
	wantRefusal(t, send(t, g, "GET", "/pets", "", "Authorization", "AWS4-HMAC-SHA256 Credential=x"), 403, "Forbidden")
	if len(g.Warnings()) != 1 || !strings.Contains(g.Warnings()[0], "wants signed requests") {
		t.Errorf("warnings %q", g.Warnings())
	}
}

// An authorization nobody knows lets nobody in.
func TestUnknownAuthorization(t *testing.T) {
	for _, kind := range []string{"", "CUSTOM", "JWT"} { // JWT without its authorizer
		a := api("GET /pets")
		a.Routes[0].Authorization = kind
		wantRefusal(t, send(t, open(t, a, echo, gateway.Options{}), "GET", "/pets", ""), 403, "Forbidden")
	}
}
