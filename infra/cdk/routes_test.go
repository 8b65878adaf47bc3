package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The contract, written once more: method, path, function, scopes.
var contract = map[string]struct {
	program string
	scopes  string
}{
	"GET /pets":           {"get-pet-info", ""},
	"POST /pets":          {"update-pet-info", "update:pets"},
	"POST /pets/purchase": {"pet-purchase", "purchase:pets"},
	"GET /unicorn":        {"get-unicorn", "read:unicorn"},
	"GET /unicorns":       {"list-all-unicorns", "list:unicorns"},
	"OPTIONS /{proxy+}":   {"no-op", ""},
}

func TestRoutesAreTheContract(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		routes := template.of("AWS::ApiGatewayV2::Route")
		seen := map[string]bool{}
		for id, route := range routes {
			key, _ := route.Properties["RouteKey"].(string)
			want, ok := contract[key]
			if !ok {
				t.Errorf("%s: %q is not in the contract", id, key)
				continue
			}
			seen[key] = true
			if got := programOf(template, route); got != want.program {
				t.Errorf("%s starts %q, want %q", key, got, want.program)
			}
			checkProtection(t, template, key, want.scopes, route)
		}
		for key := range contract {
			if !seen[key] {
				t.Errorf("%s is missing", key)
			}
		}
	})
}

func checkProtection(t *testing.T, template template, key, scopes string, route resource) {
	t.Helper()
	kind, scoped, authorizer := route.Properties["AuthorizationType"], route.Properties["AuthorizationScopes"], route.Properties["AuthorizerId"]
	if scopes == "" {
		if kind != "NONE" || scoped != nil || authorizer != nil {
			t.Errorf("%s should be public: %v %v %v", key, kind, scoped, authorizer)
		}
		return
	}
	if kind != "JWT" || text(scoped) != text(strings.Fields(scopes)) {
		t.Errorf("%s is protected by %v %v, want JWT and %s", key, kind, scoped, scopes)
	}
	ref, _ := at(authorizer, "Ref").(string)
	if template.Resources[ref].Type != "AWS::ApiGatewayV2::Authorizer" {
		t.Errorf("%s names no authorizer of this stack: %v", key, authorizer)
	}
}

// programOf follows a route to the Go package that serves it: over the integration, and over the alias in
// production.
func programOf(template template, route resource) string {
	integration, _ := at(route.Properties, "Target", "Fn::Join", 1, 1, "Ref").(string)
	return templateProgram(template, at(template.Resources[integration].Properties, "IntegrationUri"))
}

func templateProgram(template template, called any) string {
	id, ok := at(called, "Fn::GetAtt", 0).(string)
	if !ok {
		alias, _ := at(called, "Ref").(string)
		id, _ = at(template.Resources[alias].Properties, "FunctionName", "Ref").(string)
	}
	name, _ := template.Resources[id].Metadata["local:goPackage"].(string)
	return strings.TrimPrefix(name, "./functions/")
}

// Both directions: what is public is on the list, and what is on the list is public.
func TestPublicRoutes(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		var public []string
		for _, route := range template.of("AWS::ApiGatewayV2::Route") {
			if route.Properties["AuthorizationType"] == "NONE" {
				public = append(public, route.Properties["RouteKey"].(string))
			}
		}
		slices.Sort(public)
		if want := slices.Sorted(slices.Values(PublicRoutes())); !slices.Equal(public, want) {
			t.Errorf("public are %q, want %q", public, want)
		}
	})
}

// Each route may start its function and there is no other permission.
func TestPermissions(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		got := map[string]string{}
		for id, permission := range template.of("AWS::Lambda::Permission") {
			p := permission.Properties
			if p["Principal"] != "apigateway.amazonaws.com" || p["Action"] != "lambda:InvokeFunction" {
				t.Errorf("%s lets %v do %v", id, p["Principal"], p["Action"])
			}
			source := at(p, "SourceArn", "Fn::Join", 1)
			path, _ := at(source, 8).(string)
			got[path+" "+templateProgram(template, p["FunctionName"])] = id
		}
		want := map[string]bool{}
		for key, route := range contract {
			_, path, _ := strings.Cut(key, " ")
			want["/*/*"+path+" "+route.program] = true
		}
		if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
			t.Errorf("permissions %q, want %q", g, w)
		}
	})
}

func TestAuthorizer(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		p := template.one(t, "AWS::ApiGatewayV2::Authorizer").Properties
		for name, want := range map[string]string{
			"AuthorizerType":   `"JWT"`,
			"IdentitySource":   `["$request.header.Authorization"]`,
			"JwtConfiguration": `{"Audience":{"Ref":"Audience"},"Issuer":{"Ref":"Issuer"}}`,
		} {
			if got := text(p[name]); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
	})
}

func TestCORS(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		want := `{"AllowHeaders":["authorization","content-type","idempotency-key","if-match","x-amz-date","x-api-key","x-amz-security-token"],` +
			`"AllowMethods":["GET","POST","OPTIONS"],"AllowOrigins":{"Ref":"AllowedOrigins"},` +
			`"ExposeHeaders":["etag","link","retry-after","www-authenticate","idempotency-replayed","apigw-requestid"],"MaxAge":3600}`
		if got := text(template.one(t, "AWS::ApiGatewayV2::Api").Properties["CorsConfiguration"]); got != want {
			t.Errorf("CORS is\n%s, want\n%s", got, want)
		}
	})
}

func TestStage(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		p := template.one(t, "AWS::ApiGatewayV2::Stage").Properties
		if p["StageName"] != "$default" || p["AutoDeploy"] != true {
			t.Errorf("stage %v, automatic %v", p["StageName"], p["AutoDeploy"])
		}
		const rate, burst, purchases = 1000.0, 2000.0, 200.0
		if at(p, "DefaultRouteSettings", "ThrottlingRateLimit") != rate || at(p, "DefaultRouteSettings", "ThrottlingBurstLimit") != burst {
			t.Errorf("throttled at %s", text(p["DefaultRouteSettings"]))
		}
		if at(p, "RouteSettings", "POST /pets/purchase", "ThrottlingRateLimit") != purchases {
			t.Errorf("purchases are throttled at %s", text(p["RouteSettings"]))
		}
		format, _ := at(p, "AccessLogSettings", "Format").(string)
		checkAccessLog(t, format)
	})
}

// The access log says what happened to a request and nothing about who made it.
func checkAccessLog(t *testing.T, format string) {
	t.Helper()
	for _, want := range []string{
		"$context.requestId", "$context.routeKey", "$context.status", "$context.responseLatency",
		"$context.authorizer.error", "$context.integrationErrorMessage",
	} {
		if !strings.Contains(format, want) {
			t.Errorf("the access log has no %s", want)
		}
	}
	for _, never := range []string{"claims", "header", "querystring", "authorization", "identity", "$context.path"} {
		if strings.Contains(strings.ToLower(format), never) {
			t.Errorf("the access log holds %s", never)
		}
	}
}
