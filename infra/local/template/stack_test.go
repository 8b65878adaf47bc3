package template_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/infra/local/template"
)

func TestAPI(t *testing.T) {
	doc := whole(t)
	properties(t, doc, "Api")["CorsConfiguration"] = parse(t, `{"AllowOrigins": {"Ref": "List"}, "AllowMethods": ["GET"], "MaxAge": "60", "AllowCredentials": "true"}`)
	properties(t, doc, "Api")["RouteSelectionExpression"] = "${request.method} ${request.path}"
	properties(t, doc, "Route")["AuthorizationScopes"] = []any{"leaked"} // CDK leaves scopes on public routes
	properties(t, doc, "Stage")["DefaultRouteSettings"] = parse(t, `{"ThrottlingBurstLimit": {"Ref": "Number"}, "ThrottlingRateLimit": 2.5}`)
	properties(t, doc, "Stage")["RouteSettings"] = parse(t, `{"GET /pets": {"ThrottlingRateLimit": 1}}`)
	properties(t, doc, "Stage")["StageVariables"] = parse(t, `{"color": {"Ref": "Stage"}}`)
	properties(t, doc, "Stage")["AccessLogSettings"] = parse(t, `{"DestinationArn": {"Fn::GetAtt": ["Logs", "Arn"]}, "Format": "$context.requestId"}`)
	stack := mustLoad(t, doc)
	api := stack.APIs[0]
	if api.ARN != "arn:aws:execute-api:eu-west-1:123456789012:Api" || api.Name != "pets" || api.Account != "123456789012" {
		t.Errorf("API %+v", api)
	}
	age := 60
	if want := (&template.CORS{AllowOrigins: []string{"a", "b", "c"}, AllowMethods: []string{"GET"}, AllowCredentials: true, MaxAge: &age}); !reflect.DeepEqual(api.CORS, want) {
		t.Errorf("CORS %+v", api.CORS)
	}
	route := api.Routes[0]
	if route.Key != "GET /pets" || route.Authorization != "NONE" || route.Scopes != nil || route.Authorizer != nil {
		t.Errorf("route %+v", route)
	}
	if want := (template.Integration{
		LogicalID: "Integration", Function: "Fn", FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:Fn", Timeout: 30 * time.Second,
		Sources: []string{"arn:aws:execute-api:eu-west-1:123456789012:Api/*/*/pets"},
	}); !reflect.DeepEqual(route.Integration, want) {
		t.Errorf("integration %+v", route.Integration)
	}
	stage := api.Stages[0]
	if *stage.Throttle.Burst != 7 || *stage.Throttle.Rate != 2.5 || *stage.RouteThrottle["GET /pets"].Rate != 1 || stage.Variables["color"] != "dev" || stage.AccessLog != "$context.requestId" {
		t.Errorf("stage %+v", stage)
	}
}

func TestJWTRoute(t *testing.T) {
	doc := whole(t)
	route := properties(t, doc, "Route")
	route["AuthorizationType"], route["AuthorizerId"], route["AuthorizationScopes"] = "JWT", parse(t, `{"Ref": "Authorizer"}`), []any{"read:pets"}
	got := mustLoad(t, doc).APIs[0].Routes[0]
	want := &template.Authorizer{
		LogicalID: "Authorizer", Name: "Tokens", IdentitySource: "$request.header.Authorization",
		Issuer: "https://issuer.example/", Audiences: []string{"a", "b", "c"},
	}
	if !reflect.DeepEqual(got.Authorizer, want) || !slices.Equal(got.Scopes, []string{"read:pets"}) {
		t.Errorf("route %+v, authorizer %+v", got, got.Authorizer)
	}
}

// All forms in which a function can be the target of an integration.
func TestIntegrationURI(t *testing.T) {
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:Fn"
	cases := []struct{ uri, wantARN string }{
		{`{"Fn::GetAtt": ["Fn", "Arn"]}`, function},
		{`{"Ref": "Alias"}`, function + ":live"},
		{`{"Ref": "Version"}`, function + ":1"},
		{`{"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"}`, function},
	}
	for _, c := range cases {
		doc := whole(t)
		properties(t, doc, "Integration")["IntegrationUri"] = parse(t, c.uri)
		got := mustLoad(t, doc).APIs[0].Routes[0].Integration
		if got.FunctionARN != c.wantARN || got.Function != "Fn" {
			t.Errorf("%s: %+v", c.uri, got)
		}
		// A permission for the function does not cover its alias or version.
		if covered := len(got.Sources) == 1; covered != (c.wantARN == function) {
			t.Errorf("%s: sources %q", c.uri, got.Sources)
		}
	}
}

