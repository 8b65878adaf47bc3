package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// newDashboard declares the dashboard. Its rows, from the top: alarms, requests and
// sales, refused requests and keys, functions, table.
func newDashboard(scope constructs.Construct, config Config, m monitored, alarms []awscloudwatch.Alarm) {
	states := make([]interfacesawscloudwatch.IAlarmRef, len(alarms))
	for i, a := range alarms {
		states[i] = a
	}
	awscloudwatch.NewDashboard(scope, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(stackID + "-" + config.Name),
		Widgets: &[]*[]awscloudwatch.IWidget{
			{awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{
				Title: jsii.String("Alarms"), Alarms: &states, Width: jsii.Number(24), Height: jsii.Number(4),
			})},
			{
				graph("Requests", ofAPI(m.api, "Count", "Sum"), ofAPI(m.api, "4xx", "Sum"), ofAPI(m.api, "5xx", "Sum")),
				graph("Latency, ms", ofAPI(m.api, "Latency", "p50"), ofAPI(m.api, "Latency", "p99")),
				graph("Sales", appMetric(contract.MetricPetSold), appMetric(contract.MetricPetUnavailable),
					appMetric(contract.MetricIdempotentReplay), appMetric(contract.MetricAmbiguousCommitResolved)),
			},
			{
				graph("Refused, by reason", math("", fmt.Sprintf(
					`SEARCH('{%s,%s} MetricName="%s"', 'Sum')`, contract.MetricNamespace, contract.MetricReason, contract.MetricAuthRefused,
				), map[string]awscloudwatch.IMetric{})),
				graph("Refused", appMetric(gatewayRefused), appMetric(contract.MetricAuthRefused)),
				graph("The issuer's keys", appMetric(contract.MetricKeysFetched), appMetric(contract.MetricKeysStale)),
			},
			{
				graph("Errors and throttles of functions", append(ofFunctions(m, "Errors", "Sum"), ofFunctions(m, "Throttles", "Sum")...)...),
				graph("Duration of functions, p99, ms", ofFunctions(m, "Duration", "p99")...),
				graph("Cold starts", appMetric(contract.MetricColdStart)),
			},
			{
				graph("Table: capacity units", ofTable(m.table, "ConsumedReadCapacityUnits"), ofTable(m.table, "ConsumedWriteCapacityUnits")),
				graph("Table: throttles", ofTable(m.table, "ReadThrottleEvents"), ofTable(m.table, "WriteThrottleEvents")),
				graph("Concurrent executions", ofFunctions(m, "ConcurrentExecutions", "Maximum")...),
			},
		},
	})
}

func ofFunctions(m monitored, name, statistic string) []awscloudwatch.IMetric {
	var list []awscloudwatch.IMetric
	for _, f := range contract.Functions() {
		list = append(list, metric("AWS/Lambda", name, statistic, map[string]*string{"FunctionName": m.functions[f.ID].FunctionName()}))
	}
	return list
}

func graph(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.GraphWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: &title, Left: &metrics, Width: jsii.Number(8), Height: jsii.Number(6),
	})
}
