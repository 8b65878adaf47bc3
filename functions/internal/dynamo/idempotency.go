package dynamo

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

// keyIsFree also holds for expired items: DynamoDB deletes them days later.
const keyIsFree = "attribute_not_exists(petId) OR expiresAt <= :now"

// Record implements [pets.SaleStore].
func (s *Store) Record(ctx context.Context, key pets.Key) (pets.Record, error) {
	it, err := s.get(ctx, contract.IdempotencyPrefix+key.Name, 0)
	if err != nil {
		return pets.Record{}, err
	}
	if len(it) == 0 {
		return pets.Record{}, pets.ErrNoRecord
	}
	record, err := readRecord(it)
	if err == nil && !record.Expires.After(s.now()) {
		return pets.Record{}, pets.ErrNoRecord
	}
	return record, err
}

// putKey claims the key for the sale, as a part of its transaction.
func (s *Store) putKey(sale pets.Sale, key pets.Key) types.TransactWriteItem {
	now := s.now()
	it := primaryKey(contract.IdempotencyPrefix+key.Name, 0)
	it["bodyHash"], it["purchaseId"] = text(key.Body), text(sale.PurchaseID)
	it["pet"], it["expiresAt"] = number(sale.PetID), number(now.Add(pets.KeyLife).Unix())
	return types.TransactWriteItem{Put: &types.Put{
		TableName:                 s.table,
		Item:                      it,
		ConditionExpression:       aws.String(keyIsFree),
		ExpressionAttributeValues: item{":now": number(now.Unix())},
	}}
}

// SaveResponse implements [pets.SaleStore] with one conditional write: it takes
// a free key, or completes the record of this purchase.
func (s *Store) SaveResponse(ctx context.Context, key pets.Key, record pets.Record) (pets.Record, error) {
	_, err := call(writing(ctx), s.client.UpdateItem, &dynamodb.UpdateItemInput{
		TableName: s.table,
		Key:       primaryKey(contract.IdempotencyPrefix+key.Name, 0),
		UpdateExpression: aws.String("SET bodyHash = :body, purchaseId = :purchase, pet = :pet, " +
			"expiresAt = :expires, #status = :status, #response = :response, minimal = :minimal"),
		ConditionExpression: aws.String(keyIsFree +
			" OR (purchaseId = :purchase AND attribute_not_exists(#response))"),
		ExpressionAttributeNames: map[string]string{"#status": "status", "#response": "response"},
		ExpressionAttributeValues: item{
			":body": text(record.Body), ":purchase": text(record.PurchaseID), ":pet": number(record.PetID),
			":expires": number(record.Expires.Unix()), ":now": number(s.now().Unix()),
			":status":   number(int64(record.Response.Status)),
			":response": binary(pack(record.Response.Body)),
			":minimal":  boolean(record.Response.Minimal),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var exists *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return record, nil
	case errors.As(err, &exists):
		return readRecord(exists.Item)
	default:
		return pets.Record{}, unavailable("UpdateItem", err)
	}
}

func readRecord(it item) (pets.Record, error) {
	r := &reader{item: it}
	record := pets.Record{
		Body:       r.text("bodyHash"),
		PurchaseID: r.text("purchaseId"),
		PetID:      r.integer("pet"),
		Expires:    time.Unix(r.integer("expiresAt"), 0),
	}
	if packed := r.bytes("response"); packed != nil {
		body, err := unpack(packed)
		if err != nil {
			r.fail("response")
		}
		record.Response = &pets.Response{Status: int(r.integer("status")), Body: body, Minimal: r.boolean("minimal")}
	}
	return record, r.err
}

// The first byte of a packed body is its encoding.
const (
	plain    = 'p'
	deflated = 'd'
)

// pack compresses a response: the pets of a page are much alike, and a write
// costs by the kilobyte.
func pack(body []byte) []byte {
	var b bytes.Buffer
	b.WriteByte(deflated)
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || b.Len() > len(body) {
		return append([]byte{plain}, body...)
	}
	return b.Bytes()
}

// maxResponse is Lambda's limit.
const maxResponse = 6 << 20

var errPacked = errors.New("dynamo: unknown encoding of a response")

func unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errPacked
	}
	switch packed[0] {
	case plain:
		return packed[1:], nil
	case deflated:
		return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed[1:])), maxResponse))
	default:
		return nil, errPacked
	}
}