// Only permissions that let API Gateway of this account invoke the function apply.
func TestPermissions(t *testing.T) {
	cases := []struct {
		name, value string
		want        bool
	}{
		{"Action", "lambda:InvokeFunction", true},
		{"Action", "lambda:*", true},
		{"Action", "lambda:GetFunction", false},
		{"Principal", "events.amazonaws.com", false},
		{"SourceAccount", "123456789012", true},
		{"SourceAccount", "999999999999", false},
		{"FunctionName", "Fn", true},
		{"FunctionName", "Named", false},
	}
	for _, c := range cases {
		doc := whole(t)
		properties(t, doc, "Permission")[c.name] = c.value
		if got := len(mustLoad(t, doc).APIs[0].Routes[0].Integration.Sources) == 1; got != c.want {
			t.Errorf("%s %s: permitted %v, want %v", c.name, c.value, got, c.want)
		}
	}
}

func TestFunction(t *testing.T) {
	doc := whole(t)
	fn := properties(t, doc, "Fn")
	fn["Timeout"], fn["MemorySize"], fn["ReservedConcurrentExecutions"] = "12", json.Number("512"), 4
	fn["Environment"] = parse(t, `{"Variables": {"TABLE_NAME": {"Ref": "Table"}, "GONE": {"Ref": "AWS::NoValue"}}}`)
	fn["LoggingConfig"] = parse(t, `{"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "LogGroup": {"Ref": "Logs"}}`)
	stack := mustLoad(t, doc)
	if len(stack.Functions) != 1 { // Named has no package of this repository
		t.Fatalf("functions %+v", stack.Functions)
	}
	got := stack.Functions[0]
	concurrency := 4
	want := template.Function{
		LogicalID: "Fn", Name: "Fn", ARN: "arn:aws:lambda:eu-west-1:123456789012:function:Fn", Package: "./functions/fn", Handler: "bootstrap",
		Environment: map[string]string{"TABLE_NAME": "Table"}, Timeout: 12 * time.Second, Memory: 512, Concurrency: &concurrency,
		LogGroup: "/pets/fn", LogFormat: "JSON", LogLevel: "INFO",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("function %+v, want %+v", got, want)
	}
}

func TestTables(t *testing.T) {
	cases := []struct{ name, kind, properties, create, ttl string }{
		{
			"on demand, with all that stays in AWS", "AWS::DynamoDB::Table",
			`{"TableName": "pets", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [1], "KeySchema": [2], "DeletionProtectionEnabled": true,
			  "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}, "SSESpecification": {"SSEEnabled": true}, "Tags": [],
			  "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": true}}`,
			`{"AttributeDefinitions":[1],"BillingMode":"PAY_PER_REQUEST","KeySchema":[2],"TableName":"pets"}`,
			`{"TableName":"pets","TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}}`,
		},
		{
			"provisioned, numbers as text", "AWS::DynamoDB::Table",
			`{"AttributeDefinitions": [1], "KeySchema": [2], "ProvisionedThroughput": {"ReadCapacityUnits": "5", "WriteCapacityUnits": 6},
			  "StreamSpecification": {"StreamViewType": "KEYS_ONLY"}, "LocalSecondaryIndexes": [3], "TimeToLiveSpecification": {"Enabled": false},
			  "GlobalSecondaryIndexes": [{"IndexName": "i", "KeySchema": [4], "Projection": {}, "ProvisionedThroughput": {"ReadCapacityUnits": "7", "WriteCapacityUnits": "8"},
			    "ContributorInsightsSpecification": {"Enabled": true}}]}`,
			`{"AttributeDefinitions":[1],"BillingMode":"PROVISIONED","GlobalSecondaryIndexes":[{"IndexName":"i","KeySchema":[4],"Projection":{},` +
				`"ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":8}}],"KeySchema":[2],"LocalSecondaryIndexes":[3],` +
				`"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},"TableName":"T"}`,
			``,
		},
		{
			"global table", "AWS::DynamoDB::GlobalTable",
			`{"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [1], "KeySchema": [2], "Replicas": [{"Region": {"Ref": "AWS::Region"}}],
			  "GlobalSecondaryIndexes": [{"IndexName": "i", "KeySchema": [4], "Projection": {"ProjectionType": "ALL"}, "WriteOnDemandThroughputSettings": {}}]}`,
			`{"AttributeDefinitions":[1],"BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"i","KeySchema":[4],"Projection":{"ProjectionType":"ALL"}}],"KeySchema":[2],"TableName":"T"}`,
			``,
		},
	}
	for _, c := range cases {
		doc := whole(t)
		delete(at(t, doc, "Resources"), "Table")
		at(t, doc, "Resources")["T"] = object{"Type": c.kind, "Properties": parse(t, c.properties)}
		table := mustLoad(t, doc).Tables[0]
		if string(table.CreateTable) != c.create || string(table.UpdateTimeToLive) != c.ttl {
			t.Errorf("%s:\n%s\n%s\nwant\n%s\n%s", c.name, table.CreateTable, table.UpdateTimeToLive, c.create, c.ttl)
		}
	}
}

