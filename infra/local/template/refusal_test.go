package template_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/template"
)

// What the laptop would not serve as AWS does stops the start.
func TestRefused(t *testing.T) {
	cases := []struct {
		resource, property, value string
		wantErr                   error
		wantWhere                 string
	}{
		// Kinds of API that respond differently.
		{"Api", "ProtocolType", `"WEBSOCKET"`, template.ErrNotServed, "Api ProtocolType"},
		{"Api", "Body", `{"openapi": "3.0.1"}`, template.ErrNotServed, "Api Body"},
		{"Api", "Target", `{"Ref": "Fn"}`, template.ErrNotServed, "Api Target"},
		{"Api", "RouteSelectionExpression", `"$request.body.action"`, template.ErrNotServed, "Api RouteSelectionExpression"},
		{"Api", "Name", `""`, template.ErrInvalid, "Api Name"},
		{"Api", "DisableExecuteApiEndpoint", `"perhaps"`, template.ErrInvalid, "Api DisableExecuteApiEndpoint"},
		// CORS that Fetch forbids, or that cannot be read.
		{"Api", "CorsConfiguration", `{"AllowOrigins": ["*"], "AllowCredentials": true}`, template.ErrInvalid, "Api CorsConfiguration.AllowCredentials"},
		{"Api", "CorsConfiguration", `{"AllowOrigins": "*"}`, template.ErrInvalid, "Api CorsConfiguration.AllowOrigins"},
		{"Api", "CorsConfiguration", `{"MaxAge": 86401}`, template.ErrInvalid, "Api CorsConfiguration.MaxAge"},
		{"Api", "CorsConfiguration", `{"Surprise": 1}`, template.ErrNotServed, "Api CorsConfiguration.Surprise"},
		{"Api", "CorsConfiguration", `["x"]`, template.ErrInvalid, "Api CorsConfiguration"},
		// Integrations other than a function with payload 2.0.
		{"Integration", "IntegrationType", `"HTTP_PROXY"`, template.ErrNotServed, "Integration IntegrationType"},
		{"Integration", "IntegrationSubtype", `"SQS-SendMessage"`, template.ErrNotServed, "Integration IntegrationSubtype"},
		{"Integration", "PayloadFormatVersion", `"1.0"`, template.ErrNotServed, "Integration PayloadFormatVersion"},
		{"Integration", "ConnectionType", `"VPC_LINK"`, template.ErrNotServed, "Integration ConnectionType"},
		{"Integration", "RequestParameters", `{"append:header.x": "y"}`, template.ErrNotServed, "Integration RequestParameters"},
		{"Integration", "ResponseParameters", `{}`, template.ErrNotServed, "Integration ResponseParameters"},
		{"Integration", "CredentialsArn", `"arn:aws:iam::1:role/x"`, template.ErrNotServed, "Integration CredentialsArn"},
		{"Integration", "IntegrationMethod", `"GET"`, template.ErrInvalid, "Integration IntegrationMethod"},
		{"Integration", "TimeoutInMillis", `30001`, template.ErrInvalid, "Integration TimeoutInMillis"},
		{"Integration", "TimeoutInMillis", `49`, template.ErrInvalid, "Integration TimeoutInMillis"},
		{"Integration", "TimeoutInMillis", `50.5`, template.ErrInvalid, "Integration TimeoutInMillis"},
		{"Integration", "IntegrationUri", `"https://example.com"`, template.ErrNotServed, "Integration IntegrationUri"},
		{"Integration", "IntegrationUri", `{"Fn::GetAtt": ["Named", "Arn"]}`, template.ErrNotServed, "Integration IntegrationUri"},
		// Authorizers other than JWT, and JWT authorizers without an issuer or audience.
		{"Authorizer", "AuthorizerType", `"REQUEST"`, template.ErrNotServed, "Authorizer AuthorizerType"},
		{"Authorizer", "IdentitySource", `[]`, template.ErrInvalid, "Authorizer IdentitySource"},
		{"Authorizer", "IdentitySource", `["$request.header.A", "$request.header.B"]`, template.ErrInvalid, "Authorizer IdentitySource"},
		{"Authorizer", "IdentitySource", `["$request.header."]`, template.ErrInvalid, "Authorizer IdentitySource"},
		{"Authorizer", "IdentitySource", `["$context.stage"]`, template.ErrInvalid, "Authorizer IdentitySource"},
		{"Authorizer", "JwtConfiguration", `{"Issuer": "", "Audience": ["a"]}`, template.ErrInvalid, "Authorizer JwtConfiguration.Issuer"},
		{"Authorizer", "JwtConfiguration", `{"Audience": ["a"]}`, template.ErrInvalid, "Authorizer JwtConfiguration.Issuer"},
		{"Authorizer", "JwtConfiguration", `{"Issuer": "https://i/", "Audience": []}`, template.ErrInvalid, "Authorizer JwtConfiguration.Audience"},
		{"Authorizer", "JwtConfiguration", `{"Issuer": "https://i/", "Audience": [""]}`, template.ErrInvalid, "Authorizer JwtConfiguration.Audience"},
		{"Authorizer", "JwtConfiguration", `{"Issuer": "https://i/", "Audience": {"Ref": "Empty"}}`, template.ErrInvalid, "Authorizer JwtConfiguration.Audience"},
		{"Authorizer", "AuthorizerResultTtlInSeconds", `300`, template.ErrNotServed, "Authorizer AuthorizerResultTtlInSeconds"},
		// Routes.
		{"Route", "AuthorizationType", `"CUSTOM"`, template.ErrNotServed, "Route AuthorizationType"},
		{"Route", "AuthorizationType", `"jwt"`, template.ErrNotServed, "Route AuthorizationType"},
		{"Route", "AuthorizationType", `"JWT"`, template.ErrInvalid, "Route AuthorizerId"},
		{"Route", "Target", `"integrations/Missing"`, template.ErrInvalid, "Route Target"},
		{"Route", "Target", `{"Ref": "Integration"}`, template.ErrInvalid, "Route Target"},
		{"Route", "ApiId", `"Other"`, template.ErrInvalid, "Route ApiId"},
		{"Route", "RouteResponseSelectionExpression", `"$default"`, template.ErrNotServed, "Route RouteResponseSelectionExpression"},
		{"Route", "RouteKey", `null`, template.ErrInvalid, "Route RouteKey"},
		// Stages.
		{"Stage", "AutoDeploy", `false`, template.ErrNotServed, "Stage AutoDeploy"},
		{"Stage", "StageName", `"a/b"`, template.ErrInvalid, "Stage StageName"},
		{"Stage", "RouteSettings", `{"GET /nothing": {"ThrottlingRateLimit": 1}}`, template.ErrInvalid, "Stage RouteSettings"},
		{"Stage", "DefaultRouteSettings", `{"ThrottlingRateLimit": -1}`, template.ErrInvalid, "Stage DefaultRouteSettings.ThrottlingRateLimit"},
		{"Stage", "DefaultRouteSettings", `{"ThrottlingBurstLimit": 1.5}`, template.ErrInvalid, "Stage DefaultRouteSettings.ThrottlingBurstLimit"},
		{"Stage", "ClientCertificateId", `"x"`, template.ErrNotServed, "Stage ClientCertificateId"},
		// Functions that are not plain binaries.
		{"Fn", "Runtime", `"nodejs22.x"`, template.ErrNotServed, "Fn Runtime"},
		{"Fn", "Layers", `["arn:aws:lambda:::layer:x:1"]`, template.ErrNotServed, "Fn Layers"},
		{"Fn", "PackageType", `"Image"`, template.ErrNotServed, "Fn PackageType"},
		{"Fn", "Timeout", `901`, template.ErrInvalid, "Fn Timeout"},
		{"Fn", "MemorySize", `64`, template.ErrInvalid, "Fn MemorySize"},
		{"Fn", "Environment", `{"Variables": {"AWS_REGION": "x"}}`, template.ErrInvalid, "Fn Environment.Variables.AWS_REGION"},
		{"Fn", "Environment", `{"Variables": {"AWS_LAMBDA_LOG_LEVEL": "x"}}`, template.ErrInvalid, "Fn Environment.Variables.AWS_LAMBDA_LOG_LEVEL"},
		{"Fn", "FunctionName", `["x"]`, template.ErrUnresolved, "Fn"},
		// Tables.
		{"Table", "KeySchema", `{"Ref": "AWS::NoValue"}`, template.ErrInvalid, "Table KeySchema"},
		{"Table", "ImportSourceSpecification", `{}`, template.ErrNotServed, "Table ImportSourceSpecification"},
		{"Table", "TimeToLiveSpecification", `{"Enabled": true}`, template.ErrInvalid, "Table TimeToLiveSpecification.AttributeName"},
	}
	for _, c := range cases {
		doc := whole(t)
		properties(t, doc, c.resource)[c.property] = parse(t, c.value)
		_, err := load(t, doc, settings())
		if !hasProblem(err, c.wantErr, c.wantWhere) {
			t.Errorf("%s %s %s: error %v, want %v at %s", c.resource, c.property, c.value, err, c.wantErr, c.wantWhere)
		}
	}
}

