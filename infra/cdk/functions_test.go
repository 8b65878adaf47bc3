package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// What each program may do in which partitions of the table, and what it is told, written once more.
var programs = map[string]struct {
	actions     string
	partitions  string
	environment string
}{
	"get-pet-info": {
		"dynamodb:GetItem dynamodb:Query", "default",
		"JWT_AUDIENCE JWT_ISSUER LOG_LEVEL TABLE_NAME",
	},
	"update-pet-info": {
		"dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem", "default",
		"JWT_AUDIENCE JWT_ISSUER LOG_LEVEL TABLE_NAME",
	},
	"pet-purchase": {
		"dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem", "default key#* sale#*",
		"JWT_AUDIENCE JWT_CLIENT_ID JWT_ISSUER LOG_LEVEL TABLE_NAME",
	},
	"get-unicorn":       {"", "", "JWT_AUDIENCE JWT_ISSUER LOG_LEVEL"},
	"list-all-unicorns": {"", "", "JWT_AUDIENCE JWT_ISSUER LOG_LEVEL"},
	"no-op":             {"", "", "LOG_LEVEL"},
}

// values are what the settings of any function are.
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
		if len(functions) != len(programs) {
			t.Errorf("%d functions, want %d", len(functions), len(programs))
		}
		for id, function := range functions {
			name, _ := function.Metadata["local:goPackage"].(string)
			want, ok := programs[strings.TrimPrefix(name, "./functions/")]
			if !ok {
				t.Errorf("%s runs %q, which is no program of the API", id, name)
				continue
			}
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
			checkRole(t, id, template, p, strings.Fields(want.actions), strings.Fields(want.partitions))
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
		t.Errorf("%s is told %q, want %q", id, got, want)
	}
}

// checkRole: a role of its own with the exact actions on the exact resources, and no other policy.
func checkRole(t *testing.T, id string, template template, p map[string]any, actions, partitions []string) {
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
		want["Table"] = `[{"Action":` + text(actions) + `,"Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":` + text(partitions) + `}},"Effect":"Allow","Resource":{"Fn::GetAtt":["Pets","Arn"]}}]`
	}
	list, _ := role.Properties["Policies"].([]any)
	for _, policy := range list {
		name, _ := at(policy, "PolicyName").(string)
		if got := text(at(policy, "PolicyDocument", "Statement")); got != want[name] {
			t.Errorf("%s may %s: %s, want %s", id, name, got, want[name])
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

// No policy is added to a role from elsewhere, and no role but the functions' and CodeDeploy's exists.
func TestNoOtherPolicies(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		roles := len(programs)
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
