package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		table, ok := template.Resources["Pets"]
		if !ok || table.Type != "AWS::DynamoDB::Table" {
			t.Fatal("the table has another logical id: a deployment would create an empty one")
		}
		for property, want := range map[string]string{
			"KeySchema":                        `[{"AttributeName":"username","KeyType":"HASH"},{"AttributeName":"petId","KeyType":"RANGE"}]`,
			"AttributeDefinitions":             `[{"AttributeName":"username","AttributeType":"S"},{"AttributeName":"petId","AttributeType":"N"}]`,
			"BillingMode":                      `"PAY_PER_REQUEST"`,
			"TimeToLiveSpecification":          `{"AttributeName":"expiresAt","Enabled":true}`,
			"PointInTimeRecoverySpecification": `{"PointInTimeRecoveryEnabled":true}`,
			"DeletionProtectionEnabled":        text(production),
		} {
			if got := text(table.Properties[property]); got != want {
				t.Errorf("%s is %s, want %s", property, got, want)
			}
		}
	})
}

// The data of prod outlives its stack; the data of dev is deleted with it.
func TestRemoval(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		want := map[bool]string{true: "Retain", false: "Delete"}[production]
		for _, kind := range []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Logs::LogGroup"} {
			for id, r := range template.of(kind) {
				if r.DeletionPolicy != want || r.UpdateReplacePolicy != want {
					t.Errorf("%s: %s on removal, %s on replacement, want %s", id, r.DeletionPolicy, r.UpdateReplacePolicy, want)
				}
			}
		}
	})
}

func TestLogsExpire(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		want := map[bool]float64{true: 90, false: 7}[production]
		groups := template.of("AWS::Logs::LogGroup")
		if len(groups) != len(functionTable)+1 {
			t.Errorf("%d log groups, want one for each function and the access log", len(groups))
		}
		for id, group := range groups {
			if got := group.Properties["RetentionInDays"]; got != want {
				t.Errorf("%s is kept for %v days, want %v", id, got, want)
			}
		}
	})
}

// In prod the API invokes aliases, which shift gradually and roll back on an alarm;
// in dev it invokes the functions.
func TestGradualDeployment(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		groups, aliases := template.of("AWS::CodeDeploy::DeploymentGroup"), template.of("AWS::Lambda::Alias")
		if !production {
			if len(groups)+len(aliases) > 0 {
				t.Errorf("%d groups and %d aliases", len(groups), len(aliases))
			}
			return
		}
		if len(groups) != len(functionTable) || len(aliases) != len(functionTable) {
			t.Errorf("%d groups and %d aliases, want one for each function", len(groups), len(aliases))
		}
		for id, group := range groups {
			checkRollback(t, id, template, group)
		}
		for id, alias := range aliases {
			group, _ := at(alias.UpdatePolicy, "CodeDeployLambdaAliasUpdate", "DeploymentGroupName", "Ref").(string)
			if _, ok := groups[group]; !ok {
				t.Errorf("%s shifts at once", id)
			}
		}
		for id, version := range template.of("AWS::Lambda::Version") {
			if version.DeletionPolicy != "Retain" {
				t.Errorf("%s is removed when a newer one is deployed: a roll-back would fail", id)
			}
		}
		for id, integration := range template.of("AWS::ApiGatewayV2::Integration") {
			alias, _ := at(integration.Properties, "IntegrationUri", "Ref").(string)
			if template.Resources[alias].Type != "AWS::Lambda::Alias" {
				t.Errorf("%s does not invoke an alias", id)
			}
		}
	})
}

// A version keeps its environment: a new issuer, audience or client makes new
// versions, the same settings make none.
func TestNewIssuerMakesNewVersions(t *testing.T) {
	versions := func(changes map[string]any) map[string]resource {
		return load(t, settings("prod", changes), stackID).of("AWS::Lambda::Version")
	}
	before := versions(nil)
	for _, c := range []struct {
		name    string
		changes map[string]any
		kept    int
	}{
		{"the same", map[string]any{"provider": "auth0"}, len(functionTable)},
		{"another issuer", map[string]any{"issuer": "https://other.eu.auth0.com/"}, 0},
		{"another audience", map[string]any{"audience": "https://other.example"}, 0},
		{"another page", map[string]any{"clientId": "other"}, 0},
	} {
		kept := 0
		for id := range versions(c.changes) {
			if _, ok := before[id]; ok {
				kept++
			}
		}
		if kept != c.kept {
			t.Errorf("%s: %d versions are the same, want %d", c.name, kept, c.kept)
		}
	}
}

func checkRollback(t *testing.T, id string, template template, group resource) {
	t.Helper()
	p := group.Properties
	if p["DeploymentConfigName"] != "CodeDeployDefault.LambdaCanary10Percent5Minutes" {
		t.Errorf("%s deploys by %v", id, p["DeploymentConfigName"])
	}
	if got := text(p["AutoRollbackConfiguration"]); !strings.Contains(got, "DEPLOYMENT_STOP_ON_ALARM") || !strings.Contains(got, `"Enabled":true`) {
		t.Errorf("%s rolls back by %s", id, got)
	}
	name, _ := at(p, "AlarmConfiguration", "Alarms", 0, "Name", "Ref").(string)
	failing := template.Resources[name].Properties
	function := strings.TrimSuffix(id[:len(id)-8], "Deployment")
	if failing["MetricName"] != "Errors" || !strings.Contains(text(failing["Dimensions"]), `":live"`) || !strings.HasPrefix(name, function) {
		t.Errorf("%s rolls back on %s", id, text(failing))
	}
}

// A resource with tags has all three.
func TestTags(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		environment := map[bool]string{true: "prod", false: "dev"}[production]
		tagged := map[string]bool{}
		for id, r := range template.Resources {
			tags := text(r.Properties["Tags"])
			if tags == "null" {
				continue
			}
			tagged[r.Type] = true
			for _, want := range []string{"project", "secured-pets", "environment", environment, "declared-in"} {
				if !strings.Contains(tags, `"`+want+`"`) {
					t.Errorf("%s lacks the tag %s: %s", id, want, tags)
				}
			}
		}
		for _, kind := range []string{"AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::ApiGatewayV2::Api", "AWS::CloudWatch::Alarm"} {
			if !tagged[kind] {
				t.Errorf("no resource of type %s has tags", kind)
			}
		}
	})
}
