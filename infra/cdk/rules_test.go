package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// A finding is a violation of a rule, found during synthesis.
type finding struct{ rule, severity, resource, text string }

// findings returns the errors and warnings of every set of rules.
func findings(t *testing.T, assembly string) []finding {
	t.Helper()
	var report struct {
		PluginReports []struct {
			Violations []struct {
				RuleName            string
				Description         string
				Severity            string
				ViolatingResources  []struct{ ResourceLogicalID, TemplatePath string }
				ViolatingConstructs []struct {
					ConstructPath          string
					CloudFormationResource struct{ LogicalID string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, assembly, "validation-report.json")), &report); err != nil {
		t.Fatal(err)
	}
	var list []finding
	for _, plugin := range report.PluginReports {
		for _, v := range plugin.Violations {
			for _, r := range v.ViolatingConstructs {
				list = append(list, finding{v.RuleName, v.Severity, r.CloudFormationResource.LogicalID, v.Description})
			}
		}
	}
	return list
}

// everything returns contexts that cover every stack and option.
func everything(t *testing.T) map[string]map[string]any {
	t.Helper()
	return map[string]map[string]any{
		"dev": settings("dev", nil), "prod": settings("prod", nil),
		"oidc": optionalStacks(t, "oidc"), "saml": optionalStacks(t, "saml"),
		"traces": traced(t, "prod"),
	}
}

func TestNoFindings(t *testing.T) {
	for name, context := range everything(t) {
		for _, f := range findings(t, synthesize(t, context)) {
			t.Errorf("%s: %s at %s: %s", name, f.rule, f.resource, f.text)
		}
	}
}

// Every suppression silences a finding on every resource it names, and no finding
// is left.
func TestSuppressions(t *testing.T) {
	for name, context := range everything(t) {
		config, err := newConfig(func(key string) any { return context[key] })
		if err != nil {
			t.Fatal(err)
		}
		stacks := map[string][]suppression{stackID: suppressions(config)}
		if config.Federation.Kind != "" {
			stacks[federationID] = federationSuppressions(config)
		}
		if config.LambdaAuthorizer {
			stacks[restID] = restSuppressions(config)
		}
		suppressed, refused := nagReport(t, synthesize(t, context))
		if want := expected(t, stacks); !slices.Equal(suppressed, want) {
			t.Errorf("%s: suppressed\n%s\nwant\n%s", name, strings.Join(suppressed, "\n"), strings.Join(want, "\n"))
		}
		for _, line := range refused {
			t.Errorf("%s: %s", name, line)
		}
	}
}

func expected(t *testing.T, stacks map[string][]suppression) []string {
	t.Helper()
	var want []string
	for stack, list := range stacks {
		for _, s := range list {
			if len(s.reason) < 20 {
				t.Errorf("%s is silenced without a reason: %q", s.rule, s.reason)
			}
			for _, path := range s.paths {
				want = append(want, s.rule+" "+stack+"/"+path)
			}
		}
	}
	slices.Sort(want)
	return want
}

// nagReport returns the suppressed and the other findings of both packs.
func nagReport(t *testing.T, assembly string) (suppressed, refused []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(assembly, "*NagReport.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("reports of cdk-nag: %v, %v", files, err)
	}
	for _, file := range files {
		var report struct {
			Lines []struct{ RuleID, ResourceID, Compliance string }
		}
		if err := json.Unmarshal([]byte(read(t, file)), &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Lines) < 5 {
			t.Errorf("%s: only %d lines", filepath.Base(file), len(report.Lines))
		}
		for _, line := range report.Lines {
			// The id of a rule with details is AwsSolutions-IAM5[Resource::*].
			rule, _, _ := strings.Cut(line.RuleID, "[")
			switch line.Compliance {
			case "Compliant", "N/A":
			case "Suppressed":
				suppressed = append(suppressed, rule+" "+line.ResourceID)
			default:
				refused = append(refused, line.Compliance+": "+line.RuleID+" "+line.ResourceID)
			}
		}
	}
	slices.Sort(suppressed)
	return suppressed, refused
}

// Each of the project's rules refuses one resource and accepts its twin.
func TestProjectRules(t *testing.T) {
	function := func(architecture, runtime string) map[string]any {
		return map[string]any{"Architectures": []any{architecture}, "Runtime": runtime, "Handler": "bootstrap", "Role": "arn:aws:iam::111122223333:role/x", "Code": map[string]any{"S3Bucket": "code", "S3Key": "k"}}
	}
	route := func(key, kind string, scopes ...any) map[string]any {
		p := map[string]any{"ApiId": "a", "RouteKey": key, "AuthorizationType": kind}
		if scopes != nil {
			p["AuthorizationScopes"] = scopes
		}
		return p
	}
	role := func(action any, resource string) map[string]any {
		return map[string]any{
			"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{}},
			"Policies": []any{map[string]any{"PolicyName": "p", "PolicyDocument": map[string]any{
				"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": action, "Resource": resource}},
			}}},
		}
	}
	authorizer := func(issuer string) map[string]any {
		return map[string]any{
			"ApiId": "a", "Name": "n", "AuthorizerType": "JWT", "IdentitySource": []any{"$request.header.Authorization"},
			"JwtConfiguration": map[string]any{"Issuer": issuer, "Audience": []any{"a"}},
		}
	}
	permission := func(source any) map[string]any {
		p := map[string]any{"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "apigateway.amazonaws.com"}
		if source != nil {
			p["SourceArn"] = source
		}
		return p
	}
	table := "arn:aws:dynamodb:eu-west-1:111122223333:table/Pets"
	cases := []struct {
		name, rule, kind string
		properties       map[string]any
	}{
		{"OpenRoute", "SecuredPets-001", "AWS::ApiGatewayV2::Route", route("POST /pets", "NONE")},
		{"OpenNewRoute", "SecuredPets-001", "AWS::ApiGatewayV2::Route", route("DELETE /pets", "NONE")},
		{"PublicRoute", "", "AWS::ApiGatewayV2::Route", route("GET /pets", "NONE")},
		{"NoScope", "SecuredPets-002", "AWS::ApiGatewayV2::Route", route("POST /pets", "JWT")},
		{"Scope", "", "AWS::ApiGatewayV2::Route", route("POST /pets", "JWT", contract.ScopeUpdatePets)},
		{"IAMRoute", "", "AWS::ApiGatewayV2::Route", route("POST /pets", "AWS_IAM")},
		{"AnyRoute", "SecuredPets-003", "AWS::ApiGatewayV2::Route", route("ANY /pets", "JWT", contract.ScopeUpdatePets)},
		{"DefaultRoute", "SecuredPets-003", "AWS::ApiGatewayV2::Route", route("$default", "JWT", contract.ScopeUpdatePets)},
		{"AnySource", "SecuredPets-004", "AWS::Lambda::Permission", permission(nil)},
		{"OnePath", "", "AWS::Lambda::Permission", permission("arn:aws:execute-api:eu-west-1:111122223333:a/*/*/pets")},
		{"OtherArchitecture", "SecuredPets-005", "AWS::Lambda::Function", function("x86_64", "provided.al2023")},
		{"OtherRuntime", "SecuredPets-005", "AWS::Lambda::Function", function("arm64", "nodejs22.x")},
		{"BuiltBinary", "", "AWS::Lambda::Function", function("arm64", "provided.al2023")},
		{"EveryAction", "SecuredPets-006", "AWS::IAM::Role", role("dynamodb:*", table)},
		{"EveryRead", "SecuredPets-006", "AWS::IAM::Role", role([]any{"dynamodb:Query", "dynamodb:Get*"}, table)},
		{"EveryTable", "SecuredPets-007", "AWS::IAM::Role", role("dynamodb:Query", "*")},
		{"OneTable", "", "AWS::IAM::Role", role("dynamodb:Query", table)},
		{"Tracing", "", "AWS::IAM::Role", role("xray:PutTraceSegments", "*")},
		{"NoSlash", "SecuredPets-008", "AWS::ApiGatewayV2::Authorizer", authorizer("https://pets.eu.auth0.com")},
		{"PlainHTTP", "SecuredPets-009", "AWS::ApiGatewayV2::Authorizer", authorizer("http://pets.eu.auth0.com/")},
		{"Issuer", "", "AWS::ApiGatewayV2::Authorizer", authorizer("https://pets.eu.auth0.com/")},
	}

	want := map[string]string{}
	got, err := projectFindings(t, func(stack awscdk.Stack) {
		for _, c := range cases {
			declare(stack, c.name, c.kind, c.properties)
			want[c.name] = c.rule
		}
	})
	if !errors.Is(err, ErrRefused) {
		t.Errorf("the stack is accepted: %v", err)
	}
	for name, rule := range want {
		if strings.Join(got[name], " ") != rule {
			t.Errorf("%s: rules %v, want %q", name, got[name], rule)
		}
	}
}

// Every rule of policies/ is the expectation of a test case.
func TestEveryRuleIsTested(t *testing.T) {
	cases := read(t, "rules_test.go") + read(t, "cors_test.go")
	files, err := filepath.Glob("policies/*.rego")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	for _, file := range files {
		for _, rule := range regexp.MustCompile(`"SecuredPets-\d+"`).FindAllString(read(t, file), -1) {
			if !strings.Contains(cases, rule) {
				t.Errorf("%s: rule %s has no case in infra/cdk/rules_test.go", file, rule)
			}
		}
	}
}

func declare(stack awscdk.Stack, name, kind string, properties map[string]any) awscdk.CfnResource {
	return awscdk.NewCfnResource(stack, &name, &awscdk.CfnResourceProps{Type: &kind, Properties: &properties})
}

// projectFindings synthesizes a stack and returns the project's rules that each
// resource breaks.
func projectFindings(t *testing.T, fill func(awscdk.Stack)) (map[string][]string, error) {
	t.Helper()
	flags, err := featureFlags()
	if err != nil {
		t.Fatal(err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false), Context: &flags})
	if err := addRules(app); err != nil {
		t.Fatal(err)
	}
	fill(awscdk.NewStack(app, jsii.String("Bad"), nil))
	refused := synth(app)
	got := map[string][]string{}
	for _, f := range findings(t, *app.Outdir()) {
		if !strings.HasPrefix(f.rule, "SecuredPets-") {
			continue
		}
		got[f.resource] = append(got[f.resource], f.rule)
		want := "error"
		if f.rule == "SecuredPets-011" {
			want = "warning"
		}
		if f.severity != want {
			t.Errorf("%s: %s is of severity %s, not %s", f.resource, f.rule, f.severity, want)
		}
	}
	return got, refused
}
