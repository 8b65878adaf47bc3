package dynamo

import (
	"cmp"
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/internal/pets"
)

// Page implements [pets.Lister]: one Query where a page fits into 1 MB, plus
// one GetItem for the version on a page after the first.
func (s *Store) Page(ctx context.Context, after int64, limit int) (pets.Page, error) {
	var page pets.Page
	first := after <= 0
	if !first {
		version, err := s.version(ctx)
		if err != nil || version == 0 {
			return pets.Page{}, err
		}
		page.Version = version
	}
	for it, err := range s.query(ctx, span{after: after, limit: limit + 1, catalog: first}) {
		if err != nil {
			return pets.Page{}, err
		}
		if isCatalog(it) {
			if page.Version, err = readVersion(it); err != nil {
				return pets.Page{}, err
			}
			continue
		}
		if page.Version == 0 {
			return pets.Page{}, nil
		}
		if len(page.Pets) == limit {
			page.Next = page.Pets[limit-1].ID
			return page, nil
		}
		pet, err := readPet(it)
		if err != nil {
			return pets.Page{}, err
		}
		page.Pets = append(page.Pets, pet)
	}
	return page, nil
}

// Standing implements [pets.Catalog]. It reads the sales too, which an update
// does not look at: the cost is the same, and a corrupt item stops the update.
func (s *Store) Standing(ctx context.Context) (version int64, standing []pets.Pet, err error) {
	for it, err := range s.query(ctx, span{catalog: true}) {
		if err == nil && isCatalog(it) {
			version, err = readVersion(it)
		} else if err == nil {
			var pet pets.Pet
			pet, err = readPet(it)
			standing = append(standing, pet)
		}
		if err != nil {
			return 0, nil, err
		}
	}
	return version, standing, nil
}

func isCatalog(it item) bool {
	n, ok := it["petId"].(*types.AttributeValueMemberN)
	return ok && n.Value == "0"
}

// span says which items of the catalog's partition a query reads, in the
// order of their ids.
type span struct {
	after   int64
	limit   int  // of pets; 0 for all
	catalog bool // the catalog item too, first of all
}

func (s *Store) query(ctx context.Context, what span) iter.Seq2[item, error] {
	in := s.queryInput(what)
	return func(yield func(item, error) bool) {
		left := int(aws.ToInt32(in.Limit))
		for {
			out, err := call(ctx, s, "Query", s.client.Query, in)
			if err != nil {
				yield(nil, unavailable("Query", err))
				return
			}
			for _, it := range out.Items {
				if !yield(it, nil) {
					return
				}
			}
			left -= len(out.Items)
			if out.LastEvaluatedKey == nil || in.Limit != nil && left <= 0 {
				return
			}
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
}

func (s *Store) queryInput(what span) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName:                 s.table,
		KeyConditionExpression:    aws.String("username = :catalog AND petId > :after"),
		ExpressionAttributeValues: item{":catalog": text(catalogKey), ":after": number(max(what.after, 0))},
		ConsistentRead:            aws.Bool(true),
		ReturnConsumedCapacity:    s.reporting(),
	}
	if what.catalog {
		in.ExpressionAttributeValues[":after"] = number(-1)
		what.limit = cmp.Or(what.limit, -1) + 1
	}
	if what.limit > 0 {
		in.Limit = aws.Int32(int32(what.limit))
	}
	return in
}

// version reads the catalog item alone, eventually consistent: see the
// package documentation.
func (s *Store) version(ctx context.Context) (int64, error) {
	out, err := call(ctx, s, "GetItem", s.client.GetItem, &dynamodb.GetItemInput{
		TableName:              s.table,
		Key:                    primaryKey(catalogKey, 0),
		ReturnConsumedCapacity: s.reporting(),
	})
	if err != nil {
		return 0, unavailable("GetItem", err)
	}
	return readVersion(out.Item)
}
