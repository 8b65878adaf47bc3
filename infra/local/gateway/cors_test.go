package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const page = "https://app.example"

var errFunction = errors.New("the function failed")

func corsFor(origins ...string) *template.CORS {
	age := 60
	return &template.CORS{
		AllowOrigins: origins, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"authorization", "if-match"},
		ExposeHeaders: []string{"etag", "link"}, MaxAge: &age,
	}
}

// corsHeaders are the headers that belong to CORS, in one text.
func corsHeaders(header http.Header) string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if short, ok := strings.CutPrefix(name, "Access-Control-"); ok || name == "Vary" {
			found = append(found, fmt.Sprintf("%s=%s", strings.ToLower(short), strings.Join(header[name], "|")))
		}
	}
	return strings.Join(found, " ")
}

func TestPreflight(t *testing.T) {
	const (
		full   = "allow-headers=authorization,if-match allow-methods=GET,POST allow-origin=" + page + " max-age=60 vary=Origin"
		anyone = "allow-headers=authorization,if-match allow-methods=GET,POST allow-origin=* max-age=60"
	)
	credentials := corsFor(page)
	credentials.AllowCredentials = true
	cases := []struct {
		name    string
		cors    *template.CORS
		headers []string
		want    string
	}{
		{"listed", corsFor(page), []string{"Origin", page, "Access-Control-Request-Method", "POST"}, full},
		{"any", corsFor("*"), []string{"Origin", page, "Access-Control-Request-Method", "POST"}, anyone},
		{"any https", corsFor("https://*"), []string{"Origin", page, "Access-Control-Request-Method", "POST"}, full},
		{
			"with credentials", credentials,
			[]string{"Origin", page, "Access-Control-Request-Method", "POST"},
			"allow-credentials=true " + full,
		},
		{"nothing but origins", &template.CORS{AllowOrigins: []string{page}}, []string{"Origin", page, "Access-Control-Request-Method", "POST"}, "allow-origin=" + page + " vary=Origin"},
		// Origins that are not listed get a bare 204.
		{"unlisted", corsFor(page), []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, ""},
		{"null", corsFor(page), []string{"Origin", "null", "Access-Control-Request-Method", "POST"}, ""},
		{"null is not https", corsFor("https://*"), []string{"Origin", "null", "Access-Control-Request-Method", "POST"}, ""},
		{"another scheme", corsFor("https://*"), []string{"Origin", "http://app.example", "Access-Control-Request-Method", "POST"}, ""},
		{"only a scheme", corsFor("https://*"), []string{"Origin", "https://", "Access-Control-Request-Method", "POST"}, ""},
		{"another port", corsFor(page), []string{"Origin", page + ":8443", "Access-Control-Request-Method", "POST"}, ""},
		{"a longer name", corsFor(page), []string{"Origin", page + ".evil.example", "Access-Control-Request-Method", "POST"}, ""},
		{"another case", corsFor(page), []string{"Origin", "https://APP.example", "Access-Control-Request-Method", "POST"}, ""},
		{"two origins", corsFor(page), []string{"Origin", page + ", https://evil.example", "Access-Control-Request-Method", "POST"}, ""},
		// A preflight has both headers.
		{"no Origin", corsFor(page), []string{"Access-Control-Request-Method", "POST"}, ""},
		{"no method", corsFor(page), []string{"Origin", page}, ""},
		{"neither", corsFor("*"), nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := api("GET /pets")
			a.CORS = c.cors
			out := send(t, newGateway(t, a, echo, gateway.Options{}), "OPTIONS", "/pets", "", c.headers...)
			if got := corsHeaders(out.Header()); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			if out.Code != 204 || out.Body.Len() != 0 || len(out.Header()["Content-Type"]) != 0 || len(out.Header()["Content-Length"]) != 0 {
				t.Errorf("%d %v %q, want a bare 204", out.Code, out.Header(), out.Body)
			}
			if out.Header().Get("Apigw-Requestid") == "" {
				t.Error("no apigw-requestid")
			}
		})
	}
}

// Every response has the headers; a function's own are ignored.
func TestCORSOnResponses(t *testing.T) {
	const own = `{"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://evil.example", "access-control-allow-credentials": "true",
		"Access-Control-Other": "x", "vary": "accept"}, "body": ""}`
	issuer := jwtauthtest.NewIssuer(t)
	failing := invoker(func(_ context.Context, _, _ string, _ []byte) ([]byte, error) { return nil, errFunction })
	const want = "allow-origin=" + page + " expose-headers=etag,link vary=Origin"
	cases := []struct {
		name         string
		function     invoker
		target, auth string
		origin       string
		status       int
		want         string
	}{
		{"200", returning(`{"statusCode": 200}`), "/public", "", page, 200, want},
		{"the function's own headers are replaced", returning(own), "/public", "", page, 200, "allow-origin=" + page + " expose-headers=etag,link vary=accept|Origin"},
		{"the function's own headers are removed", returning(own), "/public", "", "https://evil.example", 200, "vary=accept"},
		{"unlisted", returning(`{"statusCode": 200}`), "/public", "", "https://evil.example", 200, ""},
		{"null", returning(`{"statusCode": 200}`), "/public", "", "null", 200, ""},
		{"no Origin", returning(`{"statusCode": 200}`), "/public", "", "", 200, ""},
		{"401", echo, "/pets", "", page, 401, want},
		{"401, unlisted", echo, "/pets", "", "https://evil.example", 401, ""},
		{"403", echo, "/pets", issuer.Token(), page, 403, want},
		{"404", echo, "/nothing", "", page, 404, want},
		{"409 of the function", returning(`{"statusCode": 409}`), "/public", "", page, 409, want},
		{"500", failing, "/public", "", page, 500, want},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := secured(issuer, "read:pets")
			a.CORS = corsFor(page)
			headers := []string{}
			for name, value := range map[string]string{"Origin": c.origin, "Authorization": c.auth} {
				if value != "" {
					headers = append(headers, name, value)
				}
			}
			out := send(t, newGateway(t, a, c.function, gateway.Options{}), "GET", c.target, "", headers...)
			if got := corsHeaders(out.Header()); out.Code != c.status || got != c.want {
				t.Errorf("%d %s\nwant %d %s", out.Code, got, c.status, c.want)
			}
		})
	}
}

