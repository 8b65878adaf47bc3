package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// An alarm is one CloudWatch alarm. RUNBOOK.md has a section for each.
type alarm struct {
	id          string
	description string // shown to the on-call engineer
	metric      awscloudwatch.IMetric
	threshold   float64 // reached or exceeded
	periods     float64 // consecutive, five minutes each
}

// newAlarms watches the whole path of a request. Missing data is not an alarm:
// there may be no requests at night.
func newAlarms(scope constructs.Construct, config Config, m monitored) []awscloudwatch.Alarm {
	action := awscloudwatchactions.NewSnsAction(newTopic(scope, config))
	var declared []awscloudwatch.Alarm
	for _, a := range append(apiAlarms(config, m), functionAlarms(m)...) {
		d := newAlarm(scope, a)
		d.AddAlarmAction(action)
		d.AddOkAction(action)
		declared = append(declared, d)
	}
	return declared
}

func newAlarm(scope constructs.Construct, a alarm) awscloudwatch.Alarm {
	return awscloudwatch.NewAlarm(scope, jsii.String(a.id+"Alarm"), &awscloudwatch.AlarmProps{
		AlarmDescription:   &a.description,
		Metric:             a.metric,
		Threshold:          &a.threshold,
		EvaluationPeriods:  &a.periods,
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
}

func apiAlarms(config Config, m monitored) []alarm {
	return []alarm{
		{
			id: "ServerErrors", threshold: 1, periods: 1,
			description: "More than 4 responses of 5xx, and at least 1 % of all, in five minutes",
			metric: math("5xx, %", "IF(errors > 4, 100 * errors / calls, 0)", map[string]awscloudwatch.IMetric{
				"errors": ofAPI(m.api, "5xx", "Sum"), "calls": ofAPI(m.api, "Count", "Sum"),
			}),
		},
		{
			id: "Latency", threshold: 2000, periods: 3,
			description: "1 % of the requests take 2 seconds or longer, for 15 minutes",
			metric:      ofAPI(m.api, "Latency", "p99"),
		},
		{
			id: "KeysUnavailable", threshold: 1, periods: 1,
			description: "The issuer's keys cannot be fetched: cached keys are in use, or requests fail with 503",
			metric: math("without fresh keys", "stale + unavailable", map[string]awscloudwatch.IMetric{
				"stale": appMetric(contract.MetricKeysStale),
				"unavailable": metric(contract.MetricNamespace, contract.MetricAuthRefused, "Sum", map[string]*string{
					contract.MetricReason: jsii.String(contract.ReasonKeysUnavailable),
				}),
			}),
		},
		{
			id: "RefusedTokens", threshold: config.RefusedSurge, periods: 1,
			description: "A surge of 401 and 403: an attack, an expired client, or a wrong issuer or audience after a deployment",
			metric: math("refused", "MAX([gateway, functions])", map[string]awscloudwatch.IMetric{
				"gateway": appMetric(gatewayRefused), "functions": appMetric(contract.MetricAuthRefused),
			}),
		},
		{
			id: "TableThrottles", threshold: 1, periods: 1,
			description: "DynamoDB throttles the Pets table: one partition is too hot, or the account's limit is reached",
			metric: math("throttled", "reads + writes", map[string]awscloudwatch.IMetric{
				"reads": ofTable(m.table, "ReadThrottleEvents"), "writes": ofTable(m.table, "WriteThrottleEvents"),
			}),
		},
	}
}

func functionAlarms(m monitored) []alarm {
	var list []alarm
	for _, f := range contract.Functions() {
		name := map[string]*string{"FunctionName": m.functions[f.ID].FunctionName()}
		list = append(list,
			alarm{
				id: f.ID + "Errors", threshold: 1, periods: 1,
				description: f.Folder + " crashed or timed out; a refused request is not an error",
				metric:      metric("AWS/Lambda", "Errors", "Sum", name),
			},
			alarm{
				id: f.ID + "Throttles", threshold: 1, periods: 1,
				description: f.Folder + " was not started: the account's concurrency is used up",
				metric:      metric("AWS/Lambda", "Throttles", "Sum", name),
			})
	}
	return list
}

// newTopic declares the topic of the alarms. Requiring TLS gives it a policy, which
// replaces the default one that lets CloudWatch publish: a statement allows it for
// the alarms of this account.
func newTopic(scope constructs.Construct, config Config) awssns.Topic {
	topic := awssns.NewTopic(scope, jsii.String("Alarms"), &awssns.TopicProps{
		DisplayName: jsii.String("Secured Pets " + config.Name),
		EnforceSSL:  jsii.Bool(true),
	})
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("AlarmsOfThisAccount"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Aws_ACCOUNT_ID()}},
	}))
	if config.AlarmEmail != "" {
		topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&config.AlarmEmail, nil))
	}
	return topic
}
