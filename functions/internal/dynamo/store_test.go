package dynamo_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

var (
	dog  = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat  = pets.Pet{ID: 2, Type: "cat", Price: 12499}
	last = pets.Pet{ID: pets.MaxID, Type: "the last one", Price: 1e11}
	ann  = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
	bob  = pets.Buyer{Subject: "google|2", Email: "bob@example.com"}
)

func sold(p pets.Pet, id string, to pets.Buyer) pets.Pet {
	p.Sale = &pets.Sale{PurchaseID: id, PetID: p.ID, Buyer: to, At: saleTime, Price: p.Price}
	return p
}

var saleTime = time.Date(2026, 11, 20, 10, 0, 0, 123, time.UTC)

func update(t *testing.T, store *dynamo.Store, wanted ...pets.Pet) {
	t.Helper()
	if err := pets.Update(t.Context(), store, wanted, nil); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func sell(t *testing.T, store *dynamo.Store, p pets.Pet, to pets.Buyer) {
	t.Helper()
	if _, err := store.Sell(t.Context(), *sold(p, "p1", to).Sale, nil); err != nil {
		t.Fatalf("sell: %v", err)
	}
}

func wantPage(t *testing.T, store *dynamo.Store, after int64, limit int, want pets.Page) {
	t.Helper()
	got, err := store.Page(t.Context(), after, limit)
	if err != nil {
		t.Fatalf("page: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page after %d (-want +got):\n%s", after, diff)
	}
}

func TestNeverWrittenIsNotEmpty(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	wantPage(t, store, 0, 10, pets.Page{})
	wantPage(t, store, 7, 10, pets.Page{})
	update(t, store)
	wantPage(t, store, 0, 10, pets.Page{Version: 1})
}

func TestPages(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, last, cat, dog)
	wantPage(t, store, 0, 3, pets.Page{Version: 1, Pets: []pets.Pet{dog, cat, last}})
	wantPage(t, store, 0, 2, pets.Page{Version: 1, Pets: []pets.Pet{dog, cat}, Next: 2})
	wantPage(t, store, 2, 2, pets.Page{Version: 1, Pets: []pets.Pet{last}})
	wantPage(t, store, 1, 1, pets.Page{Version: 1, Pets: []pets.Pet{cat}, Next: 2})
	wantPage(t, store, pets.MaxID, 1, pets.Page{Version: 1})
}

func TestUpdateKeepsSales(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, dog, cat)
	sell(t, store, dog, ann)
	dearer := dog
	dearer.Price, dearer.Type = 30000, "hound"
	update(t, store, dearer, cat)
	want := sold(dearer, "p1", ann)
	wantPage(t, store, 0, 10, pets.Page{Version: 2, Pets: []pets.Pet{want, cat}})
	// The same list again is no change.
	update(t, store, dearer, cat)
	wantPage(t, store, 0, 10, pets.Page{Version: 2, Pets: []pets.Pet{want, cat}})
}

func TestSellRefuses(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, dog, cat)
	sell(t, store, dog, ann)
	cheaper := cat
	cheaper.Price = 1
	for _, tt := range []struct {
		name     string
		sale     pets.Pet
		resolved bool
		wantErr  error
	}{
		{"sold to somebody else", sold(dog, "p2", bob), false, pets.ErrNotAvailable},
		{"sold to himself by another purchase", sold(dog, "p3", ann), false, pets.ErrNotAvailable},
		{"sold by this very purchase", sold(dog, "p1", ann), true, nil},
		{"unknown", sold(last, "p4", ann), false, pets.ErrNotAvailable},
		{"at another price", sold(cheaper, "p5", ann), false, pets.ErrMoved},
	} {
		resolved, err := store.Sell(t.Context(), *tt.sale.Sale, nil)
		if !errors.Is(err, tt.wantErr) || resolved != tt.resolved {
			t.Errorf("%s: resolved %t, error %v, want %t, %v", tt.name, resolved, err, tt.resolved, tt.wantErr)
		}
	}
	wantPage(t, store, 0, 10, pets.Page{Version: 1, Pets: []pets.Pet{sold(dog, "p1", ann), cat}})
}

func TestOwnPurchaseIsFoundAfterThePetIsGone(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, dog)
	sell(t, store, dog, ann)
	for _, state := range []struct {
		name string
		pets []pets.Pet
	}{
		{"removed", nil},
		{"its id came back", []pets.Pet{dog}},
	} {
		update(t, store, state.pets...)
		resolved, err := store.Sell(t.Context(), *sold(dog, "p1", ann).Sale, nil)
		if !resolved || err != nil {
			t.Errorf("%s: resolved %t, error %v, want the sale that was made", state.name, resolved, err)
		}
	}
	wantPage(t, store, 0, 10, pets.Page{Version: 3, Pets: []pets.Pet{dog}})
}

func TestApplyNeedsTheVersion(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, dog)
	add := []pets.Change{{Kind: pets.Add, Pet: cat}}
	for _, version := range []int64{0, 2} {
		if err := store.Apply(t.Context(), version, add); !errors.Is(err, pets.ErrMoved) {
			t.Errorf("version %d: error %v, want %v", version, err, pets.ErrMoved)
		}
	}
	again := []pets.Change{{Kind: pets.Add, Pet: dog}}
	if err := store.Apply(t.Context(), 1, again); !errors.Is(err, pets.ErrMoved) {
		t.Errorf("a pet that is there already: error %v, want %v", err, pets.ErrMoved)
	}
	wantPage(t, store, 0, 10, pets.Page{Version: 1, Pets: []pets.Pet{dog}})
}
