package gateway_test

import (
	"strings"
	"testing"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// The wildcard in AllowHeaders does not cover Authorization.
func TestUnlistedAuthorizationWarning(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	const header, query = "$request.header.Authorization", "$request.querystring.token"
	cases := []struct {
		headers, kind, source string
		want                  bool
	}{
		{"*", template.AuthorizationJWT, header, true},
		{"*", template.AuthorizationJWT, strings.ToLower(header), true},
		{"content-type,*", template.AuthorizationJWT, header, true},
		{"*", template.AuthorizationIAM, "", true},
		// Listed, in any case.
		{"*,Authorization", template.AuthorizationJWT, header, false},
		{"authorization", template.AuthorizationJWT, header, false},
		// Not required, or no wildcard.
		{"*", template.AuthorizationNone, "", false},
		{"*", template.AuthorizationJWT, query, false},
		{"*", template.AuthorizationJWT, "$request.header.X-Token", false},
		{"", template.AuthorizationJWT, header, false},
		{"x-*", template.AuthorizationJWT, header, false},
	}
	for _, c := range cases {
		a := secured(issuer)
		a.Routes[0].Authorization, a.Routes[0].Authorizer.IdentitySource = c.kind, c.source
		if c.kind != template.AuthorizationJWT {
			a.Routes[0].Authorizer = nil
		}
		a.CORS = corsFor(page)
		a.CORS.AllowHeaders = strings.FieldsFunc(c.headers, func(r rune) bool { return r == ',' })
		g := newGateway(t, a, echo, gateway.Options{})
		const want = `Api: * in AllowHeaders does not cover Authorization, which "GET /pets" needs: list it too, or browsers will not send it`
		if got := strings.Join(g.Warnings(), "\n"); strings.Contains(got, want) != c.want || !c.want && strings.Contains(got, "AllowHeaders") {
			t.Errorf("%+v: warnings %q", c, got)
		}
		out := send(t, g, "OPTIONS", "/pets", "", "Origin", page, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization")
		if got := out.Header().Get("Access-Control-Allow-Headers"); out.Code != 204 || got != c.headers {
			t.Errorf("%+v: %d, allowed headers %q", c, out.Code, got)
		}
	}
}

func TestNoWarningWithoutCORS(t *testing.T) {
	if warnings := newGateway(t, secured(jwtauthtest.NewIssuer(t)), echo, gateway.Options{}).Warnings(); len(warnings) != 0 {
		t.Errorf("warnings %q", warnings)
	}
}
