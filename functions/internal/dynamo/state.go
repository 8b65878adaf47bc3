package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

// State implements [pets.Lister] and [pets.Catalog] with one Query of the
// catalog item and the counters: together they are below 4 KB, one read unit.
func (s *Store) State(ctx context.Context) (pets.State, error) {
	var state pets.State
	var sales, counted int64
	for it, err := range s.query(ctx, span{contract.StatePartition, catalogItem, counters, 0}) {
		if err != nil {
			return pets.State{}, err
		}
		r := &reader{item: it}
		if r.integer("petId") == catalogItem {
			state = readCatalog(r)
		} else {
			sales += r.integer("sales")
			counted++
		}
		if r.err != nil {
			return pets.State{}, r.err
		}
	}
	if state.Version == 0 {
		return pets.State{}, s.checkLayout(ctx)
	}
	if counted != counters {
		return pets.State{}, corrupt("sales")
	}
	state.Sales = sales
	return state, nil
}

func readCatalog(r *reader) pets.State {
	state := pets.State{
		Version: r.integer("version"), Pets: r.integer("pets"), LastID: r.integer("lastId"), UpdateID: r.text("updateId"),
	}
	if state.Version < 1 {
		r.fail("version")
	}
	return state
}

// nextState writes the catalog item if the version is the one before.
func (s *Store) nextState(next pets.State) types.TransactWriteItem {
	it := primaryKey(contract.StatePartition, catalogItem)
	it["version"], it["pets"] = number(next.Version), number(next.Pets)
	it["lastId"], it["updateId"] = number(next.LastID), text(next.UpdateID)
	put := &types.Put{TableName: s.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(petId)")}
	if next.Version > 1 {
		put.ConditionExpression = aws.String("version = :before")
		put.ExpressionAttributeValues = item{":before": number(next.Version - 1)}
	}
	return types.TransactWriteItem{Put: put}
}

// createCounters writes those that are missing. Each sale needs its counter, so
// no table without them, such as one of the earlier layout, sells anything.
func (s *Store) createCounters(ctx context.Context) error {
	var writes []types.TransactWriteItem
	for n := range int64(counters) {
		writes = append(writes, types.TransactWriteItem{Update: &types.Update{
			TableName:                 s.table,
			Key:                       primaryKey(contract.StatePartition, n+1),
			UpdateExpression:          aws.String("SET sales = if_not_exists(sales, :zero)"),
			ExpressionAttributeValues: item{":zero": number(0)},
		}})
	}
	_, err := call(writing(ctx), s.client.TransactWriteItems, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	if err != nil {
		return unavailable("TransactWriteItems", err)
	}
	return nil
}

// countSale increments a counter. It is part of a transaction that is applied
// at most once.
func (s *Store) countSale(purchaseID string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                 s.table,
		Key:                       primaryKey(contract.StatePartition, counterOf(purchaseID)),
		UpdateExpression:          aws.String("SET sales = sales + :one"),
		ConditionExpression:       aws.String("attribute_exists(petId)"),
		ExpressionAttributeValues: item{":one": number(1)},
	}}
}
