package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

// routeTable repeats what functions/contract/route.go says, on purpose: a route
// that changes there by mistake fails here.
var routeTable = map[string]struct {
	folder string
	scopes string
	rate   int // by default, the stage's
	burst  int
}{
	"GET /pets":           {folder: "get-pet-info"},
	"POST /pets":          {folder: "update-pet-info", scopes: "update:pets"},
	"POST /pets/purchase": {folder: "pet-purchase", scopes: "purchase:pets", rate: 200, burst: 400},
	"GET /unicorn":        {folder: "get-unicorn", scopes: "read:unicorn"},
	"GET /unicorns":       {folder: "list-all-unicorns", scopes: "list:unicorns"},
	"OPTIONS /{proxy+}":   {folder: "no-op"},
}

func TestRoutes(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		routes := template.of("AWS::ApiGatewayV2::Route")
		seen := map[string]bool{}
		for id, route := range routes {
			key, _ := route.Properties["RouteKey"].(string)
			want, ok := routeTable[key]
			if !ok {
				t.Errorf("%s is %q: add it to routeTable in infra/cdk/routes_test.go, or correct functions/contract/route.go", id, key)
				continue
			}
			seen[key] = true
			if got := folderOf(template, route); got != want.folder {
				t.Errorf("%s invokes %q, want %q: correct functions/contract/route.go", key, got, want.folder)
			}
			checkProtection(t, template, key, want.scopes, route)
		}
		for key := range routeTable {
			if !seen[key] {
				t.Errorf("%s is missing: remove it from routeTable in infra/cdk/routes_test.go, or correct functions/contract/route.go", key)
			}
		}
	})
}

func checkProtection(t *testing.T, template template, key, scopes string, route resource) {
	t.Helper()
	kind, scoped, authorizer := route.Properties["AuthorizationType"], route.Properties["AuthorizationScopes"], route.Properties["AuthorizerId"]
	if scopes == "" {
		if kind != "NONE" || scoped != nil || authorizer != nil {
			t.Errorf("%s must be public: %v %v %v", key, kind, scoped, authorizer)
		}
		return
	}
	if kind != "JWT" || text(scoped) != text(strings.Fields(scopes)) {
		t.Errorf("%s is protected by %v %v, want JWT and %s: correct functions/contract/route.go", key, kind, scoped, scopes)
	}
	ref, _ := at(authorizer, "Ref").(string)
	if template.Resources[ref].Type != "AWS::ApiGatewayV2::Authorizer" {
		t.Errorf("%s has no authorizer of this stack: %v", key, authorizer)
	}
}

// A contract that contradicts itself stops the synthesis with one line.
func TestContradictionStopsSynthesis(t *testing.T) {
	contradictions := func() error {
		return errors.Join(
			&contract.Problem{File: "scope.go", Message: "no route asks for it"},
			&contract.Problem{File: "route.go", Message: "two routes match the same requests"},
		)
	}
	_, err := newApp(contradictions, settings("dev", nil), t.TempDir())
	const want = "functions/contract/scope.go: no route asks for it; functions/contract/route.go: two routes match the same requests"
	if !errors.Is(err, contract.ErrContract) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// folderOf returns the folder of the function that serves a route, through the
// integration and, in prod, the alias.
func folderOf(template template, route resource) string {
	integration, _ := at(route.Properties, "Target", "Fn::Join", 1, 1, "Ref").(string)
	return functionFolder(template, at(template.Resources[integration].Properties, "IntegrationUri"))
}

func functionFolder(template template, invoked any) string {
	id, ok := at(invoked, "Fn::GetAtt", 0).(string)
	if !ok {
		alias, _ := at(invoked, "Ref").(string)
		id, _ = at(template.Resources[alias].Properties, "FunctionName", "Ref").(string)
	}
	name, _ := template.Resources[id].Metadata["local:goPackage"].(string)
	return strings.TrimPrefix(name, "./functions/")
}

// A route is public if and only if it is in contract.PublicRoutes.
func TestPublicRoutes(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		var public []string
		for _, route := range template.of("AWS::ApiGatewayV2::Route") {
			if route.Properties["AuthorizationType"] == "NONE" {
				public = append(public, route.Properties["RouteKey"].(string))
			}
		}
		slices.Sort(public)
		if want := slices.Sorted(slices.Values(contract.PublicRoutes())); !slices.Equal(public, want) {
			t.Errorf("public routes %q, want %q: correct functions/contract/route.go", public, want)
		}
	})
}

