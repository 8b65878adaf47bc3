package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// newTable declares the table. CloudFormation names it, so that it can be replaced
// and one account can hold two environments. Its logical id is fixed: another id
// would be another, empty table.
func newTable(scope constructs.Construct, config Config) awsdynamodb.Table {
	table := awsdynamodb.NewTable(scope, jsii.String("Pets"), &awsdynamodb.TableProps{
		PartitionKey:        &awsdynamodb.Attribute{Name: jsii.String(contract.PartitionKey), Type: awsdynamodb.AttributeType_STRING},
		SortKey:             &awsdynamodb.Attribute{Name: jsii.String(contract.SortKey), Type: awsdynamodb.AttributeType_NUMBER},
		BillingMode:         awsdynamodb.BillingMode_PAY_PER_REQUEST,
		TimeToLiveAttribute: jsii.String(contract.TTLAttribute),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		DeletionProtection: &config.Production,
		RemovalPolicy:      config.removalPolicy(),
	})
	table.Node().DefaultChild().(awsdynamodb.CfnTable).OverrideLogicalId(jsii.String("Pets"))
	return table
}
