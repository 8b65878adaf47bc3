package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/internal/pets"
)

// Pet implements [pets.Register].
func (s *Store) Pet(ctx context.Context, id int64) (pets.Pet, error) {
	out, err := call(ctx, s, "GetItem", s.client.GetItem, &dynamodb.GetItemInput{
		TableName:              s.table,
		Key:                    primaryKey(catalogKey, id),
		ConsistentRead:         aws.Bool(true),
		ReturnConsumedCapacity: s.reporting(),
	})
	switch {
	case err != nil:
		return pets.Pet{}, unavailable("GetItem", err)
	case len(out.Item) == 0:
		return pets.Pet{}, pets.ErrNotAvailable
	default:
		return readPet(out.Item)
	}
}

// The places of a purchase's parts in its transaction, and so of their reasons.
const (
	soldPet = iota
	soldRecord
	soldKey
)

// Sell implements [pets.Register].
func (s *Store) Sell(ctx context.Context, sale pets.Sale, key *pets.Key) (resolved bool, err error) {
	writes := []types.TransactWriteItem{soldPet: s.markSold(sale), soldRecord: s.putSale(sale)}
	if key != nil {
		writes = append(writes, s.putKey(sale, *key))
	}
	out, err := call(writing(ctx), s, "TransactWriteItems", s.client.TransactWriteItems, &dynamodb.TransactWriteItemsInput{
		TransactItems:          writes,
		ReturnConsumedCapacity: s.reporting(),
	})
	var canceled *types.TransactionCanceledException
	switch {
	case err == nil:
		tries, _ := retry.GetAttemptResults(out.ResultMetadata)
		return inDoubt(tries), nil
	case errors.As(err, &canceled) && refused(canceled.CancellationReasons):
		return s.whyNotSold(sale, canceled.CancellationReasons)
	default:
		return false, unavailable("TransactWriteItems", err)
	}
}

// whyNotSold reads the items that stood against the sale. Its own record comes
// first: an earlier try that lost its answer has left it, whatever an update
// did to the pet since.
func (s *Store) whyNotSold(sale pets.Sale, reasons []types.CancellationReason) (resolved bool, err error) {
	if failed(reasons, soldRecord) {
		return true, nil
	}
	if failed(reasons, soldKey) {
		if record, err := readRecord(reasons[soldKey].Item); err == nil && record.PurchaseID == sale.PurchaseID {
			return true, nil
		}
		return false, pets.ErrKeyTaken
	}
	if len(reasons[soldPet].Item) == 0 {
		return false, pets.ErrNotAvailable
	}
	pet, err := readPet(reasons[soldPet].Item)
	switch {
	case err != nil:
		return false, err
	case pet.SoldBy(sale.PurchaseID):
		return true, nil
	case pet.Sale != nil:
		return false, pets.ErrNotAvailable
	default:
		return false, pets.ErrMoved
	}
}

func failed(reasons []types.CancellationReason, place int) bool {
	return place < len(reasons) && aws.ToString(reasons[place].Code) == conditionFailed
}

func (s *Store) markSold(sale pets.Sale) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: s.table,
		Key:       primaryKey(catalogKey, sale.PetID),
		UpdateExpression: aws.String("SET isSold = :true, soldTo = :to, soldToSub = :subject, " +
			"soldAt = :at, purchaseId = :purchase"),
		ConditionExpression: aws.String("attribute_exists(petId) AND price = :price AND " +
			"(attribute_not_exists(isSold) OR isSold = :false)"),
		ExpressionAttributeValues: item{
			":true": boolean(true), ":false": boolean(false), ":price": price(sale.Price),
			":to": text(sale.Buyer.Email), ":subject": text(sale.Buyer.Subject),
			":at": text(spell(sale.At)), ":purchase": text(sale.PurchaseID),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

func (s *Store) putSale(sale pets.Sale) types.TransactWriteItem {
	it := primaryKey(salePrefix+sale.PurchaseID, sale.PetID)
	it["soldTo"], it["soldToSub"] = text(sale.Buyer.Email), text(sale.Buyer.Subject)
	it["soldAt"], it["price"] = text(spell(sale.At)), price(sale.Price)
	return types.TransactWriteItem{Put: &types.Put{
		TableName:           s.table,
		Item:                it,
		ConditionExpression: aws.String("attribute_not_exists(petId)"),
	}}
}

func spell(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