// hasProblem reports whether there is a problem of a kind at a place.
func hasProblem(err, kind error, where string) bool {
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	for _, one := range list.Unwrap() {
		var problem *template.Problem
		if errors.As(one, &problem) && errors.Is(problem, kind) && problem.Where == where {
			return true
		}
	}
	return false
}

func TestRefusedTypes(t *testing.T) {
	for _, kind := range []string{
		"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::Deployment",
		"AWS::ApiGatewayV2::VpcLink", "AWS::ApiGatewayV2::Model", "AWS::ApiGatewayV2::RouteResponse", "AWS::ApiGatewayV2::IntegrationResponse",
		"AWS::ApiGatewayV2::ApiGatewayManagedOverrides", "AWS::CloudFormation::Stack", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Url",
		"AWS::Serverless::Function", "AWS::Serverless::HttpApi", "AWS::Serverless::Api",
	} {
		doc := whole(t)
		at(t, doc, "Resources")["New"] = object{"Type": kind, "Properties": object{}}
		if _, err := load(t, doc, settings()); !hasProblem(err, template.ErrNotServed, "New") {
			t.Errorf("%s: error %v, want %v", kind, err, template.ErrNotServed)
		}
		at(t, doc, "Resources", "New")["Condition"] = "IsProd"
		if _, err := load(t, doc, settings()); err != nil {
			t.Errorf("%s that is not created: %v", kind, err)
		}
	}
}

