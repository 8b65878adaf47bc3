package main

import (
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// A Function is one program on Lambda, with what it may do and what it is told.
type Function struct {
	ID         string   // in the stack and in Routes
	Program    string   // folder below functions/ and below dist/lambda/
	Memory     float64  // MiB; processor time grows with it
	Actions    []string // on the table, nothing else
	Partitions []string // of the table, where the actions are allowed
	Verifies   bool     // verifies tokens: is told issuer and audience
	Buyers     bool     // verifies ID tokens: is told the page's client id and the e-mail claim
	Traces     bool     // can send spans: is told of the collector, where there is one
}

// Functions are the programs of the API. The list of pets is one partition of the table; sales and remembered
// answers have partitions of their own, which only purchases touch. A transaction needs the actions of its
// parts and has none of its own. NoOp answers preflights: it knows no table and no issuer.
func Functions() []Function {
	return []Function{
		{
			ID: "GetPetInfo", Program: "get-pet-info", Memory: 256, Verifies: true, Traces: true,
			Actions:    []string{"dynamodb:GetItem", "dynamodb:Query"},
			Partitions: []string{"default"},
		},
		{
			ID: "UpdatePetInfo", Program: "update-pet-info", Memory: 256, Verifies: true, Traces: true,
			Actions:    []string{"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"},
			Partitions: []string{"default"},
		},
		{
			ID: "PetPurchase", Program: "pet-purchase", Memory: 256, Verifies: true, Buyers: true, Traces: true,
			Actions:    []string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"},
			Partitions: []string{"default", "key#*", "sale#*"},
		},
		{ID: "GetUnicorn", Program: "get-unicorn", Memory: 256, Verifies: true, Traces: true},
		{ID: "ListAllUnicorns", Program: "list-all-unicorns", Memory: 256, Verifies: true, Traces: true},
		{ID: "NoOp", Program: "no-op", Memory: 128, Traces: true},
	}
}

// functionTimeout is the whole time of one call; API Gateway waits a little longer, so that a function
// that hangs is reported as its own failure.
const functionTimeout = 10

// newFunction declares the function with a log group and a role of its own. The role is complete here:
// grants of other constructs cannot widen it, which WithoutPolicyUpdates sees to.
func newFunction(scope constructs.Construct, config Config, f Function, table awsdynamodb.Table, environment map[string]*string) awslambda.Function {
	logs := awslogs.NewLogGroup(scope, jsii.String(f.ID+"Logs"), &awslogs.LogGroupProps{
		Retention:     config.LogRetention,
		RemovalPolicy: config.removalPolicy(),
	})
	role := newFunctionRole(scope, f, table, logs)
	function := awslambda.NewFunction(scope, &f.ID, &awslambda.FunctionProps{
		Description:   jsii.String("Secured Pets: " + f.Program),
		Architecture:  awslambda.Architecture_ARM_64(),
		Runtime:       awslambda.Runtime_PROVIDED_AL2023(),
		Handler:       jsii.String("bootstrap"),
		Code:          awslambda.Code_FromAsset(jsii.String(config.program(f)), nil),
		MemorySize:    &f.Memory,
		Timeout:       awscdk.Duration_Seconds(jsii.Number(functionTimeout)),
		Environment:   &environment,
		Layers:        config.Traces.layers(scope, f),
		Role:          role.WithoutPolicyUpdates(nil),
		LogGroup:      logs,
		LoggingFormat: awslambda.LoggingFormat_JSON,
		Tracing:       awslambda.Tracing_ACTIVE,
		// An old version must still be there to go back to.
		CurrentVersionOptions: &awslambda.VersionOptions{RemovalPolicy: config.removalPolicy()},
	})
	// An arm64 program does not run on most laptops: the local gateway builds this package for its host.
	resource := function.Node().DefaultChild().(awslambda.CfnFunction)
	resource.AddMetadata(jsii.String("local:goPackage"), "./functions/"+f.Program)
	return function
}

// program is the folder of the function's program; checkPrograms has seen it.
func (c Config) program(f Function) string {
	if c.Programs == placeholder {
		return filepath.Join("testdata", placeholder)
	}
	return filepath.Join(c.Programs, f.Program)
}

// newFunctionRole lets the function write its own log group, send its traces and do its actions in its
// partitions of the table. Table.Grant is not used: it adds the table's indexes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
func newFunctionRole(scope constructs.Construct, f Function, table awsdynamodb.Table, logs awslogs.LogGroup) awsiam.Role {
	policies := map[string]awsiam.PolicyDocument{
		"Logs": allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, logs.LogGroupArn()),
		// X-Ray knows no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
		"Traces": allow([]string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, jsii.String("*")),
	}
	if len(f.Actions) > 0 {
		policies["Table"] = allowWhere(f.Actions, table.TableArn(), map[string]any{
			"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": f.Partitions},
		})
	}
	return awsiam.NewRole(scope, jsii.String(f.ID+"Role"), &awsiam.RoleProps{
		Description:    jsii.String("Secured Pets: " + f.Program),
		AssumedBy:      awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &policies,
	})
}

func allow(actions []string, resource *string) awsiam.PolicyDocument {
	return allowWhere(actions, resource, nil)
}

func allowWhere(actions []string, resource *string, conditions map[string]any) awsiam.PolicyDocument {
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
		Statements: &[]awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions:    jsii.Strings(actions...),
				Resources:  &[]*string{resource},
				Conditions: &conditions,
			}),
		},
	})
}
