package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

// Each alarm is named by its metrics, with the dimension where it is a literal.
func TestAlarms(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		want := map[string]int{
			"AWS/ApiGateway 5xx, AWS/ApiGateway Count":                                1,
			"AWS/ApiGateway Latency":                                                  1,
			"SecuredPets AuthRefused[Reason=jwks_unavailable], SecuredPets KeysStale": 1,
			"SecuredPets AuthRefused, SecuredPets GatewayRefused":                     1,
			"AWS/DynamoDB ReadThrottleEvents, AWS/DynamoDB WriteThrottleEvents":       1,
			"AWS/Lambda Errors":    len(functionTable),
			"AWS/Lambda Throttles": len(functionTable),
		}
		if production {
			want["AWS/Lambda Errors"] *= 2 // a second alarm rolls a new version back
		}
		got := map[string]int{}
		for id, alarm := range template.of("AWS::CloudWatch::Alarm") {
			got[strings.Join(metricsOf(alarm), ", ")]++
			if alarm.Properties["TreatMissingData"] != "notBreaching" {
				t.Errorf("%s: missing data raises the alarm", id)
			}
			if strings.Contains(id, "Rollback") {
				continue
			}
			for _, action := range []string{"AlarmActions", "OKActions"} {
				topic, _ := at(alarm.Properties, action, 0, "Ref").(string)
				if template.Resources[topic].Type != "AWS::SNS::Topic" {
					t.Errorf("%s notifies no topic: %s", id, text(alarm.Properties[action]))
				}
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("alarms on\n%v, want\n%v", got, want)
		}
	})
}

// metricsOf returns the metrics of an alarm, with the first dimension where it is a
// literal.
func metricsOf(alarm resource) []string {
	stats := []any{alarm.Properties}
	if list, ok := alarm.Properties["Metrics"].([]any); ok {
		stats = nil
		for _, m := range list {
			if metric := at(m, "MetricStat", "Metric"); metric != nil {
				stats = append(stats, metric)
			}
		}
	}
	var names []string
	for _, stat := range stats {
		name := at(stat, "Namespace").(string) + " " + at(stat, "MetricName").(string)
		if value, ok := at(stat, "Dimensions", 0, "Value").(string); ok {
			name += "[" + at(stat, "Dimensions", 0, "Name").(string) + "=" + value + "]"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// The topic requires TLS, and CloudWatch may still publish: the policy that
// requires TLS replaces the default one.
func TestTopic(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		statements := text(at(template.one(t, "AWS::SNS::TopicPolicy").Properties, "PolicyDocument", "Statement"))
		for _, want := range []string{
			`{"Action":"sns:Publish","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":"*"`,
			`{"Action":"sns:Publish","Condition":{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}},"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"}`,
		} {
			if !strings.Contains(statements, want) {
				t.Errorf("the topic's policy lacks %s: %s", want, statements)
			}
		}
		if strings.Count(statements, `"Allow"`) != 1 {
			t.Errorf("the topic has another Allow statement: %s", statements)
		}
	})
}

// The dashboard shows every metric of the contract, and all alarms.
func TestDashboard(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		body := strings.ReplaceAll(text(template.one(t, "AWS::CloudWatch::Dashboard").Properties["DashboardBody"]), `\"`, `"`)
		for constant, name := range contractMetrics(t) {
			if !strings.Contains(body, `"`+contract.MetricNamespace+`","`+name+`"`) {
				t.Errorf("%s is not on the dashboard: add contract.%s to a graph in infra/cdk/dashboard.go", name, constant)
			}
		}
		if !strings.Contains(body, `"`+contract.MetricNamespace+`","`+gatewayRefused+`"`) {
			t.Errorf("%s is not on the dashboard: add it to a graph in infra/cdk/dashboard.go", gatewayRefused)
		}
		for id := range template.of("AWS::CloudWatch::Alarm") {
			if !strings.Contains(body, id) && !strings.Contains(id, "Rollback") {
				t.Errorf("%s is not on the dashboard: newAlarms in infra/cdk/alarms.go does not return it", id)
			}
		}
	})
}

// contractMetrics returns the Metric constants of functions/contract, without the
// namespace and the dimension, by their names in Go.
func contractMetrics(t *testing.T) map[string]string {
	t.Helper()
	metrics := stringConstants(t, "../../functions/contract/metric.go")
	maps.DeleteFunc(metrics, func(name, value string) bool {
		return !strings.HasPrefix(name, "Metric") || value == contract.MetricNamespace || value == contract.MetricReason
	})
	if len(metrics) == 0 {
		t.Fatal("no metrics in functions/contract/metric.go")
	}
	return metrics
}

// stringConstants returns the constants of a Go file that are string literals.
func stringConstants(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, value := range spec.Values {
			if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found[spec.Names[i].Name] = text
			}
		}
		return false
	})
	return found
}
