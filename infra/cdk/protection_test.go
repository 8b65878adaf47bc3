package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		table, ok := template.Resources["Pets"]
		if !ok || table.Type != "AWS::DynamoDB::Table" {
			t.Fatal("the table has another logical id: a deployment would make an empty one")
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

// What production has written outlives its stack; what dev has written does not cost anything afterwards.
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

func TestLogsEnd(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		want := map[bool]float64{true: 90, false: 7}[production]
		groups := template.of("AWS::Logs::LogGroup")
		if len(groups) != len(programs)+1 {
			t.Errorf("%d log groups, want one for each function and one for access", len(groups))
		}
		for id, group := range groups {
			if got := group.Properties["RetentionInDays"]; got != want {
				t.Errorf("%s keeps %v days, want %v", id, got, want)
			}
		}
	})
}

// In production the API calls an alias that moves gradually and goes back on alarm; in dev it calls the
// function.
func TestGradualDeployment(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		groups, aliases := template.of("AWS::CodeDeploy::DeploymentGroup"), template.of("AWS::Lambda::Alias")
		if !production {
			if len(groups)+len(aliases) > 0 {
				t.Errorf("%d groups and %d aliases", len(groups), len(aliases))
			}
			return
		}
		if len(groups) != len(programs) || len(aliases) != len(programs) {
			t.Errorf("%d groups and %d aliases, want one for each function", len(groups), len(aliases))
		}
		for id, group := range groups {
			checkRollback(t, id, template, group)
		}
		for id, alias := range aliases {
			group, _ := at(alias.UpdatePolicy, "CodeDeployLambdaAliasUpdate", "DeploymentGroupName", "Ref").(string)
			if _, ok := groups[group]; !ok {
				t.Errorf("%s moves at once", id)
			}
		}
		for id, version := range template.of("AWS::Lambda::Version") {
			if version.DeletionPolicy != "Retain" {
				t.Errorf("%s is removed when a newer one comes: nothing to go back to", id)
			}
		}
		for id, integration := range template.of("AWS::ApiGatewayV2::Integration") {
			alias, _ := at(integration.Properties, "IntegrationUri", "Ref").(string)
			if template.Resources[alias].Type != "AWS::Lambda::Alias" {
				t.Errorf("%s passes the alias by", id)
			}
		}
	})
}

// A version keeps its environment, so that a new issuer must make new versions, or the functions behind
// the aliases would go on with the old one. The same settings make none.
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
		{"the same", map[string]any{"provider": "auth0"}, len(programs)},
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
			t.Errorf("%s: %d versions stay, want %d", c.name, kept, c.kept)
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
		t.Errorf("%s watches %s", id, text(failing))
	}
}

// Whatever can have tags has all three.
func TestTags(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		environment := map[bool]string{true: "prod", false: "dev"}[production]
		tagged := 0
		for id, r := range template.Resources {
			tags := text(r.Properties["Tags"])
			if tags == "null" {
				continue
			}
			tagged++
			for _, want := range []string{"project", "secured-pets", "environment", environment, "declared-in"} {
				if !strings.Contains(tags, `"`+want+`"`) {
					t.Errorf("%s has no tag %s: %s", id, want, tags)
				}
			}
		}
		if tagged < 25 {
			t.Errorf("only %d resources have tags", tagged)
		}
	})
}
