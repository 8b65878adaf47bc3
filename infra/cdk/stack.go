package main

import (
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newStack declares the API with everything it needs.
func newStack(scope constructs.Construct, config Config) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(stackID), &awscdk.StackProps{
		StackName:   jsii.String(stackID + "-" + config.Name),
		Description: jsii.String("Secured Pets: an API whose tokens are verified twice"),
		// The command line looks at the bootstrap by itself; the rule only clutters the template.
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{
			GenerateBootstrapVersionRule: jsii.Bool(false),
		}),
	})
	given := newParameters(stack, config)
	table := newTable(stack, config)
	functions := map[string]awslambda.IFunction{}
	for _, f := range Functions() {
		functions[f.ID] = newFunction(stack, config, f, table, environmentOf(f, config, given, table))
	}
	api := newAPI(stack, config, given, functions)
	output(stack, "ApiUrl", "Address of the API", api)
	output(stack, "TableName", "The Pets table", table.TableName())
	return stack
}

// environmentOf gives each function the settings it reads and no other: a value that is not there cannot
// leak, and cannot be relied upon.
func environmentOf(f Function, config Config, given parameters, table awsdynamodb.Table) map[string]*string {
	environment := map[string]*string{"LOG_LEVEL": &config.LogLevel}
	if len(f.Actions) > 0 {
		environment["TABLE_NAME"] = table.TableName()
	}
	if f.Verifies {
		environment["JWT_ISSUER"] = given.issuer.ValueAsString()
		environment["JWT_AUDIENCE"] = awscdk.Fn_Join(jsii.String(" "), given.audience.ValueAsList())
		maps.Copy(environment, optional("JWT_JWKS_URL", config.JWKSURL))
	}
	if f.Buyers {
		environment["JWT_CLIENT_ID"] = given.clientID.ValueAsString()
		maps.Copy(environment, optional("EMAIL_CLAIM", config.EmailClaim))
	}
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
