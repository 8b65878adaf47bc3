package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

// Modify implements [pets.Catalog] with one transaction: the changes and the
// next state, on condition of the version that the caller has read.
func (s *Store) Modify(ctx context.Context, next pets.State, changes []pets.Change) error {
	if next.Version == 1 {
		if err := s.createCounters(ctx); err != nil {
			return err
		}
	}
	writes := []types.TransactWriteItem{s.nextState(next)}
	for _, c := range changes {
		writes = append(writes, s.change(c))
	}
	_, err := call(writing(ctx), s.client.TransactWriteItems, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	var canceled *types.TransactionCanceledException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &canceled) && isRefused(canceled.CancellationReasons):
		return pets.ErrConflict
	default:
		return unavailable("TransactWriteItems", err)
	}
}

const conditionFailed = "ConditionalCheckFailed"

// isRefused reports whether a condition failed. The conditions on pets follow
// from the version: one that fails alone means that the pets were read after
// the version and are newer.
func isRefused(reasons []types.CancellationReason) bool {
	for i := range reasons {
		if hasFailed(reasons, i) {
			return true
		}
	}
	return false
}

func hasFailed(reasons []types.CancellationReason, part int) bool {
	return part < len(reasons) && aws.ToString(reasons[part].Code) == conditionFailed
}

func (s *Store) change(c pets.Change) types.TransactWriteItem {
	switch c.Kind {
	case pets.Remove:
		return types.TransactWriteItem{Delete: &types.Delete{TableName: s.table, Key: primaryKey(contract.CatalogPartition, c.Pet.ID)}}
	case pets.Alter:
		return types.TransactWriteItem{Update: &types.Update{
			TableName:                 s.table,
			Key:                       primaryKey(contract.CatalogPartition, c.Pet.ID),
			UpdateExpression:          aws.String("SET #type = :type, price = :price"),
			ConditionExpression:       aws.String("attribute_exists(petId)"),
			ExpressionAttributeNames:  map[string]string{"#type": "type"},
			ExpressionAttributeValues: item{":type": text(c.Pet.Type), ":price": price(c.Pet.Price)},
		}}
	default:
		return types.TransactWriteItem{Put: &types.Put{
			TableName:           s.table,
			Item:                petItem(c.Pet),
			ConditionExpression: aws.String("attribute_not_exists(petId)"),
		}}
	}
}
