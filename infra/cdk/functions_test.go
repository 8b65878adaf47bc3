package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

// functionTable repeats what functions/contract/function.go says, on purpose: the
// actions of each function, the partitions they are allowed in, and its environment
// variables.
var functionTable = map[string]struct {
	actions     string
	partitions  string
	readable    string
	environment string
}{
	"get-pet-info": {
		"dynamodb:GetItem dynamodb:Query", "default sale state", "",
		"JWT_AUDIENCE JWT_ISSUER LOG_LEVEL TABLE_NAME",
	},
	"update-pet-info": {
		"dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem", "default state", "sale",
		"JWT_AUDIENCE JWT_ISSUER LOG_LEVEL TABLE_NAME",
	},
	"pet-purchase": {
		"dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem", "default key#* sale state", "",
		"JWT_AUDIENCE JWT_CLIENT_ID JWT_ISSUER LOG_LEVEL TABLE_NAME",
	},
	"get-unicorn":       {"", "", "", "JWT_AUDIENCE JWT_ISSUER LOG_LEVEL"},
	"list-all-unicorns": {"", "", "", "JWT_AUDIENCE JWT_ISSUER LOG_LEVEL"},
	"no-op":             {"", "", "", "LOG_LEVEL"},
}

// values are the values of the environment variables, in any function.
var values = map[string]string{
	"JWT_AUDIENCE":  `{"Fn::Join":[" ",{"Ref":"Audience"}]}`,
	"JWT_CLIENT_ID": `{"Ref":"ClientId"}`,
	"JWT_ISSUER":    `{"Ref":"Issuer"}`,
	"LOG_LEVEL":     `"info"`,
	"TABLE_NAME":    `{"Ref":"Pets"}`,
}

func TestFunctions(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		functions := template.of("AWS::Lambda::Function")
		seen := map[string]bool{}
		for id, function := range functions {
			goPackage, _ := function.Metadata["local:goPackage"].(string)
			folder := strings.TrimPrefix(goPackage, "./functions/")
			want, ok := functionTable[folder]
			if !ok {
				t.Errorf("%s runs %q: add it to functionTable in infra/cdk/functions_test.go, or correct functions/contract/function.go", id, folder)
				continue
			}
			seen[folder] = true
			p := function.Properties
			for property, want := range map[string]string{
				"Architectures": `["arm64"]`, "Runtime": `"provided.al2023"`, "Handler": `"bootstrap"`,
				"Timeout": `10`, "TracingConfig": `{"Mode":"Active"}`,
			} {
				if got := text(p[property]); got != want {
					t.Errorf("%s: %s is %s, want %s", id, property, got, want)
				}
			}
			checkEnvironment(t, id, p, want.environment)
			checkRole(t, id, template, p, strings.Fields(want.actions), strings.Fields(want.partitions), strings.Fields(want.readable))
		}
		for folder := range functionTable {
			if !seen[folder] {
				t.Errorf("no function runs %s: remove it from functionTable in infra/cdk/functions_test.go, or correct functions/contract/route.go", folder)
			}
		}
	})
}

func checkEnvironment(t *testing.T, id string, p map[string]any, want string) {
	t.Helper()
	checkEnvironmentNames(t, id, p, want)
	variables, _ := at(p, "Environment", "Variables").(map[string]any)
	for name, value := range variables {
		if got := text(value); got != values[name] {
			t.Errorf("%s: %s is %s, want %s", id, name, got, values[name])
		}
	}
}

func checkEnvironmentNames(t *testing.T, id string, p map[string]any, want string) {
	t.Helper()
	variables, _ := at(p, "Environment", "Variables").(map[string]any)
	if got := strings.Join(slices.Sorted(maps.Keys(variables)), " "); got != want {
		t.Errorf("%s has the variables %q, want %q: correct Settings in functions/contract/function.go", id, got, want)
	}
}

// Every setting of a function has a value in environmentOf. Optional ones appear
// when configured.
func TestEverySettingIsSet(t *testing.T) {
	context := settings("dev", map[string]any{
		"emailClaim": "email", "jwksUrl": "https://keys.example/jwks.json", "otlpEndpoint": collector, "lambdaAuthorizer": "true",
	})
	functions := load(t, context, stackID).of("AWS::Lambda::Function")
	maps.Copy(functions, load(t, context, restID).of("AWS::Lambda::Function"))
	for _, f := range append(contract.Functions(), contract.Authorizer) {
		var variables map[string]any
		for _, function := range functions {
			if function.Metadata["local:goPackage"] == "./functions/"+f.Folder {
				variables, _ = at(function.Properties, "Environment", "Variables").(map[string]any)
			}
		}
		for _, setting := range f.Settings {
			if variables[setting] == nil {
				t.Errorf("%s has no %s: add it to environmentOf in infra/cdk/functions.go", f.Folder, setting)
			}
		}
		if got, want := len(variables), len(f.Settings); got != want {
			t.Errorf("%s has %d variables for %d settings: %v", f.Folder, got, want, variables)
		}
	}
}

// checkRole wants a role of its own, the exact actions on the exact resources, and
// no other policy.
func checkRole(t *testing.T, id string, template template, p map[string]any, actions, partitions, readable []string) {
	t.Helper()
	roleID, _ := at(p, "Role", "Fn::GetAtt", 0).(string)
	logs, _ := at(p, "LoggingConfig", "LogGroup", "Ref").(string)
	role := template.Resources[roleID]
	if roleID != id[:len(id)-8]+"Role"+roleID[len(roleID)-8:] {
		t.Errorf("%s shares the role %s", id, roleID)
	}
	want := map[string]string{
		"Logs":   `[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["` + logs + `","Arn"]}}]`,
		"Traces": `[{"Action":["xray:PutTelemetryRecords","xray:PutTraceSegments"],"Effect":"Allow","Resource":"*"}]`,
	}
	if len(actions) > 0 {
		table := func(actions any, partitions []string) string {
			return `{"Action":` + text(actions) + `,"Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":` + text(partitions) + `}},"Effect":"Allow","Resource":{"Fn::GetAtt":["Pets","Arn"]}}`
		}
		want["Table"] = "[" + table(actions, partitions) + "]"
		if len(readable) > 0 {
			want["Table"] = "[" + table(actions, partitions) + "," + table("dynamodb:Query", readable) + "]"
		}
	}
	list, _ := role.Properties["Policies"].([]any)
	for _, policy := range list {
		name, _ := at(policy, "PolicyName").(string)
		if got := text(at(policy, "PolicyDocument", "Statement")); got != want[name] {
			t.Errorf("%s: policy %s allows %s, want %s: correct Table in functions/contract/function.go", id, name, got, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 || role.Properties["ManagedPolicyArns"] != nil {
		t.Errorf("%s: policies missing %v, managed %v", id, want, role.Properties["ManagedPolicyArns"])
	}
	if got := text(at(role.Properties, "AssumeRolePolicyDocument", "Statement")); got != `[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}]` {
		t.Errorf("%s: role may be assumed by %s", id, got)
	}
}

// Roles have inline policies only, and only the functions and CodeDeploy have
// roles.
func TestNoOtherPolicies(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		roles := len(functionTable)
		if production {
			roles++
		}
		if got := len(template.of("AWS::IAM::Role")); got != roles {
			t.Errorf("%d roles, want %d", got, roles)
		}
		for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User"} {
			if found := template.of(kind); len(found) > 0 {
				t.Errorf("%s: %v", kind, found)
			}
		}
	})
}
