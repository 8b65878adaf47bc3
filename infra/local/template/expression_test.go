package template_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/template"
)

func TestExpressions(t *testing.T) {
	const account = "123456789012"
	cases := []struct{ expression, want string }{
		// Scalars become text: environment variables are text.
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
		{`{"Ref": "AWS::StackName"}`, "SecuredPets"},
		{`{"Ref": "AWS::StackId"}`, "arn:aws:cloudformation:eu-west-1:" + account + ":stack/SecuredPets/00000000-0000-0000-0000-000000000000"},
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
		// Conditions; the branch that is not taken is not resolved.
		{`{"Fn::If": ["IsDev", "dev", {"Ref": "Nonsense"}]}`, "dev"},
		{`{"Fn::If": ["IsProd", {"Ref": "Nonsense"}, "dev"]}`, "dev"},
		{`{"Fn::If": ["Both", "yes", "no"]}`, "no"},
		{`{"Fn::If": ["Either", "yes", "no"]}`, "yes"},
		{`{"Fn::If": ["Lists", "yes", "no"]}`, "yes"},
		// Ref and GetAtt of resources: physical names win.
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

// An expression without a value is an error that names resource, variable and expression.
func TestUnresolved(t *testing.T) {
	cases := []struct{ expression, wantDetail string }{
		// Nothing of that name.
		{`{"Ref": "Missing"}`, `there is no resource "Missing"`},
		{`{"Ref": "AWS::Nothing"}`, "no such pseudo parameter"},
		{`{"Ref": ["Fn"]}`, "a name was expected"},
		{`{"Fn::GetAtt": ["Missing", "Arn"]}`, `there is no resource "Missing"`},
		{`{"Fn::GetAtt": "Missing"}`, `there is no resource "Missing"`},
		{`{"Fn::GetAtt": ["Fn"]}`, "2 arguments were expected"},
		{`{"Fn::GetAtt": [{"Ref": "Fn"}, "Arn"]}`, "must be a logical id"},
		{`{"Fn::ImportValue": "Missing"}`, "no such intrinsic function"},
		{`{"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Nothing"}}`, "no such intrinsic function"},
		{`{"Fn::FindInMap": ["Sizes", "prod", "memory"]}`, "no such entry"},
		{`{"Fn::If": ["Missing", 1, 2]}`, "there is no such condition"},
		{`{"Fn::If": [{"Ref": "Stage"}, 1, 2]}`, "the name of a condition was expected"},
		// Attributes and types of AWS without a value here.
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
		// Faults inside an argument.
		{`{"Fn::Join": [{"Ref": "A"}, []]}`, `no resource "A"`},
		{`{"Fn::Split": [{"Ref": "A"}, "x"]}`, `no resource "A"`},
		{`{"Fn::Split": ["x", {"Ref": "A"}]}`, `no resource "A"`},
		{`{"Fn::Select": [{"Ref": "A"}, []]}`, `no resource "A"`},
		{`{"Fn::Select": [0, {"Ref": "A"}]}`, `no resource "A"`},
		{`{"Fn::FindInMap": ["Sizes", {"Ref": "A"}, "memory"]}`, `no resource "A"`},
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
