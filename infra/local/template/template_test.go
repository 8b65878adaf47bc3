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
    "Unknown": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "Nobody"}]},
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

// settings fit base.
func settings() template.Settings {
	return template.Settings{
		Region: "eu-west-1", StackName: "Pets", Exports: map[string]string{"Shared": "exported"},
		StackOutputs: map[string]map[string]string{"Other": {"Url": "https://other.example"}},
	}
}

// whole decodes base.
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

// parse reads a piece of JSON for a case.
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

func TestExpressions(t *testing.T) {
	const account = "123456789012"
	cases := []struct{ expression, want string }{
		// Scalars are spelled as text: a variable of the environment is one.
		{`"text"`, "text"},
		{`7`, "7"},
		{`true`, "true"},
		// Parameters and pseudo parameters.
		{`{"Ref": "Issuer"}`, "https://issuer.example/"},
		{`{"Ref": "Number"}`, "7"},
		{`{"Ref": "AWS::Region"}`, "eu-west-1"},
		{`{"Ref": "AWS::AccountId"}`, account},
		{`{"Ref": "AWS::Partition"}`, "aws"},
		{`{"Ref": "AWS::URLSuffix"}`, "amazonaws.com"},
		{`{"Ref": "AWS::StackName"}`, "Pets"},
		{`{"Ref": "AWS::StackId"}`, "arn:aws:cloudformation:eu-west-1:" + account + ":stack/Pets/00000000-0000-0000-0000-000000000000"},
		// Lists.
		{`{"Fn::Join": [" ", {"Ref": "List"}]}`, "a b c"},
		{`{"Fn::Join": ["", ["x", {"Ref": "AWS::NoValue"}, 1, true]]}`, "x1true"},
		{`{"Fn::Join": [",", {"Fn::Split": ["|", "a|b||c"]}]}`, "a,b,,c"},
		{`{"Fn::Select": [1, {"Ref": "List"}]}`, "b"},
		{`{"Fn::Select": ["2", ["x", "y", "z"]]}`, "z"},
		{`{"Fn::Length": {"Ref": "List"}}`, "3"},
		{`{"Fn::Length": {"Ref": "Empty"}}`, "0"},
		{`{"Fn::Length": {"Ref": "AWS::NotificationARNs"}}`, "0"},
		// Texts.
		{
			`{"Fn::Sub": "${AWS::Region}/${Issuer}/${Table.Arn}/${!Literal}"}`,
			"eu-west-1/https://issuer.example//arn:aws:dynamodb:eu-west-1:" + account + ":table/Table/${Literal}",
		},
		{`{"Fn::Sub": ["${Name}-${AWS::Region}", {"Name": {"Ref": "Stage"}}]}`, "dev-eu-west-1"},
		{`{"Fn::Sub": "no variable, $ and } alone"}`, "no variable, $ and } alone"},
		{`{"Fn::Base64": "pets"}`, "cGV0cw=="},
		{`{"Fn::ToJsonString": {"b": [1, "<&>"], "a": {"Ref": "Stage"}, "c": {"Ref": "AWS::NoValue"}}}`, `{"a":"dev","b":[1,"<&>"]}`},
		// Other places.
		{`{"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}`, "256"},
		{`{"Fn::Select": [1, {"Fn::FindInMap": ["Sizes", "dev", "zones"]}]}`, "y"},
		{`{"Fn::ImportValue": "Shared"}`, "exported"},
		{`{"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Url"}}`, "https://other.example"},
		{`{"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Url", "Region": {"Ref": "AWS::Region"}}}`, "https://other.example"},
		// Conditions; the branch that is not taken may be nonsense.
		{`{"Fn::If": ["IsDev", "dev", {"Ref": "Nonsense"}]}`, "dev"},
		{`{"Fn::If": ["IsProd", {"Ref": "Nonsense"}, "dev"]}`, "dev"},
		{`{"Fn::If": ["Both", "yes", "no"]}`, "no"},
		{`{"Fn::If": ["Either", "yes", "no"]}`, "yes"},
		{`{"Fn::If": ["Lists", "yes", "no"]}`, "yes"},
		// What Ref and GetAtt give for resources: physical names win.
		{`{"Ref": "Fn"}`, "Fn"},
		{`{"Ref": "Named"}`, "the-name"},
		{`{"Fn::GetAtt": ["Named", "Arn"]}`, "arn:aws:lambda:eu-west-1:" + account + ":function:the-name"},
		{`{"Fn::GetAtt": "Fn.Arn"}`, "arn:aws:lambda:eu-west-1:" + account + ":function:Fn"},
		{`{"Ref": "Alias"}`, "arn:aws:lambda:eu-west-1:" + account + ":function:Fn:live"},
		{`{"Fn::GetAtt": ["Version", "Version"]}`, "1"},
		{`{"Ref": "Version"}`, "arn:aws:lambda:eu-west-1:" + account + ":function:Fn:1"},
		{`{"Ref": "Table"}`, "Table"},
		{`{"Fn::GetAtt": ["Table", {"Fn::Join": ["", ["A", "rn"]]}]}`, "arn:aws:dynamodb:eu-west-1:" + account + ":table/Table"},
		{`{"Fn::GetAtt": ["Table", "StreamArn"]}`, "arn:aws:dynamodb:eu-west-1:" + account + ":table/Table/stream/2026-01-01T00:00:00.000"},
		{`{"Fn::GetAtt": ["Role", "Arn"]}`, "arn:aws:iam::" + account + ":role/Role"},
		{`{"Fn::GetAtt": ["Logs", "Arn"]}`, "arn:aws:logs:eu-west-1:" + account + ":log-group:/pets/fn:*"},
		{`{"Ref": "Topic"}`, "arn:aws:sns:eu-west-1:" + account + ":Topic"},
		{`{"Fn::GetAtt": ["Topic", "TopicArn"]}`, "arn:aws:sns:eu-west-1:" + account + ":Topic"},
		{`{"Fn::GetAtt": ["Queue", "Arn"]}`, "arn:aws:sqs:eu-west-1:" + account + ":q"},
		{`{"Fn::GetAtt": ["Queue", "QueueUrl"]}`, "https://sqs.eu-west-1.amazonaws.com/" + account + "/q"},
		{`{"Ref": "Queue"}`, "https://sqs.eu-west-1.amazonaws.com/" + account + "/q"},
		{`{"Fn::GetAtt": ["Api", "ApiEndpoint"]}`, "https://Api.execute-api.eu-west-1.amazonaws.com"},
		{`{"Fn::GetAtt": ["Api", "ApiId"]}`, "Api"},
		{`{"Fn::GetAtt": ["Bucket", "Arn"]}`, "arn:aws:s3:::page-" + account},
		{`{"Fn::GetAtt": ["Bucket", "DomainName"]}`, "page-" + account + ".s3.amazonaws.com"},
		{`{"Fn::GetAtt": ["Bucket", "RegionalDomainName"]}`, "page-" + account + ".s3.eu-west-1.amazonaws.com"},
		{`{"Fn::GetAtt": ["Cdn", "DomainName"]}`, "cdn.cloudfront.net"},
		{`{"Ref": "Stage"}`, "dev"}, // a parameter hides a resource of its name
	}
	for _, c := range cases {
		doc := whole(t)
		at(t, doc, "Resources", "Fn", "Properties", "Environment", "Variables")["X"] = parse(t, c.expression)
		stack, err := load(t, doc, settings())
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		if got := stack.Functions[0].Environment["X"]; got != c.want {
			t.Errorf("%s is %q, want %q", c.expression, got, c.want)
		}
	}
}