func TestRefusedMetadata(t *testing.T) {
	for _, value := range []any{"functions/fn", "./../elsewhere", "/bin/sh", 7, nil} {
		doc := whole(t)
		at(t, doc, "Resources", "Fn", "Metadata")[template.PackageMetadata] = value
		if _, err := load(t, doc, settings()); !hasProblem(err, template.ErrInvalid, "Fn Metadata."+template.PackageMetadata) {
			t.Errorf("%v: error %v", value, err)
		}
	}
}

func TestNamesThatCollide(t *testing.T) {
	doc := whole(t)
	at(t, doc, "Resources")["Fn2"] = parse(t, `{"Type": "AWS::Lambda::Function", "Metadata": {"local:goPackage": "./functions/fn"},
		"Properties": {"Runtime": "provided.al2023", "FunctionName": "Fn"}}`)
	at(t, doc, "Resources")["Stage2"] = parse(t, `{"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": true}}`)
	_, err := load(t, doc, settings())
	if !hasProblem(err, template.ErrInvalid, "Fn2") || !hasProblem(err, template.ErrInvalid, "Stage2") {
		t.Errorf("error %v", err)
	}
}

func TestGlobalTableWithCapacity(t *testing.T) {
	doc := whole(t)
	at(t, doc, "Resources", "Table")["Type"] = "AWS::DynamoDB::GlobalTable"
	properties(t, doc, "Table")["BillingMode"] = "PROVISIONED"
	if _, err := load(t, doc, settings()); !hasProblem(err, template.ErrNotServed, "Table BillingMode") {
		t.Errorf("error %v", err)
	}
}

// What exceeds a fixed quota of HTTP APIs at a deployment is refused at the start.
func TestQuotas(t *testing.T) {
	copies := func(doc object, id, property string, count int, value func(n int) any) {
		of := at(t, doc, "Resources")
		for n := range count {
			copied := maps.Clone(properties(t, doc, id))
			copied[property] = value(n)
			of[fmt.Sprintf("%s%d", id, n)] = object{"Type": at(t, doc, "Resources", id)["Type"], "Properties": copied}
		}
	}
	many := func(count int) []any {
		list := make([]any, count)
		for n := range list {
			list[n] = fmt.Sprint("x", n)
		}
		return list
	}
	cases := []struct {
		name, where string
		change      func(doc object)
	}{
		{"routes", "Api", func(doc object) {
			copies(doc, "Route", "RouteKey", 300, func(n int) any { return fmt.Sprintf("GET /pets/%d", n) })
		}},
		{"stages", "Api", func(doc object) { copies(doc, "Stage", "StageName", 10, func(n int) any { return fmt.Sprint("s", n) }) }},
		{"scopes", "Route AuthorizationScopes", func(doc object) {
			route := properties(t, doc, "Route")
			route["AuthorizationType"], route["AuthorizerId"], route["AuthorizationScopes"] = "JWT", "Authorizer", many(11)
		}},
		{"audiences", "Authorizer JwtConfiguration.Audience", func(doc object) {
			at(t, doc, "Resources", "Authorizer", "Properties", "JwtConfiguration")["Audience"] = many(51)
		}},
		{"access log", "Stage AccessLogSettings.Format", func(doc object) {
			properties(t, doc, "Stage")["AccessLogSettings"] = object{"DestinationArn": "arn", "Format": strings.Repeat("x", 3<<10+1)}
		}},
		{"stage variables", "Stage StageVariables", func(doc object) {
			variables := object{}
			for n := range 101 {
				variables[fmt.Sprint("v", n)] = "x"
			}
			properties(t, doc, "Stage")["StageVariables"] = variables
		}},
		{"authorizers", "Api", func(doc object) {
			copies(doc, "Authorizer", "Name", 11, func(n int) any { return fmt.Sprint("a", n) })
			copies(doc, "Route", "AuthorizerId", 11, func(n int) any { return fmt.Sprint("Authorizer", n) })
			for n := range 11 {
				properties(t, doc, fmt.Sprint("Route", n))["AuthorizationType"] = "JWT"
			}
		}},
	}
	for _, c := range cases {
		doc := whole(t)
		c.change(doc)
		if _, err := load(t, doc, settings()); !hasProblem(err, template.ErrInvalid, c.where) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}
