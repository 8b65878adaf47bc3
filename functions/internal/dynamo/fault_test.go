package dynamo_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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
			resolved, err := selling.Sell(t.Context(), *sold(dog, "p1", ann).Sale, nil)
			if err != nil || resolved != tt.resolved {
				t.Errorf("sell: resolved %t, error %v, want %t", resolved, err, tt.resolved)
			}
			reading := table.Store(t, &dynamotest.Faults{Plan: first(tt.fault, "Query")})
			wantPage(t, reading, 0, 10, pets.Page{Version: 1, Pets: []pets.Pet{sold(dog, "p1", ann), cat}})
			if sales := table.Sales(t); len(sales) != 1 || sales["p1"] != dog.ID {
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
	if _, err := store.Page(ctx, 0, 1); !errors.Is(err, pets.ErrUnavailable) {
		t.Errorf("read: error %v, want %v", err, pets.ErrUnavailable)
	}
	if ctx.Err() != nil {
		t.Error("the call took the time that the caller needs to answer")
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
		_, err := table.Store(t, faults).Sell(ctx, *sold(dog, "p1", ann).Sale, nil)
		cancel()
		if !errors.Is(err, pets.ErrUnavailable) || faults.Calls() != tt.calls {
			t.Errorf("%s: %d calls, error %v, want %d and %v", tt.name, faults.Calls(), err, tt.calls, pets.ErrUnavailable)
		}
	}
	wantPage(t, table.Store(t, nil), 0, 10, pets.Page{Version: 1, Pets: []pets.Pet{dog}})
}

func TestReadsThatMatterAreConsistent(t *testing.T) {
	table := dynamotest.NewTable(t)
	update(t, table.Store(t, nil), dog)
	store := table.Store(t, &dynamotest.Faults{Stale: true})
	see := func() (page pets.Page, pet pets.Pet, version int64) {
		page, err1 := store.Page(t.Context(), 0, 10)
		pet, err2 := store.Pet(t.Context(), dog.ID)
		version, _, err3 := store.Standing(t.Context())
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		return page, pet, version
	}
	see()
	sell(t, store, dog, ann)
	update(t, store, dog, cat)
	page, pet, version := see()
	if len(page.Pets) != 2 || page.Pets[0].Sale == nil || !pet.SoldBy("p1") || version != 2 {
		t.Errorf("a stale answer: %v, %v, version %d", page, pet, version)
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
	for _, tt := range []struct {
		name string
		id   int64
		item dynamotest.Attributes
	}{
		{"price is a text", 1, good(dynamotest.Attributes{"price": s("249.99")})},
		{"price in thousandths", 1, good(dynamotest.Attributes{"price": n("0.001")})},
		{"negative price", 1, good(dynamotest.Attributes{"price": n("-1")})},
		{"no price", 1, dynamotest.Attributes{"type": s("dog")}},
		{"type is a number", 1, good(dynamotest.Attributes{"type": n("1")})},
		{"no type", 1, dynamotest.Attributes{"price": n("1")}},
		{"sold is a text", 1, good(dynamotest.Attributes{"isSold": s("true")})},
		{"the version is a text", 0, dynamotest.Attributes{"version": s("1")}},
		{"no version", 0, nil},
		{"the tutorial's list in one item", 0, dynamotest.Attributes{"pets": &types.AttributeValueMemberL{}}},
	} {
		table := dynamotest.NewTable(t)
		store := table.Store(t, nil)
		update(t, store, dog)
		table.Put(t, tt.id, tt.item)
		before := table.Dump(t)
		_, err := store.Page(t.Context(), 0, 10)
		wantCorrupt(t, tt.name+": list", err)
		wantCorrupt(t, tt.name+": update", pets.Update(t.Context(), store, []pets.Pet{cat}, nil))
		if tt.id > 0 {
			_, err = store.Pet(t.Context(), tt.id)
			wantCorrupt(t, tt.name+": pet", err)
		}
		if after := table.Dump(t); after != before {
			t.Errorf("%s: overwritten", tt.name)
		}
	}
}

func wantCorrupt(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, pets.ErrCorrupt) {
		t.Errorf("%s: error %v, want %v", name, err, pets.ErrCorrupt)
	}
}
