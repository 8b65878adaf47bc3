package dynamo

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

// Pets implements [pets.Lister]: one Query for each MB.
func (s *Store) Pets(ctx context.Context, window pets.Window) (list []pets.Pet, next int64, err error) {
	for it, err := range s.query(ctx, span{contract.CatalogPartition, window.After + 1, pets.MaxID, window.Limit + 1}) {
		if err != nil {
			return nil, 0, err
		}
		if len(list) == window.Limit {
			return list, list[len(list)-1].ID, nil
		}
		pet, err := s.readPet(it)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, pet)
	}
	return list, 0, nil
}

// Sales implements [pets.Lister] and [pets.Catalog].
func (s *Store) Sales(ctx context.Context, first, last int64) ([]pets.Sale, error) {
	var list []pets.Sale
	for it, err := range s.query(ctx, span{contract.SalePartition, first, last, 0}) {
		if err != nil {
			return nil, err
		}
		sale, err := readSale(it)
		if err != nil {
			return nil, err
		}
		list = append(list, sale)
	}
	return list, nil
}

// Load implements [pets.Catalog].
func (s *Store) Load(ctx context.Context) (pets.State, []pets.Pet, error) {
	state, err := s.State(ctx)
	if err != nil {
		return pets.State{}, nil, err
	}
	var list []pets.Pet
	for it, err := range s.query(ctx, span{contract.CatalogPartition, 1, pets.MaxID, 0}) {
		if err != nil {
			return pets.State{}, nil, err
		}
		pet, err := s.readPet(it)
		if err != nil {
			return pets.State{}, nil, err
		}
		list = append(list, pet)
	}
	return state, list, nil
}

// span selects the items of a partition from the first to the last number.
type span struct {
	partition   string
	first, last int64
	limit       int // By default, all.
}

// query reads a span, always consistently.
func (s *Store) query(ctx context.Context, what span) iter.Seq2[item, error] {
	in := &dynamodb.QueryInput{
		TableName:              s.table,
		KeyConditionExpression: aws.String("username = :partition AND petId BETWEEN :first AND :last"),
		ExpressionAttributeValues: item{
			":partition": text(what.partition), ":first": number(what.first), ":last": number(what.last),
		},
		ConsistentRead: aws.Bool(true),
	}
	if what.limit > 0 {
		in.Limit = aws.Int32(int32(what.limit))
	}
	return func(yield func(item, error) bool) {
		if what.first > what.last {
			return
		}
		read := 0
		for {
			out, err := call(ctx, s.client.Query, in)
			if err != nil {
				yield(nil, unavailable("Query", err))
				return
			}
			for _, it := range out.Items {
				if !yield(it, nil) {
					return
				}
			}
			read += len(out.Items)
			if out.LastEvaluatedKey == nil || what.limit > 0 && read >= what.limit {
				return
			}
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
}

// get reads one item consistently; an absent one is empty.
func (s *Store) get(ctx context.Context, partition string, petID int64) (item, error) {
	out, err := call(ctx, s.client.GetItem, &dynamodb.GetItemInput{
		TableName:      s.table,
		Key:            primaryKey(partition, petID),
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, unavailable("GetItem", err)
	}
	return out.Item, nil
}
