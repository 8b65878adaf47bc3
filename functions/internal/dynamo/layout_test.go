package dynamo_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

func TestEarlierLayoutIsRefused(t *testing.T) {
	table := dynamotest.NewEarlierTable(t)
	store := table.Store(t, nil)
	before := table.Dump(t)
	shop := &pets.Shop{Store: store}
	for name, try := range map[string]func() error{
		"state":  func() error { _, err := store.State(t.Context()); return err },
		"update": func() error { _, err := pets.Update(t.Context(), store, nil, nil); return err },
		"buy an unsold pet": func() error {
			_, err := shop.Purchase(t.Context(), pets.Order{PetID: 1, Buyer: ann}, nil)
			return err
		},
		"buy a sold pet": func() error {
			_, err := shop.Purchase(t.Context(), pets.Order{PetID: 2, Buyer: ann}, nil)
			return err
		},
		"buy an unknown pet": func() error {
			_, err := shop.Purchase(t.Context(), pets.Order{PetID: 3, Buyer: ann}, nil)
			return err
		},
	} {
		err := try()
		wantError(t, name, err, pets.ErrLayout)
		if err != nil && !strings.Contains(err.Error(), table.Name) {
			t.Errorf("%s: error %v, want the name of the table in it", name, err)
		}
	}
	if table.Dump(t) != before {
		t.Error("something was written")
	}
}

// A first update that crashed has left counters without a catalog: nothing is
// for sale, and the next update goes on.
func TestUnfinishedFirstUpdate(t *testing.T) {
	table := dynamotest.NewTable(t)
	store := table.Store(t, nil)
	for n := range int64(16) {
		table.Put(t, contract.StatePartition, n+1, dynamotest.Attributes{"sales": &types.AttributeValueMemberN{Value: "0"}})
	}
	if state, err := store.State(t.Context()); state != (pets.State{}) || err != nil {
		t.Errorf("state %+v, %v, want none", state, err)
	}
	update(t, store, dog)
	sell(t, store, dog, ann)
	wantPets(t, store, sold(dog, ann))
}
