package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

// Pet implements [pets.SaleStore].
func (s *Store) Pet(ctx context.Context, id int64) (pets.Pet, error) {
	it, err := s.get(ctx, contract.CatalogPartition, id)
	if err != nil {
		return pets.Pet{}, err
	}
	if len(it) > 0 {
		return s.readPet(it)
	}
	if err := s.checkLayout(ctx); err != nil {
		return pets.Pet{}, err
	}
	return pets.Pet{}, pets.ErrNotAvailable
}

// Sale implements [pets.SaleStore].
func (s *Store) Sale(ctx context.Context, petID int64) (pets.Sale, error) {
	it, err := s.get(ctx, contract.SalePartition, petID)
	if err != nil {
		return pets.Sale{}, err
	}
	if len(it) == 0 {
		return pets.Sale{}, pets.ErrNotAvailable
	}
	return readSale(it)
}

// The parts of a purchase's transaction, in the order of their reasons.
const (
	petPart = iota
	salePart
	counterPart
	keyPart
)

// Sell implements [pets.SaleStore].
func (s *Store) Sell(ctx context.Context, sale pets.Sale, key *pets.Key) (resolved bool, err error) {
	writes := []types.TransactWriteItem{
		petPart: s.markSold(sale), salePart: s.putSale(sale), counterPart: s.countSale(sale.PurchaseID),
	}
	if key != nil {
		writes = append(writes, s.putKey(sale, *key))
	}
	out, err := call(writing(ctx), s.client.TransactWriteItems, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	var canceled *types.TransactionCanceledException
	switch {
	case err == nil:
		attempts, _ := retry.GetAttemptResults(out.ResultMetadata)
		return inDoubt(attempts), nil
	case errors.As(err, &canceled) && isRefused(canceled.CancellationReasons):
		return s.refusal(ctx, sale, canceled.CancellationReasons)
	default:
		return false, unavailable("TransactWriteItems", err)
	}
}

// refusal reads the items that failed the sale's conditions. The sale's own
// record comes first: an earlier attempt whose response was lost has left it,
// whatever an update did to the pet since. The record of the key comes next: a
// concurrent request with the key sold the pet, and its response is wanted.
func (s *Store) refusal(ctx context.Context, sale pets.Sale, reasons []types.CancellationReason) (resolved bool, err error) {
	if hasFailed(reasons, salePart) {
		made, err := readSale(reasons[salePart].Item)
		if err != nil || made.PurchaseID == sale.PurchaseID {
			return err == nil, err
		}
	}
	switch {
	case hasFailed(reasons, keyPart):
		return false, pets.ErrKeyTaken
	case hasFailed(reasons, salePart):
		return false, pets.ErrNotAvailable
	case hasFailed(reasons, petPart):
		return false, s.notForSale(reasons[petPart].Item)
	}
	if err := s.checkLayout(ctx); err != nil {
		return false, err
	}
	return false, corrupt("sales")
}

// notForSale returns why a pet without a sale cannot be sold as it was read.
func (s *Store) notForSale(it item) error {
	if len(it) == 0 {
		return pets.ErrNotAvailable
	}
	pet, err := s.readPet(it)
	switch {
	case err != nil:
		return err
	case pet.IsSold():
		return pets.ErrNotAvailable
	default:
		return pets.ErrConflict
	}
}

// markSold sells the pet as it was read: what the buyer expects was compared
// with that.
func (s *Store) markSold(sale pets.Sale) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName:        s.table,
		Key:              primaryKey(contract.CatalogPartition, sale.PetID),
		UpdateExpression: aws.String("SET isSold = :true, buyer = :buyer"),
		ConditionExpression: aws.String("attribute_exists(petId) AND attribute_not_exists(isSold) " +
			"AND price = :price AND #type = :type"),
		ExpressionAttributeNames: map[string]string{"#type": "type"},
		ExpressionAttributeValues: item{
			":true": boolean(true), ":buyer": binary(pets.TagOf(sale.Buyer.Subject)),
			":price": price(sale.Price), ":type": text(sale.Type),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// putSale writes the sale of a number, which can have one.
func (s *Store) putSale(sale pets.Sale) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName:                           s.table,
		Item:                                saleItem(sale),
		ConditionExpression:                 aws.String("attribute_not_exists(petId)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}
