package main

import (
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// parts are what alarms and dashboard look at.
type parts struct {
	api       awsapigatewayv2.HttpApi
	table     awsdynamodb.Table
	functions map[string]awslambda.Function
}

// newStacks declares the API with everything it needs, and the optional stacks that were asked for.
func newStacks(app awscdk.App, config Config) error {
	made, err := newStack(app, config)
	if err != nil {
		return err
	}
	if config.Federation.Kind != "" {
		newFederation(app, config, made.table)
	}
	if config.LambdaAuthorizer {
		newRest(app, config, made.api)
	}
	return nil
}

func newEmptyStack(scope constructs.Construct, config Config, id, description string) awscdk.Stack {
	return awscdk.NewStack(scope, &id, &awscdk.StackProps{
		StackName:   jsii.String(id + "-" + config.Name),
		Description: &description,
		// The command line looks at the bootstrap by itself; the rule only clutters the template.
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{
			GenerateBootstrapVersionRule: jsii.Bool(false),
		}),
		TerminationProtection: &config.Production,
	})
}

// newStack declares the API.
func newStack(app awscdk.App, config Config) (parts, error) {
	stack := newEmptyStack(app, config, stackID, "Secured Pets: an API whose tokens are verified twice")
	given := newParameters(stack, config)
	table := newTable(stack, config)
	functions := map[string]awslambda.Function{}
	for _, f := range Functions() {
		functions[f.ID] = newFunction(stack, config, f, table, environmentOf(f, config, given.identity(), table))
	}
	api := newAPI(stack, config, given, called(stack, config, functions))
	watched := parts{api, table, functions}
	newDashboard(stack, config, watched, newAlarms(stack, config, watched))

	headers, err := pageHeaders(addressOf(api), given.issuer.ValueAsString())
	if err != nil {
		return parts{}, err
	}
	pages := newPage(stack, config, headers)
	output(stack, "PageUrl", "Address of the page", jsii.String("https://"+*pages.distribution.DistributionDomainName()))
	output(stack, "PageBucket", "Where scripts/deploy-page uploads the page", pages.bucket.BucketName())
	output(stack, "PageDistributionId", "What scripts/deploy-page invalidates", pages.distribution.DistributionId())
	output(stack, "ApiUrl", "Address of the API", jsii.String(*addressOf(api)+"/"))
	output(stack, "TableName", "The Pets table", table.TableName())
	suppress(stack, suppressions(config))
	return watched, nil
}

// called are the functions as the API calls them: in production through an alias that moves gradually.
func called(scope constructs.Construct, config Config, functions map[string]awslambda.Function) map[string]awslambda.IFunction {
	list := map[string]awslambda.IFunction{}
	for id, function := range functions {
		list[id] = function
	}
	if !config.Production {
		return list
	}
	deployments := newDeployments(scope)
	for _, f := range Functions() {
		list[f.ID] = deployments.add(scope, config, f, functions[f.ID])
	}
	return list
}

// environmentOf gives each function the settings it reads and no other: a value that is not there cannot
// leak, and cannot be relied upon.
func environmentOf(f Function, config Config, provider identity, table awsdynamodb.Table) map[string]*string {
	environment := map[string]*string{"LOG_LEVEL": &config.LogLevel}
	if len(f.Actions) > 0 {
		environment["TABLE_NAME"] = table.TableName()
	}
	if f.Verifies {
		environment["JWT_ISSUER"] = provider.issuer
		environment["JWT_AUDIENCE"] = provider.audience
		maps.Copy(environment, optional("JWT_JWKS_URL", config.JWKSURL))
	}
	if f.Buyers {
		environment["JWT_CLIENT_ID"] = provider.clientID
		maps.Copy(environment, optional("EMAIL_CLAIM", config.EmailClaim))
	}
	maps.Copy(environment, config.Traces.environment(config, f))
	return environment
}

func optional(name, value string) map[string]*string {
	if value == "" {
		return nil
	}
	return map[string]*string{name: &value}
}

func output(scope constructs.Construct, id, description string, value *string) {
	awscdk.NewCfnOutput(scope, &id, &awscdk.CfnOutputProps{Description: &description, Value: value})
}

// removalPolicy: what production has written outlives its stack.
func (c Config) removalPolicy() awscdk.RemovalPolicy {
	if c.Production {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}
