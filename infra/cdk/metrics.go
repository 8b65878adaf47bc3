package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// namespace is where the functions' own metrics are: they write them to their logs in CloudWatch's
// embedded metric format.
const namespace = "SecuredPets"

// The functions' metrics, by the names the functions give them.
const (
	petSold                 = "PetSold"
	petUnavailable          = "PetUnavailable"
	ambiguousCommitResolved = "AmbiguousCommitResolved"
	idempotentReplay        = "IdempotentReplay"
	authRefused             = "AuthRefused" // also by Reason
	keysFetched             = "KeysFetched"
	keysStale               = "KeysStale"
	coldStart               = "ColdStart"
)

// keysUnavailable is the Reason of AuthRefused when nothing could be decided for want of keys.
const keysUnavailable = "jwks_unavailable"

// gatewayRefused counts answers 401 and 403 in the access log. API Gateway refuses most bad tokens before
// a function is started, so the functions' AuthRefused alone would miss them.
const gatewayRefused = "GatewayRefused"

const fiveMinutes = 5

func metric(space, name, statistic string, dimensions map[string]*string) awscloudwatch.Metric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace:     &space,
		MetricName:    &name,
		Statistic:     &statistic,
		DimensionsMap: &dimensions,
		Period:        awscdk.Duration_Minutes(jsii.Number(fiveMinutes)),
	})
}

// own is a metric of the functions, summed over all of them.
func own(name string) awscloudwatch.Metric { return metric(namespace, name, "Sum", nil) }

func ofAPI(api awsapigatewayv2.HttpApi, name, statistic string) awscloudwatch.Metric {
	return metric("AWS/ApiGateway", name, statistic, map[string]*string{"ApiId": api.ApiId()})
}

func ofTable(table awsdynamodb.Table, name string) awscloudwatch.Metric {
	return metric("AWS/DynamoDB", name, "Sum", map[string]*string{"TableName": table.TableName()})
}

func math(label, expression string, using map[string]awscloudwatch.IMetric) awscloudwatch.MathExpression {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Label:        &label,
		Expression:   &expression,
		UsingMetrics: &using,
		Period:       awscdk.Duration_Minutes(jsii.Number(fiveMinutes)),
	})
}

// countRefusals makes gatewayRefused out of the access log.
func countRefusals(logs awslogs.LogGroup) {
	logs.AddMetricFilter(jsii.String(gatewayRefused), &awslogs.MetricFilterOptions{
		FilterPattern:   awslogs.FilterPattern_Literal(jsii.String(`{ ($.status = "401") || ($.status = "403") }`)),
		MetricNamespace: jsii.String(namespace),
		MetricName:      jsii.String(gatewayRefused),
		MetricValue:     jsii.String("1"),
		DefaultValue:    jsii.Number(0),
	})
}
