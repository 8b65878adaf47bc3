// Package dynamodb is an example of a replay store for package dpop that all processes of a service
// share: a DynamoDB table. Copy it.
//
// The table has the partition key "id" of type binary, and a time to live on "expires". DynamoDB
// deletes expired items late, sometimes after days; until then an id counts as used, which is
// right: its proof has expired. One write unit per request of a bound token; the function needs
// dynamodb:PutItem on the table and nothing else.
//
// It is a module of its own so that importers of package dpop do not get the AWS SDK, and below
// package authorizer because nothing below package jwtauth may import AWS.
package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// timeout is for one write. Behind it, requests are undecided: 503.
const timeout = time.Second

// Store implements [example.com/securedpets/pkg/jwtauth/dpop.ReplayStore].
type Store struct {
	client *dynamodb.Client
	table  string
}

// New returns a store in this table.
func New(client *dynamodb.Client, table string) *Store { return &Store{client, table} }

// Use writes an item that must not exist: DynamoDB decides which of two equal writes is the first.
func (s *Store) Use(ctx context.Context, id [32]byte, until time.Time) (first bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.table),
		Item: map[string]types.AttributeValue{
			"id":      &types.AttributeValueMemberB{Value: id[:]},
			"expires": &types.AttributeValueMemberN{Value: strconv.FormatInt(until.Unix()+1, 10)},
		},
		ConditionExpression: aws.String("attribute_not_exists(id)"),
	}, once)
	var used *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return true, nil
	case errors.As(err, &used):
		return false, nil
	}
	return false, fmt.Errorf("dynamodb: record a proof: %w", err)
}

// once sends a write without retries. After a lost response, the retry of a write that succeeded
// would find its own item, and a good proof would be refused as a replay.
func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
