package authorizer_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestContextClaims adds the named claims, and no others, in types that API Gateway accepts.
func TestContextClaims(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	a := authorizer.New(issuer.Verifier(), authorizer.WithContextClaims("org_id", "level", "big", "admin", "roles", "address", "gone", "nothing", "Email"))
	token := issuer.Token(
		jwtauthtest.Claim("org_id", `org "1"`), jwtauthtest.Claim("level", 7), jwtauthtest.Claim("big", json.Number("9007199254740993")),
		jwtauthtest.Claim("admin", false), jwtauthtest.Claim("roles", []string{"a b", "c"}), jwtauthtest.Claim("address", map[string]string{"city": "Bern"}),
		jwtauthtest.Claim("nothing", nil), jwtauthtest.Claim("email", "a@b.example"), jwtauthtest.Claim("EMAIL", "a@b.example"),
	)
	resp, err := a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{"authorization": "Bearer " + token}})
	if err != nil || !resp.IsAuthorized {
		t.Fatalf("%+v, %v", resp, err)
	}
	added := maps.Clone(resp.Context)
	maps.DeleteFunc(added, func(name string, _ any) bool {
		return name == "iss" || name == "sub" || name == "scope" || name == "exp" || name == "client_id"
	})
	want := map[string]any{
		"org_id": `org "1"`, "level": json.Number("7"), "big": json.Number("9007199254740993"), "admin": false,
		"roles": `["a b","c"]`, "address": `{"city":"Bern"}`,
	}
	if diff := cmp.Diff(want, added); diff != "" {
		t.Errorf("added claims (-want +got):\n%s", diff)
	}
}

// A TokenVerifier of another package may return tokens without claims.
func TestContextClaimsOfATokenWithoutClaims(t *testing.T) {
	a := authorizer.New(verifier{}, authorizer.WithContextClaims("org_id"))
	resp, err := a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{"authorization": "Bearer good"}})
	if _, ok := resp.Context["org_id"]; err != nil || !resp.IsAuthorized || ok {
		t.Errorf("%+v, %v", resp, err)
	}
}

// The context holds permissions only where the scopes alone would not have opened the route.
func TestPermissionsInTheContext(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{Permissions: true})
	routes := authorizer.WithRouteScopes(map[string][]string{
		"GET /scope": {"read:pets"}, "GET /permission": {"update:pets"}, "GET /either": {"read:pets", "update:pets"}, "GET /open": {},
	})
	anyOf := authorizer.New(v, routes)
	token := issuer.Token(jwtauthtest.Scopes("read:pets"), jwtauthtest.Claim("permissions", []string{"update:pets", "list:pets"}))
	for _, c := range []struct {
		name, route string
		a           *authorizer.Authorizer
		token       string
		allowed     bool
		permissions any
	}{
		{"by permission", "GET /permission", anyOf, token, true, "update:pets list:pets"},
		{"by scope", "GET /scope", anyOf, token, true, nil},
		{"by scope or permission", "GET /either", anyOf, token, true, nil},
		{"both needed", "GET /either", anyOf.AllOf(), token, true, "update:pets list:pets"},
		{"any token", "GET /open", anyOf, token, true, nil},
		{"no permissions", "GET /scope", anyOf, issuer.Token(jwtauthtest.Scopes("read:pets")), true, nil},
		{"refused", "GET /permission", anyOf, issuer.Token(jwtauthtest.Scopes("read:pets")), false, nil},
		{"one of two", "GET /either", anyOf.AllOf(), issuer.Token(jwtauthtest.Scopes("read:pets")), false, nil},
		{"no route scopes", "GET /permission", authorizer.New(v), token, true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, err := c.a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{
				RouteKey: c.route, Headers: map[string]string{"authorization": "Bearer " + c.token},
			})
			if err != nil || resp.IsAuthorized != c.allowed || resp.Context["permissions"] != c.permissions {
				t.Errorf("%+v, %v", resp, err)
			}
		})
	}
}

// The name of a role with a space does not become two scopes.
func TestRolesInTheContext(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	a := authorizer.New(issuer.NewVerifier(jwtauth.Config{ScopeClaim: "roles"}))
	token := issuer.Token(jwtauthtest.Claim("roles", []string{"reader", "not update:pets", "writer"}))
	resp, err := a.HandleHTTP(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{"authorization": "Bearer " + token}})
	if err != nil || resp.Context["scope"] != "reader writer" {
		t.Errorf("%+v, %v", resp, err)
	}
}