// Without a configuration the function's own headers are kept.
func TestFunctionsOwnCORS(t *testing.T) {
	g := newGateway(t, api("GET /pets"), returning(`{"statusCode": 200, "headers": {"access-control-allow-origin": "*"}}`), gateway.Options{})
	if got := corsHeaders(send(t, g, "GET", "/pets", "", "Origin", page).Header()); got != "allow-origin=*" {
		t.Errorf("%q", got)
	}
}

// A route for OPTIONS takes precedence over the gateway's own response.
func TestPreflightByRoute(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	const want = "allow-headers=authorization,if-match allow-methods=GET,POST allow-origin=" + page + " max-age=60 vary=Origin"
	for _, key := range []string{"OPTIONS /{proxy+}", "ANY /{proxy+}", "ANY /pets", "$default"} {
		a := api(key, "GET /pets")
		a.CORS = corsFor(page)
		function := returning(`{"statusCode": 204, "headers": {"access-control-allow-methods": "DELETE"}}`)
		out := send(t, newGateway(t, a, function, gateway.Options{}), "OPTIONS", "/pets", "", "Origin", page, "Access-Control-Request-Method", "GET")
		if got := corsHeaders(out.Header()); out.Code != 204 || got != want {
			t.Errorf("%s: %d %s", key, out.Code, got)
		}
		// Not a preflight.
		out = send(t, newGateway(t, a, function, gateway.Options{}), "OPTIONS", "/pets", "", "Origin", page)
		if got := corsHeaders(out.Header()); out.Code != 204 || got != "" {
			t.Errorf("%s: %d %s", key, out.Code, got)
		}
		// Browsers send no token with a preflight.
		a.Routes[0].Authorization = template.AuthorizationJWT
		a.Routes[0].Authorizer = secured(issuer).Routes[0].Authorizer
		g := newGateway(t, a, function, gateway.Options{})
		wantRefusal(t, send(t, g, "OPTIONS", "/pets", "", "Origin", page, "Access-Control-Request-Method", "GET"), 401, "Unauthorized")
	}
}

func TestBlockedPreflightWarning(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	cases := []struct {
		locked, other string
		cors, want    bool
	}{
		{"ANY /pets", "GET /x", true, true},
		{"$default", "GET /x", true, true},
		{"ANY /{proxy+}", "GET /x", true, true},
		{"ANY /pets/{id}", "OPTIONS /pets", true, true},
		{"ANY /{proxy+}", "OPTIONS /pets/{proxy+}", true, true},
		{"ANY /pets", "OPTIONS /cats", true, true},
		{"OPTIONS /pets", "GET /pets", true, true},
		{"OPTIONS /pets", "OPTIONS /{proxy+}", true, true},
		// A full match wins over a greedy OPTIONS route [open].
		{"ANY /pets", "OPTIONS /{proxy+}", true, true},
		// A public OPTIONS route for all its paths.
		{"ANY /pets", "OPTIONS /pets", true, false},
		{"ANY /{proxy+}", "OPTIONS /{proxy+}", true, false},
		{"ANY /pets/{id}", "OPTIONS /pets/{x}", true, false},
		{"ANY /pets/{proxy+}", "OPTIONS /pets/{proxy+}", true, false},
		{"$default", "OPTIONS /{proxy+}", true, false},
		// No CORS; a route for another method.
		{"ANY /pets", "GET /x", false, false},
		{"GET /pets", "GET /x", true, false},
	}
	for _, c := range cases {
		a := api(c.locked, c.other)
		a.Routes[0].Authorization = template.AuthorizationJWT
		a.Routes[0].Authorizer = secured(issuer).Routes[0].Authorizer
		if c.cors {
			a.CORS = corsFor(page)
		}
		g := newGateway(t, a, echo, gateway.Options{})
		warnings := g.Warnings()
		if got := len(warnings) == 1 && strings.Contains(warnings[0], "receives the preflight"); got != c.want {
			t.Errorf("%s with %s: %q, want a warning: %v", c.locked, c.other, warnings, c.want)
		}
		// The warning agrees with the response.
		path := strings.NewReplacer("{id}", "7", "{proxy+}", "x/y").Replace(strings.TrimPrefix(c.locked, "ANY "))
		if !strings.HasPrefix(path, "/") {
			continue
		}
		out := send(t, g, "OPTIONS", path, "", "Origin", page, "Access-Control-Request-Method", "GET")
		if refused := out.Code == 401; refused != c.want && c.cors {
			t.Errorf("%s with %s: %d, but a warning: %v", c.locked, c.other, out.Code, c.want)
		}
	}
}

// An OPTIONS route with an authorizer is blocked too.
func TestOptionsRouteWithAuthorizer(t *testing.T) {
	a := api("ANY /pets", "OPTIONS /pets")
	a.CORS = corsFor(page)
	for at := range a.Routes {
		a.Routes[at].Authorization = template.AuthorizationJWT
		a.Routes[at].Authorizer = secured(jwtauthtest.NewIssuer(t)).Routes[0].Authorizer
	}
	if warnings := newGateway(t, a, echo, gateway.Options{}).Warnings(); len(warnings) != 2 {
		t.Errorf("warnings %q, want one for each", warnings)
	}
}
