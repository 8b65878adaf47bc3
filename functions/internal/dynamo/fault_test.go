package dynamo_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

// first does it to the first call of the operation, and nothing to the others.
func first(fault dynamotest.Fault, operation string) func(int, string) dynamotest.Fault {
	var done atomic.Bool
	return func(_ int, op string) dynamotest.Fault {
		if op == operation && !done.Swap(true) {
			return fault
		}
		return dynamotest.None
	}
}

func TestOneFaultIsSurvived(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    dynamotest.Fault
		resolved bool // the sale was in doubt
	}{
		{"refused", dynamotest.Refused, false},
		{"throttled", dynamotest.Throttled, false},
		{"failed", dynamotest.Failed, true},
		{"lost", dynamotest.Lost, true},
		{"cut", dynamotest.Cut, true},
		{"broken", dynamotest.Broken, true},
		{"slow", dynamotest.Slow, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := dynamotest.NewTable(t)
			update(t, table.Store(t, &dynamotest.Faults{Plan: first(tt.fault, "TransactWriteItems")}), dog, cat)
			selling := table.Store(t, &dynamotest.Faults{Plan: first(tt.fault, "TransactWriteItems")})
			resolved, err := selling.Sell(t.Context(), sale(dog, "p1", ann), nil)
			if err != nil || resolved != tt.resolved {
				t.Errorf("sell: resolved %t, error %v, want %t", resolved, err, tt.resolved)
			}
			reading := table.Store(t, &dynamotest.Faults{Plan: first(tt.fault, "Query")})
			wantPets(t, reading, sold(dog, ann), cat)
			if sales := table.Sales(t); len(sales) != 1 || sales[dog.ID] != "p1" {
				t.Errorf("sales on record %v, want one", sales)
			}
		})
	}
}

func TestLastingFaultsAreUnavailable(t *testing.T) {
	t.Parallel()
	table := dynamotest.NewTable(t)
	update(t, table.Store(t, nil), dog)
	for _, fault := range []dynamotest.Fault{dynamotest.Refused, dynamotest.Throttled, dynamotest.Failed} {
		faults := &dynamotest.Faults{Plan: func(int, string) dynamotest.Fault { return fault }}
		store := table.Store(t, faults)
		if _, err := store.Pet(t.Context(), dog.ID); !errors.Is(err, pets.ErrUnavailable) {
			t.Errorf("fault %d: error %v, want %v", fault, err, pets.ErrUnavailable)
		}
		if faults.Calls() != 10 {
			t.Errorf("fault %d: %d tries, want 10", fault, faults.Calls())
		}
	}
}

func TestCallsEndBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	table := dynamotest.NewTable(t)
	update(t, table.Store(t, nil), dog)
	store := table.Store(t, &dynamotest.Faults{Plan: func(int, string) dynamotest.Fault { return dynamotest.Slow }})
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	if _, err := store.State(ctx); !errors.Is(err, pets.ErrUnavailable) {
		t.Errorf("read: error %v, want %v", err, pets.ErrUnavailable)
	}
	if ctx.Err() != nil {
		t.Error("the call left the caller no time to respond")
	}
}

func TestNoWriteStartsLate(t *testing.T) {
	t.Parallel()
	table := dynamotest.NewTable(t)
	update(t, table.Store(t, nil), dog)
	for _, tt := range []struct {
		name  string
		left  time.Duration
		plan  func(int, string) dynamotest.Fault
		calls int
	}{
		{"not enough from the beginning", 490 * time.Millisecond, nil, 0},
		{"not enough for another try", 800 * time.Millisecond, func(int, string) dynamotest.Fault {
			time.Sleep(400 * time.Millisecond)
			return dynamotest.Throttled
		}, 1},
	} {
		faults := &dynamotest.Faults{Plan: tt.plan}
		ctx, cancel := context.WithTimeout(t.Context(), tt.left)
		_, err := table.Store(t, faults).Sell(ctx, sale(dog, "p1", ann), nil)
		cancel()
		if !errors.Is(err, pets.ErrUnavailable) || faults.Calls() != tt.calls {
			t.Errorf("%s: %d calls, error %v, want %d and %v", tt.name, faults.Calls(), err, tt.calls, pets.ErrUnavailable)
		}
	}
	wantPets(t, table.Store(t, nil), dog)
}

