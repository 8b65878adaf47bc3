package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newTable declares the one table. It has no name of its own, so that it can be replaced and two
// environments can live in one account; its logical id is fixed, because another id would be another,
// empty table.
func newTable(scope constructs.Construct, config Config) awsdynamodb.Table {
	table := awsdynamodb.NewTable(scope, jsii.String("Pets"), &awsdynamodb.TableProps{
		PartitionKey:        &awsdynamodb.Attribute{Name: jsii.String("username"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:             &awsdynamodb.Attribute{Name: jsii.String("petId"), Type: awsdynamodb.AttributeType_NUMBER},
		BillingMode:         awsdynamodb.BillingMode_PAY_PER_REQUEST,
		TimeToLiveAttribute: jsii.String("expiresAt"),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		DeletionProtection: &config.Production,
		RemovalPolicy:      config.removalPolicy(),
	})
	table.Node().DefaultChild().(awsdynamodb.CfnTable).OverrideLogicalId(jsii.String("Pets"))
	return table
}
