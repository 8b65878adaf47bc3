package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

const (
	fromHeader = "$request.header.Authorization"
	fromQuery  = "$request.querystring.token"
)

// A corsCase is an API with one route.
type corsCase struct {
	name   string
	cors   map[string]any
	kind   string // of the route's authorization
	source string // of the authorizer; "" for one of another stack
	rule   string
}

// declare uses L1 resources: L2 constructs refuse some of the cases themselves.
func (c corsCase) declare(stack awscdk.Stack) {
	api := map[string]any{"Name": c.name, "ProtocolType": "HTTP"}
	if c.cors != nil {
		api["CorsConfiguration"] = c.cors
	}
	id := declare(stack, c.name, "AWS::ApiGatewayV2::Api", api).Ref()
	route := map[string]any{"ApiId": id, "RouteKey": "GET /pets", "AuthorizationType": c.kind}
	if c.kind == "JWT" {
		route["AuthorizationScopes"], route["AuthorizerId"] = []any{"read:pets"}, "imported"
	}
	if c.source != "" {
		route["AuthorizerId"] = declare(stack, c.name+"Authorizer", "AWS::ApiGatewayV2::Authorizer", map[string]any{
			"ApiId": id, "Name": "n", "AuthorizerType": "JWT", "IdentitySource": []any{c.source},
			"JwtConfiguration": map[string]any{"Issuer": "https://pets.eu.auth0.com/", "Audience": []any{"a"}},
		}).Ref()
	}
	declare(stack, c.name+"Route", "AWS::ApiGatewayV2::Route", route)
}

func headers(allowed ...any) map[string]any {
	return map[string]any{"AllowOrigins": []any{"https://pets.example"}, "AllowHeaders": allowed}
}

// A page sends its token only when the preflight response lists Authorization; `*`
// does not cover it.
func TestWildcardHeadersAreAWarning(t *testing.T) {
	const rule = "SecuredPets-011"
	wantRules(t, nil, []corsCase{
		{"Any", headers("*"), "JWT", fromHeader, rule},
		{"AnyBesideOthers", headers("content-type", "*"), "JWT", fromHeader, rule},
		{"LowerCaseSource", headers("*"), "JWT", strings.ToLower(fromHeader), rule},
		{"ImportedAuthorizer", headers("*"), "JWT", "", rule},
		{"Lambda", headers("*"), "CUSTOM", fromHeader, rule},

		// It is listed as well, in any case.
		{"Named", headers("authorization"), "JWT", fromHeader, ""},
		{"AnyAndNamed", headers("*", "Authorization"), "JWT", fromHeader, ""},
		// No token in a header, or no CORS.
		{"Public", headers("*"), "NONE", "", ""},
		{"Query", headers("*"), "JWT", fromQuery, ""},
		{"NoCORS", nil, "JWT", fromHeader, ""},
		{"NoHeaders", map[string]any{"AllowOrigins": []any{"*"}}, "JWT", fromHeader, ""},
		{"OneHeader", headers("x-*"), "JWT", fromHeader, ""},
	})
}

func TestSignedRoutesNeedAuthorizationToo(t *testing.T) {
	wantRules(t, nil, []corsCase{{"Signed", headers("*"), "AWS_IAM", "", "SecuredPets-011"}})
}

// API Gateway refuses it, in the middle of a deployment.
func TestCredentialsForEveryOriginAreRefused(t *testing.T) {
	const rule = "SecuredPets-010"
	credentials := func(allowed any, origins ...any) map[string]any {
		return map[string]any{"AllowCredentials": allowed, "AllowOrigins": origins}
	}
	wantRules(t, ErrRefused, []corsCase{
		{"AnyOrigin", credentials(true, "*"), "NONE", "", rule},
		{"AnyOriginBesideOthers", credentials(true, "https://pets.example", "*"), "NONE", "", rule},
		{"Text", credentials("true", "*"), "NONE", "", rule},
		{"OneOrigin", credentials(true, "https://pets.example"), "NONE", "", ""},
		{"NoCredentials", credentials(false, "*"), "NONE", "", ""},
		{"Unset", map[string]any{"AllowOrigins": []any{"*"}}, "NONE", "", ""},
		{"NoOrigin", map[string]any{"AllowCredentials": true}, "NONE", "", ""},
	})
}

// The rules check the default value of a parameter.
func TestRulesSeeParameters(t *testing.T) {
	got, err := projectFindings(t, func(stack awscdk.Stack) {
		list := func(id, value string) []*string {
			return *awscdk.NewCfnParameter(stack, &id, &awscdk.CfnParameterProps{
				Type: jsii.String("CommaDelimitedList"), Default: &value,
			}).ValueAsList()
		}
		loose := map[string]any{
			"AllowHeaders": list("Headers", "content-type, *"), "AllowOrigins": list("Origins", "https://pets.example,*"), "AllowCredentials": true,
		}
		corsCase{name: "Any", cors: loose, kind: "JWT", source: fromHeader}.declare(stack)
	})
	if want := "SecuredPets-010 SecuredPets-011"; strings.Join(got["Any"], " ") != want || !errors.Is(err, ErrRefused) {
		t.Errorf("rules %v, %v, want %s", got["Any"], err, want)
	}
}

func wantRules(t *testing.T, wantErr error, cases []corsCase) {
	t.Helper()
	got, err := projectFindings(t, func(stack awscdk.Stack) {
		for _, c := range cases {
			c.declare(stack)
		}
	})
	if !errors.Is(err, wantErr) {
		t.Errorf("synthesis: %v, want %v", err, wantErr)
	}
	for _, c := range cases {
		if strings.Join(got[c.name], " ") != c.rule {
			t.Errorf("%s: rules %v, want %q", c.name, got[c.name], c.rule)
		}
	}
}
