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
)

// An alarm says what is wrong in its description, which is the text that a woken person reads first; the
// runbook has a section for each.
type alarm struct {
	id          string
	description string
	metric      awscloudwatch.IMetric
	threshold   float64 // reached or passed
	periods     float64 // five minutes each, one after the other
}

// newAlarms watches the whole path of a request. Missing data is good: nobody calls at night.
func newAlarms(scope constructs.Construct, config Config, parts parts) []awscloudwatch.Alarm {
	action := awscloudwatchactions.NewSnsAction(newTopic(scope, config))
	var declared []awscloudwatch.Alarm
	for _, a := range append(apiAlarms(config, parts), functionAlarms(parts)...) {
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

func apiAlarms(config Config, parts parts) []alarm {
	return []alarm{
		{
			id: "ServerErrors", threshold: 1, periods: 1,
			description: "More than 4 answers of 5xx, and at least 1 of 100, in five minutes",
			metric: math("5xx of 100", "IF(errors > 4, 100 * errors / calls, 0)", map[string]awscloudwatch.IMetric{
				"errors": ofAPI(parts.api, "5xx", "Sum"), "calls": ofAPI(parts.api, "Count", "Sum"),
			}),
		},
		{
			id: "Latency", threshold: 2000, periods: 3,
			description: "One of 100 callers waits 2 seconds or longer, for 15 minutes",
			metric:      ofAPI(parts.api, "Latency", "p99"),
		},
		{
			id: "KeysUnavailable", threshold: 1, periods: 1,
			description: "The provider's keys cannot be fetched: old ones are in use, or callers are answered 503",
			metric: math("without fresh keys", "stale + unavailable", map[string]awscloudwatch.IMetric{
				"stale": own(keysStale),
				"unavailable": metric(namespace, authRefused, "Sum", map[string]*string{
					"Reason": jsii.String(keysUnavailable),
				}),
			}),
		},
		{
			id: "RefusedTokens", threshold: config.RefusedSurge, periods: 1,
			description: "A surge of 401 and 403: an attack, an expired client, or a wrong issuer or audience after a deployment",
			metric: math("refused", "MAX([gateway, functions])", map[string]awscloudwatch.IMetric{
				"gateway": own(gatewayRefused), "functions": own(authRefused),
			}),
		},
		{
			id: "TableThrottles", threshold: 1, periods: 1,
			description: "DynamoDB throttles the Pets table: one partition is too hot, or the account's limit is reached",
			metric: math("throttled", "reads + writes", map[string]awscloudwatch.IMetric{
				"reads": ofTable(parts.table, "ReadThrottleEvents"), "writes": ofTable(parts.table, "WriteThrottleEvents"),
			}),
		},
	}
}

func functionAlarms(parts parts) []alarm {
	var list []alarm
	for _, f := range Functions() {
		name := map[string]*string{"FunctionName": parts.functions[f.ID].FunctionName()}
		list = append(list,
			alarm{
				id: f.ID + "Errors", threshold: 1, periods: 1,
				description: f.Program + " crashed or ran into its timeout; a refusal is no error",
				metric:      metric("AWS/Lambda", "Errors", "Sum", name),
			},
			alarm{
				id: f.ID + "Throttles", threshold: 1, periods: 1,
				description: f.Program + " was not started: the account's concurrency is used up",
				metric:      metric("AWS/Lambda", "Throttles", "Sum", name),
			})
	}
	return list
}

// newTopic is where alarms go. Requiring TLS gives the topic a policy, and a policy of its own replaces
// the default one under which CloudWatch may publish: so that is said here, for the alarms of this account
// only.
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