// Resources whose condition does not hold do not exist, and outputs are not read.
func TestConditionOfResource(t *testing.T) {
	doc := whole(t)
	doc["Outputs"] = parse(t, `{"Pool": {"Value": {"Ref": "Missing"}}}`)
	at(t, doc, "Resources", "Route")["Condition"] = "IsProd"
	if routes := mustLoad(t, doc).APIs[0].Routes; len(routes) != 0 {
		t.Errorf("routes %v", routes)
	}
}

func TestPartitions(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1": "aws amazonaws.com", "cn-north-1": "aws-cn amazonaws.com.cn", "us-gov-west-1": "aws-us-gov amazonaws.com",
	} {
		doc := whole(t)
		at(t, doc, "Resources", "Fn", "Properties", "Environment", "Variables")["X"] = parse(t, `{"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix}"}`)
		stack, err := load(t, doc, template.Settings{Region: region})
		if err != nil || stack.Functions[0].Environment["X"] != want {
			t.Errorf("%s: %v, %v", region, stack, err)
		}
	}
}

// The project's own templates are served whole, with what production adds: aliases that move
// gradually.
func TestOwnTemplates(t *testing.T) {
	for _, name := range []string{"SecuredPets.template.json", "SecuredPets-prod.template.json"} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open("../../cdk/testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			stack, err := template.Load(file, template.Settings{Parameters: map[string]string{"Issuer": "https://issuer.example/"}})
			if err != nil {
				t.Fatal(err)
			}
			checkOwn(t, stack)
		})
	}
}

func checkOwn(t *testing.T, stack *template.Stack) {
	t.Helper()
	keys := []string{}
	for _, route := range stack.APIs[0].Routes {
		keys = append(keys, route.Key+" "+route.Authorization+" "+strings.Join(route.Scopes, " "))
		if len(route.Integration.Sources) != 1 {
			t.Errorf("%s: permissions %q", route.Key, route.Integration.Sources)
		}
	}
	want := []string{}
	for _, route := range contract.Routes() {
		authorization := template.AuthorizationJWT
		if route.Public() {
			authorization = template.AuthorizationNone
		}
		want = append(want, route.Key()+" "+authorization+" "+strings.Join(route.Scopes, " "))
	}
	slices.Sort(keys)
	slices.Sort(want)
	if !slices.Equal(keys, want) {
		t.Errorf("routes\n%s\nwant\n%s", strings.Join(keys, "\n"), strings.Join(want, "\n"))
	}
	if len(stack.Functions) == 0 || len(stack.Tables) != 1 {
		t.Errorf("%d functions, %d tables", len(stack.Functions), len(stack.Tables))
	}
}

func TestNotATemplate(t *testing.T) {
	for _, text := range []string{
		``, `null`, `[]`, `{`, `{"Resources": {}}`, `{"Resources": {"A": {}}}`, base + base, `{"Resources": []}`,
		strings.Repeat(" ", template.Limit+1),
	} {
		if _, err := template.Load(strings.NewReader(text), settings()); !errors.Is(err, template.ErrSyntax) {
			t.Errorf("%.40q: error %v, want %v", text, err, template.ErrSyntax)
		}
	}
}
