package template_test

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/template"
)

// object is a part of a template.
type object = map[string]any

// base is a whole small template: one API with one public route. Tests change copies of it.
const base = `{
  "Parameters": {
    "Issuer":  {"Type": "String", "Default": "https://issuer.example/"},
    "List":    {"Type": "CommaDelimitedList", "Default": "a, b,c"},
    "Empty":   {"Type": "CommaDelimitedList", "Default": ""},
    "Number":  {"Type": "Number", "Default": 7, "MinValue": 1, "MaxValue": 9},
    "Short":   {"Type": "String", "Default": "ab", "MinLength": 1, "MaxLength": 3},
    "Stage":   {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
    "Word":    {"Type": "String", "Default": "word", "AllowedPattern": "[a-z]+"},
    "Boot":    {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/version"}
  },
  "Mappings": {"Sizes": {"dev": {"memory": 256, "zones": ["x", "y"]}}},
  "Conditions": {
    "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "IsDev":  {"Fn::Not": [{"Condition": "IsProd"}]},
    "Both":   {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
    "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
    "Text":    "true",
    "Single":  {"Fn::Or": [{"Condition": "IsDev"}]},
    "Unknown": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "Missing"}]},
    "Compare": {"Fn::Equals": [{"Ref": "A"}, "x"]},
    "Circle": {"Fn::Not": [{"Condition": "Circle"}]},
    "Lists":  {"Fn::Equals": [{"Ref": "List"}, ["a", "b", "c"]]}
  },
  "Resources": {
    "Api":   {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "pets", "ProtocolType": "HTTP"}},
    "Fn":    {"Type": "AWS::Lambda::Function", "Metadata": {"local:goPackage": "./functions/fn"}, "Properties": {
      "Runtime": "provided.al2023", "Handler": "bootstrap", "Code": {"S3Bucket": "b", "S3Key": "k.zip"}, "Role": {"Fn::GetAtt": ["Role", "Arn"]},
      "Environment": {"Variables": {}}}},
    "Role":  {"Type": "AWS::IAM::Role", "Properties": {}},
    "Logs":  {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/pets/fn"}},
    "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
      "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
      "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}},
    "Named":   {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "the-name"}},
    "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}},
    "Alias":   {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "live", "FunctionName": {"Ref": "Fn"}, "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]}}},
    "Topic":   {"Type": "AWS::SNS::Topic", "Properties": {}},
    "Queue":   {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}},
    "Bucket":  {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "page-${AWS::AccountId}"}}},
    "Cdn":     {"Type": "AWS::CloudFront::Distribution", "Properties": {}},
    "Never":   {"Type": "AWS::SNS::Topic", "Condition": "IsProd", "Properties": {}},
    "LoopA":   {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["LoopB", "QueueName"]}}},
    "LoopB":   {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["LoopA", "QueueName"]}}},
    "Thing":   {"Type": "AWS::IoT::Thing", "Properties": {}},
    "Integration": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
      "ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "IntegrationUri": {"Fn::GetAtt": ["Fn", "Arn"]}, "PayloadFormatVersion": "2.0"}},
    "Authorizer": {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": {
      "ApiId": {"Ref": "Api"}, "AuthorizerType": "JWT", "Name": "Tokens", "IdentitySource": ["$request.header.Authorization"],
      "JwtConfiguration": {"Issuer": {"Ref": "Issuer"}, "Audience": {"Ref": "List"}}}},
    "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
      "ApiId": {"Ref": "Api"}, "RouteKey": "GET /pets", "AuthorizationType": "NONE",
      "Target": {"Fn::Join": ["", ["integrations/", {"Ref": "Integration"}]]}}},
    "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": true}},
    "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
      "Action": "lambda:InvokeFunction", "FunctionName": {"Fn::GetAtt": ["Fn", "Arn"]}, "Principal": "apigateway.amazonaws.com",
      "SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/pets"}}}
  },
  "Outputs": {}
}`

// settings returns the settings of base.
func settings() template.Settings {
	return template.Settings{
		Region: "eu-west-1",
	}
}