// Everything that has no value here is an error that names the resource, the variable and the expression.
func TestUnresolved(t *testing.T) {
	cases := []struct{ expression, wantDetail string }{
		// Nothing of that name.
		{`{"Ref": "Nobody"}`, `there is no resource "Nobody"`},
		{`{"Ref": "AWS::Nothing"}`, "no such pseudo parameter"},
		{`{"Ref": ["Fn"]}`, "a name was expected"},
		{`{"Fn::GetAtt": ["Nobody", "Arn"]}`, `there is no resource "Nobody"`},
		{`{"Fn::GetAtt": "Nobody"}`, `there is no resource "Nobody"`},
		{`{"Fn::GetAtt": ["Fn"]}`, "2 arguments were expected"},
		{`{"Fn::GetAtt": [{"Ref": "Fn"}, "Arn"]}`, "must be a logical id"},
		{`{"Fn::ImportValue": "Nobody"}`, "no stack exports"},
		{`{"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Nothing"}}`, "has no output"},
		{`{"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Url", "Region": "us-west-2"}}`, "another region"},
		{`{"Fn::GetStackOutput": ["Other", "Url"]}`, "StackName and OutputName were expected"},
		{`{"Fn::FindInMap": ["Sizes", "prod", "memory"]}`, "no such entry"},
		{`{"Fn::If": ["Nobody", 1, 2]}`, "there is no such condition"},
		{`{"Fn::If": [{"Ref": "Stage"}, 1, 2]}`, "the name of a condition was expected"},
		// Attributes and types that AWS knows and this package does not: guessing would be worse.
		{`{"Fn::GetAtt": ["Fn", "SnapStartResponse"]}`, "SnapStartResponse of an AWS::Lambda::Function is not known"},
		{`{"Ref": "Thing"}`, "Ref of an AWS::IoT::Thing is not known"},
		{`{"Fn::GetAZs": ""}`, "no such intrinsic function"},
		{`{"Fn::Cidr": ["10.0.0.0/16", 6, 5]}`, "no such intrinsic function"},
		{`{"Fn::Transform": {"Name": "AWS::Include"}}`, "no such intrinsic function"},
		{`{"Fn::Join": ["", []], "Ref": "Fn"}`, "no such intrinsic function"},
		// Resources that are not created.
		{`{"Ref": "Never"}`, `the condition of resource "Never" does not hold`},
		// A parameter of the parameter store.
		{`{"Ref": "Boot"}`, "its value is in the parameter store"},
		// Circles.
		{`{"Fn::If": ["Circle", 1, 2]}`, "goes in a circle"},
		{`{"Fn::GetAtt": ["LoopA", "QueueName"]}`, "goes in a circle"},
		// Wrong shapes.
		{`{"Fn::Join": ["", "text"]}`, "a list was expected"},
		{`{"Fn::Join": ["", [["nested"]]]}`, "a list of texts was expected"},
		{`{"Fn::Join": ["", {"Ref": "List"}, 3]}`, "2 arguments were expected"},
		{`{"Fn::Split": ["", "text"]}`, "the separator is empty"},
		{`{"Fn::Select": [3, {"Ref": "List"}]}`, "there is no element 3"},
		{`{"Fn::Select": [-1, {"Ref": "List"}]}`, "there is no element -1"},
		{`{"Fn::Select": ["x", {"Ref": "List"}]}`, "there is no element x"},
		{`{"Fn::Sub": "${Fn"}`, "never closed"},
		{`{"Fn::Sub": "${ Fn }"}`, "is not a name"},
		{`{"Fn::Sub": "${}"}`, "is not a name"},
		{`{"Fn::Sub": "${List}"}`, "a text was expected"},
		{`{"Fn::Sub": ["${X}"]}`, "a text, or a text and a map, was expected"},
		{`{"Fn::Length": "text"}`, "a list was expected"},
		{`{"Fn::Base64": ["text"]}`, "a text was expected"},
		{`{"Fn::If": ["IsDev", 1]}`, "3 arguments were expected"},
		// What is wrong inside an argument is found there.
		{`{"Fn::Join": [{"Ref": "A"}, []]}`, `no resource "A"`},
		{`{"Fn::Split": [{"Ref": "A"}, "x"]}`, `no resource "A"`},
		{`{"Fn::Split": ["x", {"Ref": "A"}]}`, `no resource "A"`},
		{`{"Fn::Select": [{"Ref": "A"}, []]}`, `no resource "A"`},
		{`{"Fn::Select": [0, {"Ref": "A"}]}`, `no resource "A"`},
		{`{"Fn::FindInMap": ["Sizes", {"Ref": "A"}, "memory"]}`, `no resource "A"`},
		{`{"Fn::ImportValue": {"Ref": "A"}}`, `no resource "A"`},
		{`{"Fn::GetStackOutput": {"StackName": {"Ref": "A"}, "OutputName": "Url"}}`, `no resource "A"`},
		{`{"Fn::GetStackOutput": {"StackName": "Other"}}`, "a text was expected"},
		{`{"Fn::ToJsonString": {"a": {"Ref": "A"}}}`, `no resource "A"`},
		{`{"Fn::Sub": ["${X}", {"X": {"Ref": "A"}}]}`, `no resource "A"`},
		{`{"Fn::If": ["Text", 1, 2]}`, "a condition was expected"},
		{`{"Fn::If": ["Single", 1, 2]}`, "2 to 10 conditions were expected"},
		{`{"Fn::If": ["Unknown", 1, 2]}`, "there is no such condition"},
		{`{"Fn::If": ["Compare", 1, 2]}`, `no resource "A"`},
	}
	for _, c := range cases {
		doc := whole(t)
		at(t, doc, "Resources", "Fn", "Properties", "Environment", "Variables")["X"] = parse(t, c.expression)
		_, err := load(t, doc, settings())
		var problem *template.Problem
		if !errors.As(err, &problem) || !errors.Is(err, template.ErrUnresolved) {
			t.Errorf("%s: error %v, want %v", c.expression, err, template.ErrUnresolved)
			continue
		}
		if problem.Where != "Fn Environment.Variables.X" || !strings.Contains(problem.Detail, c.wantDetail) {
			t.Errorf("%s: %v, want %q", c.expression, problem, c.wantDetail)
		}
	}
}

// A list in the environment has no spelling as text.
func TestEnvironmentTakesTextsOnly(t *testing.T) {
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
		// What deploy would refuse.
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
			t.Errorf("%v: more than one complaint: %v", c.given, err)
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

// All complaints come at once, each with its place.
func TestAllComplaintsAtOnce(t *testing.T) {
	doc := whole(t)
	at(t, doc, "Resources", "Fn", "Properties", "Environment", "Variables")["X"] = parse(t, `{"Ref": "Nobody"}`)
	properties(t, doc, "Integration")["PayloadFormatVersion"] = "1.0"
	properties(t, doc, "Api")["Surprise"] = true
	maps.Copy(doc, object{"Transform": "AWS::Serverless-2016-10-31"})
	_, err := load(t, doc, settings())
	for _, want := range []string{
		`Fn Environment.Variables.X: cannot be resolved: {"Ref":"Nobody"}: there is no resource "Nobody"`,
		`Integration PayloadFormatVersion: is not served locally: only 2.0 is served, not "1.0"`,
		`Api Surprise: is not served locally: the local stack knows no such property`,
		`Transform: is not served locally: "AWS::Serverless-2016-10-31" runs in AWS`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}
