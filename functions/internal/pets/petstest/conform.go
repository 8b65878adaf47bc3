package petstest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/pets"
)

// A Shop is a store with all its interfaces.
type Shop interface {
	pets.Lister
	pets.Catalog
	pets.SaleStore
}

// Conform runs the behavior that every store has. open returns an empty store
// whose idempotency keys expire by the clock.
func Conform(t *testing.T, open func(t *testing.T, now func() time.Time) Shop) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"never written is not empty", neverWritten},
		{"pages", pages},
		{"a modification needs the version before", modifyNeedsVersion},
		{"a modification needs its pets", modifyNeedsPets},
		{"a modification keeps sales", modifyKeepsSales},
		{"a sale has its conditions", saleConditions},
		{"a number is sold once", numberIsSoldOnce},
		{"every sale changes the state", salesChangeState},
		{"a sale takes its key", saleTakesKey},
		{"a response is saved once", responseIsSavedOnce},
		{"a key expires", keyExpires},
		{"of many buyers one wins", oneBuyerWins},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{now: time.Unix(1_800_000_000, 0)}
			b.Shop = open(t, func() time.Time { return b.now })
			c.run(t, b)
		})
	}
}

// A bench is a store under test and its clock.
type bench struct {
	Shop
	now time.Time
}

// Pets and buyers of the tests.
var (
	dog  = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat  = pets.Pet{ID: 2, Type: "cat", Price: 12499}
	last = pets.Pet{ID: pets.MaxID, Type: "the last one", Price: 1e11}
	ann  = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
	bob  = pets.Buyer{Subject: "google|2", Email: "bob@example.com"}
)

var saleTime = time.Date(2026, 11, 20, 10, 0, 0, 123, time.UTC)

func sale(p pets.Pet, id string, to pets.Buyer) pets.Sale {
	return pets.Sale{PurchaseID: id, PetID: p.ID, Type: p.Type, Price: p.Price, Buyer: to, At: saleTime}
}

func sold(p pets.Pet, to pets.Buyer) pets.Pet {
	p.Buyer = pets.TagOf(to.Subject)
	return p
}

