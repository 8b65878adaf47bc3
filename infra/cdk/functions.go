package main

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// functionTimeout is in seconds. API Gateway waits a little longer, so that a
// function that hangs is reported as its own failure.
const functionTimeout = 10

// newFunction declares a function with its own log group and role. Grants of other
// constructs cannot widen the role: WithoutPolicyUpdates ignores them.
func newFunction(scope constructs.Construct, config Config, f contract.Function, table awsdynamodb.Table, environment map[string]*string) awslambda.Function {
	logs := awslogs.NewLogGroup(scope, jsii.String(f.ID+"Logs"), &awslogs.LogGroupProps{
		Retention:     config.LogRetention,
		RemovalPolicy: config.removalPolicy(),
	})
	role := newFunctionRole(scope, f, table, logs)
	function := awslambda.NewFunction(scope, &f.ID, &awslambda.FunctionProps{
		Description:   jsii.String("Secured Pets: " + f.Folder),
		Architecture:  awslambda.Architecture_ARM_64(),
		Runtime:       awslambda.Runtime_PROVIDED_AL2023(),
		Handler:       jsii.String("bootstrap"),
		Code:          awslambda.Code_FromAsset(jsii.String(config.binary(f)), nil),
		MemorySize:    jsii.Number(f.Memory),
		Timeout:       awscdk.Duration_Seconds(jsii.Number(functionTimeout)),
		Environment:   &environment,
		Layers:        config.Traces.layers(scope, f),
		Role:          role.WithoutPolicyUpdates(nil),
		LogGroup:      logs,
		LoggingFormat: awslambda.LoggingFormat_JSON,
		Tracing:       awslambda.Tracing_ACTIVE,
		// A roll-back needs the old version.
		CurrentVersionOptions: &awslambda.VersionOptions{RemovalPolicy: config.removalPolicy()},
	})
	// The laptop stack builds this package for its own processor.
	resource := function.Node().DefaultChild().(awslambda.CfnFunction)
	resource.AddMetadata(jsii.String("local:goPackage"), "./functions/"+f.Folder)
	return function
}

// environmentOf returns the environment variables of a function: the settings that
// the contract lists for it, without the optional ones that are not configured.
func environmentOf(f contract.Function, config Config, oidc oidcSettings, table awsdynamodb.Table) map[string]*string {
	variables := map[string]*string{
		contract.SettingLogLevel:      &config.LogLevel,
		contract.SettingIssuer:        oidc.issuer,
		contract.SettingAudience:      oidc.audience,
		contract.SettingClientID:      oidc.clientID,
		contract.SettingJWKSURL:       optional(config.JWKSURL),
		contract.SettingEmailClaim:    optional(config.EmailClaim),
		contract.SettingTraceEndpoint: optional(config.Traces.Endpoint),
		contract.SettingTraceService:  optional(config.Traces.service(config, f)),
	}
	if table != nil {
		variables[contract.SettingTableName] = table.TableName()
	}
	maps.DeleteFunc(variables, func(name string, value *string) bool {
		return value == nil || !slices.Contains(f.Settings, name)
	})
	return variables
}

func optional(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

// binary returns the folder of the function's binary; checkBinaries has seen it.
func (c Config) binary(f contract.Function) string {
	if c.Programs == placeholder {
		return filepath.Join("testdata", placeholder)
	}
	return filepath.Join(c.Programs, f.Folder)
}

// newFunctionRole lets the function write its own log group, send traces, and do
// its actions in its partitions of the table. Table.Grant is not used: it adds the
// table's indexes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
func newFunctionRole(scope constructs.Construct, f contract.Function, table awsdynamodb.Table, logs awslogs.LogGroup) awsiam.Role {
	policies := map[string]awsiam.PolicyDocument{
		"Logs": allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, logs.LogGroupArn()),
		// X-Ray has no resources:
		// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
		"Traces": allow([]string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, jsii.String("*")),
	}
	if len(f.Table.Actions) > 0 {
		policies["Table"] = awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: tableStatements(f.Table, table)})
	}
	return awsiam.NewRole(scope, jsii.String(f.ID+"Role"), &awsiam.RoleProps{
		Description:    jsii.String("Secured Pets: " + f.Folder),
		AssumedBy:      awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &policies,
	})
}

// tableStatements returns the function's access to the table.
func tableStatements(access contract.Access, table awsdynamodb.Table) *[]awsiam.PolicyStatement {
	in := func(partitions []string, actions ...string) awsiam.PolicyStatement {
		for i := range actions {
			actions[i] = "dynamodb:" + actions[i]
		}
		return statement(actions, table.TableArn(), map[string]any{
			"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": partitions},
		})
	}
	statements := []awsiam.PolicyStatement{in(access.Partitions, slices.Clone(access.Actions)...)}
	if len(access.Readable) > 0 {
		statements = append(statements, in(access.Readable, "Query"))
	}
	return &statements
}

func allow(actions []string, resource *string) awsiam.PolicyDocument {
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
		Statements: &[]awsiam.PolicyStatement{statement(actions, resource, nil)},
	})
}

func statement(actions []string, resource *string, conditions map[string]any) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:    jsii.Strings(actions...),
		Resources:  &[]*string{resource},
		Conditions: &conditions,
	})
}
