package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func price(p pets.Price) types.AttributeValue { return &types.AttributeValueMemberN{Value: p.String()} }

func boolean(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }

func binary[T ~string | ~[]byte](b T) types.AttributeValue {
	return &types.AttributeValueMemberB{Value: []byte(b)}
}

func primaryKey(partition string, petID int64) item {
	return item{contract.PartitionKey: text(partition), contract.SortKey: number(petID)}
}

// corrupt names the attribute, never its value.
func corrupt(attribute string) error {
	return fmt.Errorf("%w: attribute %s", pets.ErrCorrupt, attribute)
}

// A reader decodes the attributes of an item and keeps the first error.
type reader struct {
	item item
	err  error
}

func (r *reader) fail(attribute string) {
	if r.err == nil {
		r.err = corrupt(attribute)
	}
}

// text is empty for an absent attribute.
func (r *reader) text(attribute string) string {
	switch v := r.item[attribute].(type) {
	case nil:
		return ""
	case *types.AttributeValueMemberS:
		return v.Value
	default:
		r.fail(attribute)
		return ""
	}
}

// needText fails for an absent attribute.
func (r *reader) needText(attribute string) string {
	s := r.text(attribute)
	if s == "" {
		r.fail(attribute)
	}
	return s
}

func (r *reader) number(attribute string) string {
	v, ok := r.item[attribute].(*types.AttributeValueMemberN)
	if !ok {
		r.fail(attribute)
		return ""
	}
	return v.Value
}

func (r *reader) integer(attribute string) int64 {
	n, ok := pets.ParseInteger(r.number(attribute))
	if !ok {
		r.fail(attribute)
	}
	return n
}

func (r *reader) price() pets.Price {
	p, err := pets.ParsePrice(r.number("price"))
	if err != nil {
		r.fail("price")
	}
	return p
}

// boolean is false for an absent attribute.
func (r *reader) boolean(attribute string) bool {
	switch v := r.item[attribute].(type) {
	case nil:
		return false
	case *types.AttributeValueMemberBOOL:
		return v.Value
	default:
		r.fail(attribute)
		return false
	}
}

func (r *reader) bytes(attribute string) []byte {
	switch v := r.item[attribute].(type) {
	case nil:
		return nil
	case *types.AttributeValueMemberB:
		return v.Value
	default:
		r.fail(attribute)
		return nil
	}
}

func (r *reader) time(attribute string) time.Time {
	at, err := time.Parse(time.RFC3339, r.text(attribute))
	if err != nil {
		r.fail(attribute)
	}
	return at
}

func formatTime(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func (s *Store) readPet(it item) (pets.Pet, error) {
	if isEarlier(it) {
		return pets.Pet{}, s.earlier()
	}
	r := &reader{item: it}
	pet := pets.Pet{
		ID: r.integer("petId"), Type: r.needText("type"), Price: r.price(), Buyer: pets.Tag(r.bytes("buyer")),
	}
	if r.boolean("isSold") != pet.IsSold() {
		r.fail("buyer")
	}
	return pet, r.err
}

func petItem(p pets.Pet) item {
	it := primaryKey(contract.CatalogPartition, p.ID)
	it["type"], it["price"] = text(p.Type), price(p.Price)
	if p.IsSold() {
		it["isSold"], it["buyer"] = boolean(true), binary(p.Buyer)
	}
	return it
}

func readSale(it item) (pets.Sale, error) {
	r := &reader{item: it}
	return pets.Sale{
		PurchaseID: r.needText("purchaseId"),
		PetID:      r.integer("petId"),
		Type:       r.needText("type"),
		Price:      r.price(),
		Buyer:      pets.Buyer{Subject: r.text("soldToSub"), Email: r.text("soldTo")},
		At:         r.time("soldAt"),
	}, r.err
}

func saleItem(s pets.Sale) item {
	it := primaryKey(contract.SalePartition, s.PetID)
	it["purchaseId"], it["soldAt"] = text(s.PurchaseID), text(formatTime(s.At))
	it["type"], it["price"] = text(s.Type), price(s.Price)
	it["soldTo"], it["soldToSub"] = text(s.Buyer.Email), text(s.Buyer.Subject)
	return it
}
