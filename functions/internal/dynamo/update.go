package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/internal/pets"
)

// Apply implements [pets.Catalog] with one transaction: the changes and the
// next version, on condition of the version the caller has read.
func (s *Store) Apply(ctx context.Context, version int64, changes []pets.Change) error {
	writes := []types.TransactWriteItem{s.nextVersion(version)}
	for _, c := range changes {
		writes = append(writes, s.change(c))
	}
	_, err := call(writing(ctx), s, "TransactWriteItems", s.client.TransactWriteItems, &dynamodb.TransactWriteItemsInput{
		TransactItems:          writes,
		ReturnConsumedCapacity: s.reporting(),
	})
	var canceled *types.TransactionCanceledException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &canceled) && refused(canceled.CancellationReasons):
		return pets.ErrMoved
	default:
		return unavailable("TransactWriteItems", err)
	}
}

// refused reports whether a condition stood against the transaction. The
// conditions on pets follow from the version: one that fails alone means that
// the pets were read after the version and are newer.
func refused(reasons []types.CancellationReason) bool {
	for _, r := range reasons {
		if aws.ToString(r.Code) == conditionFailed {
			return true
		}
	}
	return false
}

const conditionFailed = "ConditionalCheckFailed"

func (s *Store) nextVersion(version int64) types.TransactWriteItem {
	update := &types.Update{
		TableName:                 s.table,
		Key:                       primaryKey(catalogKey, 0),
		UpdateExpression:          aws.String("SET version = :next"),
		ConditionExpression:       aws.String("version = :version"),
		ExpressionAttributeValues: item{":next": number(version + 1), ":version": number(version)},
	}
	if version == 0 {
		update.ConditionExpression = aws.String("attribute_not_exists(version)")
		delete(update.ExpressionAttributeValues, ":version")
	}
	return types.TransactWriteItem{Update: update}
}

func (s *Store) change(c pets.Change) types.TransactWriteItem {
	key := primaryKey(catalogKey, c.Pet.ID)
	switch c.Kind {
	case pets.Remove:
		return types.TransactWriteItem{Delete: &types.Delete{TableName: s.table, Key: key}}
	case pets.Alter:
		return types.TransactWriteItem{Update: &types.Update{
			TableName:                 s.table,
			Key:                       key,
			UpdateExpression:          aws.String("SET #type = :type, price = :price"),
			ConditionExpression:       aws.String("attribute_exists(petId)"),
			ExpressionAttributeNames:  map[string]string{"#type": "type"},
			ExpressionAttributeValues: item{":type": text(c.Pet.Type), ":price": price(c.Pet.Price)},
		}}
	default:
		it := key
		it["type"], it["price"] = text(c.Pet.Type), price(c.Pet.Price)
		return types.TransactWriteItem{Put: &types.Put{
			TableName:           s.table,
			Item:                it,
			ConditionExpression: aws.String("attribute_not_exists(petId)"),
		}}
	}
}
