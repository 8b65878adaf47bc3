package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// gatewayRefused counts responses 401 and 403 in the access log. API Gateway
// refuses most bad tokens before a function starts, so the functions' own metric
// misses them.
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

// appMetric returns a metric of the functions, summed over all of them.
func appMetric(name string) awscloudwatch.Metric {
	return metric(contract.MetricNamespace, name, "Sum", nil)
}

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

// countRefusals derives gatewayRefused from the access log.
func countRefusals(logs awslogs.LogGroup) {
	logs.AddMetricFilter(jsii.String(gatewayRefused), &awslogs.MetricFilterOptions{
		FilterPattern:   awslogs.FilterPattern_Literal(jsii.String(`{ ($.status = "401") || ($.status = "403") }`)),
		MetricNamespace: jsii.String(contract.MetricNamespace),
		MetricName:      jsii.String(gatewayRefused),
		MetricValue:     jsii.String("1"),
		DefaultValue:    jsii.Number(0),
	})
}
