package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/internal/pets"
)

// The keys of the items; see the package documentation for the layout.
const (
	catalogKey = "default"
	salePrefix = "sale#"
	keyPrefix  = "key#"
)

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func price(p pets.Price) types.AttributeValue { return &types.AttributeValueMemberN{Value: p.String()} }

func boolean(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }

func primaryKey(username string, petID int64) item {
	return item{"username": text(username), "petId": number(petID)}
}

// corrupt names the attribute, never its value.
func corrupt(attribute string) error {
	return fmt.Errorf("%w: attribute %s", pets.ErrCorrupt, attribute)
}

// A reader takes an item apart and remembers the first attribute that is not
// what this package writes.
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

// number is the spelling of a number that must be there.
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

// readPet decodes a pet item. A missing type is as corrupt as one of another kind.
func readPet(it item) (pets.Pet, error) {
	r := &reader{item: it}
	pet := pets.Pet{ID: r.integer("petId"), Type: r.text("type"), Price: r.price()}
	if pet.Type == "" {
		r.fail("type")
	}
	if r.boolean("isSold") {
		pet.Sale = r.sale(pet)
	}
	return pet, r.err
}

// sale reads what a purchase wrote on the pet. The price stands on the sale's own item.
func (r *reader) sale(pet pets.Pet) *pets.Sale {
	sale := &pets.Sale{
		PurchaseID: r.text("purchaseId"),
		PetID:      pet.ID,
		Buyer:      pets.Buyer{Subject: r.text("soldToSub"), Email: r.text("soldTo")},
		Price:      pet.Price,
	}
	if at := r.text("soldAt"); at != "" {
		var err error
		if sale.At, err = time.Parse(time.RFC3339, at); err != nil {
			r.fail("soldAt")
		}
	}
	return sale
}

// readVersion decodes the catalog item; no item is version 0.
func readVersion(it item) (int64, error) {
	if len(it) == 0 {
		return 0, nil
	}
	r := &reader{item: it}
	version := r.integer("version")
	if version < 1 {
		r.fail("version")
	}
	return version, r.err
}