func TestReadsThatMatterAreConsistent(t *testing.T) {
	table := dynamotest.NewTable(t)
	update(t, table.Store(t, nil), dog)
	store := table.Store(t, &dynamotest.Faults{Stale: true})
	see := func() (state pets.State, list []pets.Pet, pet pets.Pet) {
		state, err1 := store.State(t.Context())
		list, _, err2 := store.Pets(t.Context(), pets.FirstPage)
		pet, err3 := store.Pet(t.Context(), dog.ID)
		_, err4 := store.Sales(t.Context(), 1, pets.MaxID)
		_, err5 := store.Record(t.Context(), pets.Key{Name: "k"})
		if err := errors.Join(err1, err2, err3, err4); err != nil || !errors.Is(err5, pets.ErrNoRecord) {
			t.Fatal(err, err5)
		}
		return state, list, pet
	}
	see()
	sell(t, store, dog, ann)
	update(t, store, dog, cat)
	state, list, pet := see()
	if len(list) != 2 || !list[0].IsSold() || !pet.IsSold() || state.Version != 2 || state.Sales != 1 {
		t.Errorf("a stale response: %v, %v, state %+v", list, pet, state)
	}
}

func TestCorruptItems(t *testing.T) {
	s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	n := func(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }
	good := func(change dynamotest.Attributes) dynamotest.Attributes {
		it := dynamotest.Attributes{"type": s("dog"), "price": n("249.99")}
		for name, value := range change {
			it[name] = value
		}
		return it
	}
	bytes := func(v string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(v)} }
	yes := &types.AttributeValueMemberBOOL{Value: true}
	const pet, state = contract.CatalogPartition, contract.StatePartition
	for _, tt := range []struct {
		name      string
		partition string
		id        int64
		item      dynamotest.Attributes
	}{
		{"price is a text", pet, 1, good(dynamotest.Attributes{"price": s("249.99")})},
		{"price in thousandths", pet, 1, good(dynamotest.Attributes{"price": n("0.001")})},
		{"negative price", pet, 1, good(dynamotest.Attributes{"price": n("-1")})},
		{"no price", pet, 1, dynamotest.Attributes{"type": s("dog")}},
		{"type is a number", pet, 1, good(dynamotest.Attributes{"type": n("1")})},
		{"no type", pet, 1, dynamotest.Attributes{"price": n("1")}},
		{"sold is a text", pet, 1, good(dynamotest.Attributes{"isSold": s("true")})},
		{"sold to no buyer", pet, 1, good(dynamotest.Attributes{"isSold": yes})},
		{"a buyer of an unsold pet", pet, 1, good(dynamotest.Attributes{"buyer": bytes("12345678")})},
		{"the buyer is a text", pet, 1, good(dynamotest.Attributes{"isSold": yes, "buyer": s("12345678")})},
		{"the version is a text", state, 0, dynamotest.Attributes{"version": s("1"), "pets": n("1"), "lastId": n("1")}},
		{"version 0", state, 0, dynamotest.Attributes{"version": n("0"), "pets": n("1"), "lastId": n("1")}},
		{"no last number", state, 0, dynamotest.Attributes{"version": n("1"), "pets": n("1")}},
		{"a counter without a number", state, 16, nil},
	} {
		table := dynamotest.NewTable(t)
		store := table.Store(t, nil)
		update(t, store, dog)
		table.Put(t, tt.partition, tt.id, tt.item)
		before := table.Dump(t)
		_, err := pets.Update(t.Context(), store, []pets.Pet{cat}, nil)
		wantError(t, tt.name+": update", err, pets.ErrCorrupt)
		if tt.partition == pet {
			_, err = store.Pet(t.Context(), tt.id)
			wantError(t, tt.name+": pet", err, pets.ErrCorrupt)
			_, _, err = store.Pets(t.Context(), pets.FirstPage)
		} else {
			_, err = store.State(t.Context())
		}
		wantError(t, tt.name+": list", err, pets.ErrCorrupt)
		if after := table.Dump(t); after != before {
			t.Errorf("%s: overwritten", tt.name)
		}
	}
}

func TestCorruptSale(t *testing.T) {
	table := dynamotest.NewTable(t)
	store := table.Store(t, nil)
	update(t, store, dog)
	sell(t, store, dog, ann)
	table.Put(t, contract.SalePartition, dog.ID, dynamotest.Attributes{"soldTo": &types.AttributeValueMemberS{Value: "ann@example.com"}})
	_, err := store.Sales(t.Context(), 1, 1)
	wantError(t, "sales", err, pets.ErrCorrupt)
	_, err = store.Sale(t.Context(), 1)
	wantError(t, "sale", err, pets.ErrCorrupt)
	_, err = store.Sell(t.Context(), sale(dog, "p2", ann), nil)
	wantError(t, "sell", err, pets.ErrCorrupt)
}

func wantError(t *testing.T, name string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", name, err, want)
	}
}
