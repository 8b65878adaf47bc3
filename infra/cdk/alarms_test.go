package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// What is watched, by metric and the dimension that names the part.
func TestAlarms(t *testing.T) {
	environments(t, func(t *testing.T, production bool, template template) {
		want := map[string]int{
			"AWS/ApiGateway 5xx, AWS/ApiGateway Count":                                1,
			"AWS/ApiGateway Latency":                                                  1,
			"SecuredPets AuthRefused[Reason=jwks_unavailable], SecuredPets KeysStale": 1,
			"SecuredPets AuthRefused, SecuredPets GatewayRefused":                     1,
			"AWS/DynamoDB ReadThrottleEvents, AWS/DynamoDB WriteThrottleEvents":       1,
			"AWS/Lambda Errors":    len(programs),
			"AWS/Lambda Throttles": len(programs),
		}
		if production {
			want["AWS/Lambda Errors"] *= 2 // once for the new version's roll-back
		}
		got := map[string]int{}
		for id, alarm := range template.of("AWS::CloudWatch::Alarm") {
			got[strings.Join(watched(alarm), ", ")]++
			if alarm.Properties["TreatMissingData"] != "notBreaching" {
				t.Errorf("%s rings when nobody calls", id)
			}
			if strings.Contains(id, "Rollback") {
				continue
			}
			for _, action := range []string{"AlarmActions", "OKActions"} {
				topic, _ := at(alarm.Properties, action, 0, "Ref").(string)
				if template.Resources[topic].Type != "AWS::SNS::Topic" {
					t.Errorf("%s tells nobody: %s", id, text(alarm.Properties[action]))
				}
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("watched are\n%v, want\n%v", got, want)
		}
	})
}

// watched are the metrics of an alarm; a dimension is named where it is a plain text.
func watched(alarm resource) []string {
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

// The topic refuses to be used without TLS, and CloudWatch may still use it: the policy that asks for TLS
// has replaced the one that allowed it.
func TestTopic(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		statements := text(at(template.one(t, "AWS::SNS::TopicPolicy").Properties, "PolicyDocument", "Statement"))
		for _, want := range []string{
			`{"Action":"sns:Publish","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":"*"`,
			`{"Action":"sns:Publish","Condition":{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}},"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"}`,
		} {
			if !strings.Contains(statements, want) {
				t.Errorf("the topic's policy has no %s: %s", want, statements)
			}
		}
		if strings.Count(statements, `"Allow"`) != 1 {
			t.Errorf("the topic is open to more: %s", statements)
		}
	})
}

// The dashboard shows every metric of the functions and all alarms.
func TestDashboard(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		body := strings.ReplaceAll(text(template.one(t, "AWS::CloudWatch::Dashboard").Properties["DashboardBody"]), `\"`, `"`)
		for _, name := range ownMetrics() {
			if !strings.Contains(body, `"SecuredPets","`+name+`"`) {
				t.Errorf("the dashboard does not show %s", name)
			}
		}
		for _, f := range Functions() {
			for _, kind := range []string{"Errors", "Throttles"} {
				if !strings.Contains(body, f.ID+kind+"Alarm") {
					t.Errorf("the dashboard does not show the alarm for %s of %s", kind, f.ID)
				}
			}
		}
	})
}

func ownMetrics() []string {
	return []string{petSold, petUnavailable, ambiguousCommitResolved, idempotentReplay, authRefused, keysFetched, keysStale, coldStart, gatewayRefused}
}
