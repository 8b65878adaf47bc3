package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// monitored are the resources that alarms and dashboard show.
type monitored struct {
	api       awsapigatewayv2.HttpApi
	table     awsdynamodb.Table
	functions map[string]awslambda.Function
}

// newStacks declares the main stack, and the optional stacks that the config asks
// for.
func newStacks(app awscdk.App, config Config) error {
	resources, err := newStack(app, config)
	if err != nil {
		return err
	}
	if config.Federation.Kind != "" {
		newFederation(app, config, resources.table)
	}
	if config.LambdaAuthorizer {
		newRest(app, config, resources.api)
	}
	return nil
}

func newEmptyStack(scope constructs.Construct, config Config, id, description string) awscdk.Stack {
	return awscdk.NewStack(scope, &id, &awscdk.StackProps{
		StackName:   jsii.String(id + "-" + config.Name),
		Description: &description,
		// The CDK command line checks the bootstrap version itself.
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{
			GenerateBootstrapVersionRule: jsii.Bool(false),
		}),
		TerminationProtection: &config.Production,
	})
}

// newStack declares the main stack: API, functions, table, page, alarms and
// dashboard.
func newStack(app awscdk.App, config Config) (monitored, error) {
	stack := newEmptyStack(app, config, stackID, "Secured Pets: an API whose tokens are verified twice")
	params := newParameters(stack, config)
	table := newTable(stack, config)
	functions := map[string]awslambda.Function{}
	for _, f := range contract.Functions() {
		functions[f.ID] = newFunction(stack, config, f, table, environmentOf(f, config, params.oidcSettings(), table))
	}
	api := newAPI(stack, config, params, invocable(stack, config, functions))
	resources := monitored{api, table, functions}
	newDashboard(stack, config, resources, newAlarms(stack, config, resources))

	headers, err := pageHeaders(addressOf(api), params.issuer.ValueAsString())
	if err != nil {
		return monitored{}, err
	}
	pages := newPage(stack, config, headers)
	output(stack, "PageUrl", "Address of the page", jsii.String("https://"+*pages.distribution.DistributionDomainName()))
	output(stack, "PageBucket", "Bucket to which scripts/deploy-page uploads the page", pages.bucket.BucketName())
	output(stack, "PageDistributionId", "Distribution that scripts/deploy-page invalidates", pages.distribution.DistributionId())
	output(stack, "ApiUrl", "Address of the API", jsii.String(*addressOf(api)+"/"))
	output(stack, "TableName", "The Pets table", table.TableName())
	suppress(stack, suppressions(config))
	return resources, nil
}

// invocable returns what the API invokes: the functions, in production through
// their aliases.
func invocable(scope constructs.Construct, config Config, functions map[string]awslambda.Function) map[string]awslambda.IFunction {
	list := map[string]awslambda.IFunction{}
	for id, function := range functions {
		list[id] = function
	}
	if !config.Production {
		return list
	}
	deployments := newDeployments(scope)
	for _, f := range contract.Functions() {
		list[f.ID] = deployments.add(scope, config, f, functions[f.ID])
	}
	return list
}

func output(scope constructs.Construct, id, description string, value *string) {
	awscdk.NewCfnOutput(scope, &id, &awscdk.CfnOutputProps{Description: &description, Value: value})
}

// removalPolicy returns RETAIN in production: its data outlives the stack.
func (c Config) removalPolicy() awscdk.RemovalPolicy {
	if c.Production {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}
