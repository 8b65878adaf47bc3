package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newDashboard is one page that answers, from the top: is something wrong, does it serve, does it sell,
// whom does it refuse, do the functions and the table keep up.
func newDashboard(scope constructs.Construct, config Config, parts parts, alarms []awscloudwatch.Alarm) {
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
				graph("Requests", ofAPI(parts.api, "Count", "Sum"), ofAPI(parts.api, "4xx", "Sum"), ofAPI(parts.api, "5xx", "Sum")),
				graph("Latency, ms", ofAPI(parts.api, "Latency", "p50"), ofAPI(parts.api, "Latency", "p99")),
				graph("Sales", own(petSold), own(petUnavailable), own(idempotentReplay), own(ambiguousCommitResolved)),
			},
			{
				graph("Refused, by reason", math("", fmt.Sprintf(
					`SEARCH('{%s,Reason} MetricName="%s"', 'Sum')`, namespace, authRefused), map[string]awscloudwatch.IMetric{})),
				graph("Refused", own(gatewayRefused), own(authRefused)),
				graph("Keys of the provider", own(keysFetched), own(keysStale)),
			},
			{
				graph("Errors and throttles of functions", append(ofFunctions(parts, "Errors", "Sum"), ofFunctions(parts, "Throttles", "Sum")...)...),
				graph("Duration of functions, p99, ms", ofFunctions(parts, "Duration", "p99")...),
				graph("Cold starts", own(coldStart)),
			},
			{
				graph("Table: capacity units", ofTable(parts.table, "ConsumedReadCapacityUnits"), ofTable(parts.table, "ConsumedWriteCapacityUnits")),
				graph("Table: throttles", ofTable(parts.table, "ReadThrottleEvents"), ofTable(parts.table, "WriteThrottleEvents")),
				graph("Functions at once", ofFunctions(parts, "ConcurrentExecutions", "Maximum")...),
			},
		},
	})
}

func ofFunctions(parts parts, name, statistic string) []awscloudwatch.IMetric {
	var list []awscloudwatch.IMetric
	for _, f := range Functions() {
		list = append(list, metric("AWS/Lambda", name, statistic, map[string]*string{"FunctionName": parts.functions[f.ID].FunctionName()}))
	}
	return list
}

func graph(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.GraphWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: &title, Left: &metrics, Width: jsii.Number(8), Height: jsii.Number(6),
	})
}
