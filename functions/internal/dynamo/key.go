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

	"example.com/securedpets/functions/internal/pets"
)

// DynamoDB deletes expired items days later: until then the conditions treat
// them as absent.
const keyIsFree = "attribute_not_exists(petId) OR expiresAt <= :now"

// Record implements [pets.Register].
func (s *Store) Record(ctx context.Context, key pets.Key) (pets.Record, error) {
	out, err := call(ctx, s, "GetItem", s.client.GetItem, &dynamodb.GetItemInput{
		TableName:              s.table,
		Key:                    primaryKey(keyPrefix+key.Name, 0),
		ConsistentRead:         aws.Bool(true),
		ReturnConsumedCapacity: s.reporting(),
	})
	if err != nil {
		return pets.Record{}, unavailable("GetItem", err)
	}
	if len(out.Item) == 0 {
		return pets.Record{}, pets.ErrNoRecord
	}
	record, err := readRecord(out.Item)
	if err == nil && !record.Expires.After(s.now()) {
		return pets.Record{}, pets.ErrNoRecord
	}
	return record, err
}

// putKey claims the key for the sale, as a part of its transaction.
func (s *Store) putKey(sale pets.Sale, key pets.Key) types.TransactWriteItem {
	now := s.now()
	it := primaryKey(keyPrefix+key.Name, 0)
	it["bodyHash"], it["purchaseId"] = text(key.Body), text(sale.PurchaseID)
	it["pet"], it["expiresAt"] = number(sale.PetID), number(now.Add(pets.KeyLife).Unix())
	return types.TransactWriteItem{Put: &types.Put{
		TableName:                           s.table,
		Item:                                it,
		ConditionExpression:                 aws.String(keyIsFree),
		ExpressionAttributeValues:           item{":now": number(now.Unix())},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// Remember implements [pets.Register] with one conditional write: it takes a
// free key, or completes the record of this purchase.
func (s *Store) Remember(ctx context.Context, key pets.Key, record pets.Record) (pets.Record, error) {
	_, err := call(writing(ctx), s, "UpdateItem", s.client.UpdateItem, &dynamodb.UpdateItemInput{
		TableName: s.table,
		Key:       primaryKey(keyPrefix+key.Name, 0),
		UpdateExpression: aws.String("SET bodyHash = :body, purchaseId = :purchase, pet = :pet, " +
			"expiresAt = :expires, #status = :status, answer = :answer"),
		ConditionExpression: aws.String(keyIsFree +
			" OR (purchaseId = :purchase AND attribute_not_exists(answer))"),
		ExpressionAttributeNames: map[string]string{"#status": "status"},
		ExpressionAttributeValues: item{
			":body": text(record.Body), ":purchase": text(record.PurchaseID), ":pet": number(record.PetID),
			":expires": number(record.Expires.Unix()), ":now": number(s.now().Unix()),
			":status": number(int64(record.Answer.Status)),
			":answer": &types.AttributeValueMemberB{Value: pack(record.Answer.Body)},
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		ReturnConsumedCapacity:              s.reporting(),
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
	if packed := r.bytes("answer"); packed != nil {
		body, err := unpack(packed)
		if err != nil {
			r.fail("answer")
		}
		record.Answer = &pets.Answer{Status: int(r.integer("status")), Body: body}
	}
	return record, r.err
}

// pack squeezes an answer: a page of pets is much alike, and a write costs by
// the kilobyte. The first byte tells what follows.
func pack(body []byte) []byte {
	var b bytes.Buffer
	b.WriteByte('d')
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || b.Len() > len(body) {
		return append([]byte{'p'}, body...)
	}
	return b.Bytes()
}

// An item of DynamoDB holds at most 400 KB, and an answer of Lambda 6 MB.
const maxAnswer = 6 << 20

var errPacked = errors.New("dynamo: an answer is packed in an unknown way")

func unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errPacked
	}
	switch packed[0] {
	case 'p':
		return packed[1:], nil
	case 'd':
		return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed[1:])), maxAnswer))
	default:
		return nil, errPacked
	}
}