// Each route may invoke its function, and there is no other permission.
func TestPermissions(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		got := map[string]string{}
		for id, permission := range template.of("AWS::Lambda::Permission") {
			p := permission.Properties
			if p["Principal"] != "apigateway.amazonaws.com" || p["Action"] != "lambda:InvokeFunction" {
				t.Errorf("%s allows %v %v", id, p["Principal"], p["Action"])
			}
			source := at(p, "SourceArn", "Fn::Join", 1)
			path, _ := at(source, 8).(string)
			got[path+" "+functionFolder(template, p["FunctionName"])] = id
		}
		want := map[string]bool{}
		for key, route := range routeTable {
			_, path, _ := strings.Cut(key, " ")
			want["/*/*"+path+" "+route.folder] = true
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
		got := template.one(t, "AWS::ApiGatewayV2::Api").Properties["CorsConfiguration"]
		for name, want := range map[string]string{
			"AllowHeaders":     text(contract.CORSAllowHeaders()),
			"AllowOrigins":     `{"Ref":"AllowedOrigins"}`,
			"AllowCredentials": "null",
			"ExposeHeaders":    text(contract.CORSExposeHeaders()),
			"MaxAge":           "3600",
		} {
			if got := text(at(got, name)); got != want {
				t.Errorf("%s is %s, want %s: correct cors in infra/cdk/api.go", name, got, want)
			}
		}
		methods, _ := at(got, "AllowMethods").([]any)
		for key := range routeTable {
			if method, _, _ := strings.Cut(key, " "); !slices.Contains(methods, any(method)) {
				t.Errorf("a page cannot call %s, AllowMethods is %v: correct CORSMethods in functions/contract/cors.go", key, methods)
			}
		}
		if !slices.Contains(contract.CORSAllowHeaders(), "authorization") {
			t.Error("a page cannot send a token: correct CORSAllowHeaders in functions/contract/cors.go")
		}
	})
}

func TestStage(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		p := template.one(t, "AWS::ApiGatewayV2::Stage").Properties
		if p["StageName"] != "$default" || p["AutoDeploy"] != true {
			t.Errorf("stage %v, automatic %v", p["StageName"], p["AutoDeploy"])
		}
		checkThrottle(t, "the stage", at(p, "DefaultRouteSettings"), 1000, 2000)
		for key, route := range routeTable {
			checkThrottle(t, key, at(p, "RouteSettings", key), route.rate, route.burst)
		}
		format, _ := at(p, "AccessLogSettings", "Format").(string)
		checkAccessLog(t, format)
	})
}

func checkThrottle(t *testing.T, key string, settings any, rate, burst int) {
	t.Helper()
	want := "null"
	if rate > 0 {
		want = fmt.Sprintf(`{"DetailedMetricsEnabled":true,"ThrottlingBurstLimit":%d,"ThrottlingRateLimit":%d}`, burst, rate)
	}
	if got := text(settings); got != want {
		t.Errorf("%s has the settings %s, want %s: correct Throttle in functions/contract/route.go", key, got, want)
	}
}

// The access log has what happened to a request and nothing about its caller.
func checkAccessLog(t *testing.T, format string) {
	t.Helper()
	for _, want := range []string{
		"$context.requestId", "$context.routeKey", "$context.status", "$context.responseLatency",
		"$context.authorizer.error", "$context.integrationErrorMessage",
	} {
		if !strings.Contains(format, want) {
			t.Errorf("the access log lacks %s", want)
		}
	}
	for _, never := range []string{"claims", "header", "querystring", "authorization", "identity", "$context.path"} {
		if strings.Contains(strings.ToLower(format), never) {
			t.Errorf("the access log has %s", never)
		}
	}
}