// whole returns a copy of base.
func whole(t testing.TB) object {
	t.Helper()
	var doc object
	decoder := json.NewDecoder(strings.NewReader(base))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// at walks to a part of a template.
func at(t testing.TB, doc object, path ...string) object {
	t.Helper()
	for _, name := range path {
		next, ok := doc[name].(object)
		if !ok {
			t.Fatalf("no %s in the template", name)
		}
		doc = next
	}
	return doc
}

func properties(t testing.TB, doc object, id string) object {
	return at(t, doc, "Resources", id, "Properties")
}

func load(t testing.TB, doc object, with template.Settings) (*template.Stack, error) {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return template.Load(strings.NewReader(string(text)), with)
}

func mustLoad(t testing.TB, doc object) *template.Stack {
	t.Helper()
	stack, err := load(t, doc, settings())
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

// parse decodes the JSON of a case.
func parse(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// A list is not text.
func TestEnvironmentIsText(t *testing.T) {
	for _, expression := range []string{`{"Ref": "List"}`, `["a"]`, `{"a": "b"}`, `null`} {
		doc := whole(t)
		at(t, doc, "Resources", "Fn", "Properties", "Environment", "Variables")["X"] = parse(t, expression)
		if _, err := load(t, doc, settings()); !errors.Is(err, template.ErrInvalid) || !strings.Contains(err.Error(), "Environment.Variables.X") {
			t.Errorf("%s: error %v, want %v", expression, err, template.ErrInvalid)
		}
	}
}

func TestParameters(t *testing.T) {
	cases := []struct {
		given      map[string]string
		wantDetail string // "" for accepted
	}{
		{map[string]string{"Stage": "prod", "List": "x,y", "Number": "9", "Short": "abc", "Word": "other", "Boot": "21"}, ""},
		// What a deployment refuses.
		{map[string]string{"Isuer": "x"}, "parameter Isuer: bad parameter: the template has no such parameter"},
		{map[string]string{"Stage": "test"}, `parameter Stage: bad parameter: the value is not one of ["dev","prod"]`},
		{map[string]string{"Number": "10"}, "parameter Number: bad parameter: the value is above the most of 9"},
		{map[string]string{"Number": "0"}, "parameter Number: bad parameter: the value is below the least of 1"},
		{map[string]string{"Number": "many"}, "parameter Number: bad parameter: the value is not a number"},
		{map[string]string{"Short": ""}, "parameter Short: bad parameter: the value is below the least of 1"},
		{map[string]string{"Short": "abcd"}, "parameter Short: bad parameter: the value is above the most of 3"},
		{map[string]string{"Word": "word1"}, "parameter Word: bad parameter: the value does not match AllowedPattern"},
	}
	for _, c := range cases {
		with := settings()
		with.Parameters = c.given
		_, err := load(t, whole(t), with)
		switch {
		case c.wantDetail == "" && err != nil:
			t.Errorf("%v: %v", c.given, err)
		case c.wantDetail != "" && strings.Contains(err.Error(), "\n"):
			t.Errorf("%v: more than one problem: %v", c.given, err)
		case c.wantDetail != "" && (!errors.Is(err, template.ErrParameter) || !strings.Contains(err.Error(), c.wantDetail)):
			t.Errorf("%v: error %v, want %q", c.given, err, c.wantDetail)
		}
	}
}

func TestParameterWithoutValue(t *testing.T) {
	doc := whole(t)
	delete(at(t, doc, "Parameters", "Issuer"), "Default")
	if _, err := load(t, doc, settings()); !errors.Is(err, template.ErrParameter) || !strings.Contains(err.Error(), "parameter Issuer") {
		t.Errorf("error %v", err)
	}
	with := settings()
	with.Parameters = map[string]string{"Issuer": "https://given.example/"}
	stack, err := load(t, doc, with)
	if err != nil || stack == nil {
		t.Fatal(err)
	}
}

// All problems are reported at once, each with its place.
func TestAllProblemsAtOnce(t *testing.T) {
	doc := whole(t)
	at(t, doc, "Resources", "Fn", "Properties", "Environment", "Variables")["X"] = parse(t, `{"Ref": "Missing"}`)
	properties(t, doc, "Integration")["PayloadFormatVersion"] = "1.0"
	properties(t, doc, "Api")["Surprise"] = true
	maps.Copy(doc, object{"Transform": "AWS::Serverless-2016-10-31"})
	_, err := load(t, doc, settings())
	for _, want := range []string{
		`Fn Environment.Variables.X: cannot be resolved: {"Ref":"Missing"}: there is no resource "Missing"`,
		`Integration PayloadFormatVersion: is not served locally: only 2.0 is served, not "1.0"`,
		`Api Surprise: is not served locally: the local stack knows no such property`,
		`Transform: is not served locally: "AWS::Serverless-2016-10-31" runs in AWS`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}