func (b *bench) update(t *testing.T, wanted ...pets.Pet) {
	t.Helper()
	if _, err := pets.Update(t.Context(), b, wanted, nil); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func (b *bench) sell(t *testing.T, s pets.Sale, key *pets.Key, wantResolved bool, want error) {
	t.Helper()
	resolved, err := b.Sell(t.Context(), s, key)
	if !errors.Is(err, want) || resolved != wantResolved {
		t.Errorf("purchase %s: resolved %t, error %v, want %t, %v", s.PurchaseID, resolved, err, wantResolved, want)
	}
}

func (b *bench) wantPets(t *testing.T, window pets.Window, next int64, want ...pets.Pet) {
	t.Helper()
	got, gotNext, err := b.Pets(t.Context(), window)
	if err != nil {
		t.Fatalf("pets: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" || gotNext != next {
		t.Errorf("pets in %+v: next %d, want %d (-want +got):\n%s", window, gotNext, next, diff)
	}
}

func (b *bench) wantState(t *testing.T, want pets.State) {
	t.Helper()
	got, err := b.State(t.Context())
	if err != nil {
		t.Fatalf("state: %v", err)
	}
	got.UpdateID = want.UpdateID
	if got != want {
		t.Errorf("state %+v, want %+v", got, want)
	}
}

func neverWritten(t *testing.T, b *bench) {
	b.wantState(t, pets.State{})
	b.wantPets(t, pets.FirstPage, 0)
	b.update(t)
	b.wantState(t, pets.State{Version: 1})
	if _, err := b.Pet(t.Context(), 1); !errors.Is(err, pets.ErrNotAvailable) {
		t.Errorf("an unknown pet: error %v, want %v", err, pets.ErrNotAvailable)
	}
	if _, err := b.Sale(t.Context(), 1); !errors.Is(err, pets.ErrNotAvailable) {
		t.Errorf("an unknown sale: error %v, want %v", err, pets.ErrNotAvailable)
	}
}

func pages(t *testing.T, b *bench) {
	b.update(t, last, cat, dog)
	b.wantState(t, pets.State{Version: 1, Pets: 3, LastID: pets.MaxID})
	b.wantPets(t, pets.Window{Limit: 3}, 0, dog, cat, last)
	b.wantPets(t, pets.Window{Limit: 2}, 2, dog, cat)
	b.wantPets(t, pets.Window{After: 2, Limit: 2}, 0, last)
	b.wantPets(t, pets.Window{After: 1, Limit: 1}, 2, cat)
	b.wantPets(t, pets.Window{After: pets.MaxID, Limit: 1}, 0)
	state, list, err := b.Load(t.Context())
	if diff := cmp.Diff([]pets.Pet{dog, cat, last}, list); diff != "" || state.Version != 1 || err != nil {
		t.Errorf("load: %+v, %v (-want +got):\n%s", state, err, diff)
	}
}

func modifyNeedsVersion(t *testing.T, b *bench) {
	b.update(t, dog)
	b.update(t, dog, cat)
	for _, version := range []int64{1, 2, 4} {
		next := pets.State{Version: version, Pets: 3, LastID: 3, UpdateID: "u"}
		err := b.Modify(t.Context(), next, []pets.Change{{Kind: pets.Remove, Pet: cat}})
		if !errors.Is(err, pets.ErrConflict) {
			t.Errorf("version %d after 2: error %v, want %v", version, err, pets.ErrConflict)
		}
	}
	b.wantPets(t, pets.FirstPage, 0, dog, cat)
	b.wantState(t, pets.State{Version: 2, Pets: 2, LastID: 2})
}

func modifyNeedsPets(t *testing.T, b *bench) {
	b.update(t, dog)
	for name, change := range map[string]pets.Change{
		"a pet that is there":     {Kind: pets.Add, Pet: dog},
		"a pet that is not there": {Kind: pets.Alter, Pet: cat},
	} {
		next := pets.State{Version: 2, Pets: 2, LastID: 3, UpdateID: "u"}
		changes := []pets.Change{{Kind: pets.Add, Pet: last}, change}
		if err := b.Modify(t.Context(), next, changes); !errors.Is(err, pets.ErrConflict) {
			t.Errorf("%s: error %v, want %v", name, err, pets.ErrConflict)
		}
	}
	b.wantPets(t, pets.FirstPage, 0, dog)
	b.wantState(t, pets.State{Version: 1, Pets: 1, LastID: 1})
}

func modifyKeepsSales(t *testing.T, b *bench) {
	b.update(t, dog, cat)
	b.sell(t, sale(dog, "p1", ann), nil, false, nil)
	hound := pets.Pet{ID: dog.ID, Type: "hound", Price: 30000}
	b.update(t, hound, cat)
	b.wantPets(t, pets.FirstPage, 0, sold(hound, ann), cat)
	b.wantState(t, pets.State{Version: 2, Sales: 1, Pets: 2, LastID: 2})
	b.update(t, hound, cat) // no change
	b.wantState(t, pets.State{Version: 2, Sales: 1, Pets: 2, LastID: 2})
}

func saleConditions(t *testing.T, b *bench) {
	b.update(t, dog, cat)
	b.sell(t, sale(dog, "p1", ann), nil, false, nil)
	cheaper, other := cat, cat
	cheaper.Price, other.Type = 1, "lion"
	b.sell(t, sale(dog, "p2", bob), nil, false, pets.ErrNotAvailable)
	b.sell(t, sale(dog, "p3", ann), nil, false, pets.ErrNotAvailable)
	b.sell(t, sale(dog, "p1", ann), nil, true, nil)
	b.sell(t, sale(last, "p4", ann), nil, false, pets.ErrNotAvailable)
	b.sell(t, sale(cheaper, "p5", ann), nil, false, pets.ErrConflict)
	b.sell(t, sale(other, "p6", ann), nil, false, pets.ErrConflict)
	b.wantPets(t, pets.FirstPage, 0, sold(dog, ann), cat)
	got, err := b.Sale(t.Context(), dog.ID)
	if diff := cmp.Diff(sale(dog, "p1", ann), got); diff != "" || err != nil {
		t.Errorf("sale, %v (-want +got):\n%s", err, diff)
	}
}

func numberIsSoldOnce(t *testing.T, b *bench) {
	b.update(t, dog, cat)
	b.sell(t, sale(dog, "p1", ann), nil, false, nil)
	b.update(t, cat)
	b.sell(t, sale(dog, "p1", ann), nil, true, nil)
	b.sell(t, sale(dog, "p2", bob), nil, false, pets.ErrNotAvailable)
	b.update(t, dog, cat)
	b.wantPets(t, pets.FirstPage, 0, sold(dog, ann), cat)
	b.sell(t, sale(dog, "p2", bob), nil, false, pets.ErrNotAvailable)

	// Even a pet that is listed as unsold is not: its sale stands.
	next := pets.State{Version: 4, Pets: 1, LastID: 2, UpdateID: "u"}
	remove := []pets.Change{{Kind: pets.Remove, Pet: dog}}
	if err := b.Modify(t.Context(), next, remove); err != nil {
		t.Fatal(err)
	}
	next.Version, next.Pets = 5, 2
	if err := b.Modify(t.Context(), next, []pets.Change{{Kind: pets.Add, Pet: dog}}); err != nil {
		t.Fatal(err)
	}
	b.sell(t, sale(dog, "p3", bob), nil, false, pets.ErrNotAvailable)

	// Nor is one that is marked as sold, whatever became of its sale.
	next.Version, next.Pets, next.LastID = 6, 3, 3
	cow := pets.Pet{ID: 3, Type: "cow", Price: 1}
	if err := b.Modify(t.Context(), next, []pets.Change{{Kind: pets.Add, Pet: sold(cow, ann)}}); err != nil {
		t.Fatal(err)
	}
	b.sell(t, sale(cow, "p4", bob), nil, false, pets.ErrNotAvailable)

	sales, err := b.Sales(t.Context(), 1, pets.MaxID)
	if diff := cmp.Diff([]pets.Sale{sale(dog, "p1", ann)}, sales); diff != "" || err != nil {
		t.Errorf("sales, %v (-want +got):\n%s", err, diff)
	}
	if sales, err := b.Sales(t.Context(), 2, pets.MaxID); len(sales) > 0 || err != nil {
		t.Errorf("sales after the dog: %v, %v, want none", sales, err)
	}
}

func salesChangeState(t *testing.T, b *bench) {
	const n = 40
	var list []pets.Pet
	for id := range int64(n) {
		list = append(list, pets.Pet{ID: id + 1, Type: "dog", Price: 1})
	}
	b.update(t, list...)
	for i, p := range list {
		b.wantState(t, pets.State{Version: 1, Sales: int64(i), Pets: n, LastID: n})
		b.sell(t, sale(p, p.Type+string(rune('0'+i)), ann), nil, false, nil)
	}
	b.wantState(t, pets.State{Version: 1, Sales: n, Pets: n, LastID: n})
}

var key = pets.Key{Name: "k", Body: "b"}

func (b *bench) record(id string, p pets.Pet) pets.Record {
	return pets.Record{Body: key.Body, PurchaseID: id, PetID: p.ID, Expires: b.now.Add(pets.KeyLife)}
}

func (b *bench) wantRecord(t *testing.T, want pets.Record) {
	t.Helper()
	got, err := b.Record(t.Context(), key)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("record, %v (-want +got):\n%s", err, diff)
	}
}

func saleTakesKey(t *testing.T, b *bench) {
	b.update(t, dog, cat)
	if _, err := b.Record(t.Context(), key); !errors.Is(err, pets.ErrNoRecord) {
		t.Errorf("an unknown key: error %v, want %v", err, pets.ErrNoRecord)
	}
	b.sell(t, sale(last, "p0", ann), &key, false, pets.ErrNotAvailable)
	b.sell(t, sale(dog, "p1", ann), &key, false, nil)
	b.wantRecord(t, b.record("p1", dog))
	b.sell(t, sale(cat, "p2", ann), &key, false, pets.ErrKeyTaken)
	b.sell(t, sale(dog, "p3", ann), &key, false, pets.ErrKeyTaken) // its response is wanted
	b.sell(t, sale(dog, "p1", ann), &key, true, nil)
	b.wantRecord(t, b.record("p1", dog))
}

func responseIsSavedOnce(t *testing.T, b *bench) {
	b.update(t, dog)
	b.sell(t, sale(dog, "p1", ann), &key, false, nil)
	first := b.record("p1", dog)
	first.Response = &pets.Response{Status: 200, Body: []byte(`[{"id":1}]`), Minimal: true}
	for _, attempt := range []struct {
		id   string
		body string
	}{{"p2", "of another purchase"}, {"p1", string(first.Response.Body)}, {"p1", "another"}, {"p3", "another"}} {
		record := b.record(attempt.id, dog)
		record.Response = &pets.Response{Status: 200, Body: []byte(attempt.body), Minimal: true}
		want := first
		if attempt.id == "p2" {
			want = b.record("p1", dog)
		}
		saved, err := b.SaveResponse(t.Context(), key, record)
		if diff := cmp.Diff(want, saved); diff != "" || err != nil {
			t.Errorf("%+v, %v (-want +got):\n%s", attempt, err, diff)
		}
	}
	b.wantRecord(t, first)
}

func keyExpires(t *testing.T, b *bench) {
	b.update(t, dog, cat)
	b.sell(t, sale(dog, "p1", ann), &key, false, nil)
	first := b.record("p1", dog)
	b.now = b.now.Add(pets.KeyLife - time.Second)
	b.wantRecord(t, first)
	b.now = b.now.Add(time.Second)
	if _, err := b.Record(t.Context(), key); !errors.Is(err, pets.ErrNoRecord) {
		t.Errorf("an expired key: error %v, want %v", err, pets.ErrNoRecord)
	}
	b.sell(t, sale(cat, "p2", ann), &key, false, nil)
	b.wantRecord(t, b.record("p2", cat))

	b.now = b.now.Add(pets.KeyLife)
	refused := b.record("p3", dog)
	refused.Response = &pets.Response{Status: 409, Body: []byte("sold")}
	if saved, err := b.SaveResponse(t.Context(), key, refused); err != nil || saved.PurchaseID != "p3" {
		t.Errorf("an expired key: %+v, %v, want it taken", saved, err)
	}
	b.wantRecord(t, refused)
}

func oneBuyerWins(t *testing.T, b *bench) {
	b.update(t, dog)
	const buyers = 8
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range buyers {
		wg.Go(func() {
			_, err := b.Sell(t.Context(), sale(dog, string(rune('a'+i)), ann), nil)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case !errors.Is(err, pets.ErrNotAvailable):
				t.Errorf("sell: %v", err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d buyers won, want 1", won)
	}
	b.wantState(t, pets.State{Version: 1, Sales: 1, Pets: 1, LastID: 1})
}
