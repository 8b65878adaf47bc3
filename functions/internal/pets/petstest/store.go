// Package petstest gives tests a store in memory, and holds every store to the
// same behavior.
//
//	store := petstest.New()
//	store.Fill(t, pets.Pet{ID: 1, Type: "dog", Price: 24999})
//
// [Conform] is the behavior that operations of package pets rely on. The store
// of this package and the one over DynamoDB both pass it.
package petstest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/functions/internal/pets"
)

// A Store keeps a shop in memory. It is safe for concurrent use.
type Store struct {
	// Now is the clock that idempotency keys expire by. By default, time.Now.
	Now func() time.Time
	// Fail, if set, is asked before each call, by the name of its method; the
	// call returns its error. By default, no call fails.
	Fail func(method string) error

	mu      sync.Mutex
	state   pets.State
	catalog map[int64]pets.Pet
	sales   map[int64]pets.Sale
	records map[string]pets.Record
}

var (
	_ pets.Lister    = (*Store)(nil)
	_ pets.Catalog   = (*Store)(nil)
	_ pets.SaleStore = (*Store)(nil)
)

// New returns a store whose catalog was never written.
func New() *Store {
	return &Store{
		Now:     time.Now,
		Fail:    func(string) error { return nil },
		catalog: map[int64]pets.Pet{},
		sales:   map[int64]pets.Sale{},
		records: map[string]pets.Record{},
	}
}

// Fill makes the pets the whole catalog.
func (s *Store) Fill(t testing.TB, wanted ...pets.Pet) {
	t.Helper()
	if _, err := pets.Update(t.Context(), s, wanted, nil); err != nil {
		t.Fatal(err)
	}
}

// Buy sells a pet to the buyer.
func (s *Store) Buy(t testing.TB, petID int64, buyer pets.Buyer) {
	t.Helper()
	shop := &pets.Shop{Store: s}
	reply, err := shop.Purchase(t.Context(), pets.Order{PetID: petID, Buyer: buyer}, func(context.Context, pets.Outcome) (pets.Response, error) {
		return pets.Response{}, nil
	})
	if err != nil || reply.Outcome.Sale == nil {
		t.Fatalf("pet %d: %+v, %v", petID, reply.Outcome, err)
	}
}

// enter locks the store for a call; the caller unlocks it.
func (s *Store) enter(method string) error {
	s.mu.Lock()
	return s.Fail(method)
}

// State implements [pets.Lister] and [pets.Catalog].
func (s *Store) State(context.Context) (pets.State, error) {
	defer s.mu.Unlock()
	if err := s.enter("State"); err != nil {
		return pets.State{}, err
	}
	return s.state, nil
}

// Pets implements [pets.Lister].
func (s *Store) Pets(_ context.Context, window pets.Window) (list []pets.Pet, next int64, err error) {
	defer s.mu.Unlock()
	if err := s.enter("Pets"); err != nil {
		return nil, 0, err
	}
	for _, p := range s.sorted() {
		switch {
		case p.ID <= window.After:
		case len(list) == window.Limit:
			return list, list[len(list)-1].ID, nil
		default:
			list = append(list, p)
		}
	}
	return list, 0, nil
}

func (s *Store) sorted() []pets.Pet {
	var list []pets.Pet
	for _, id := range slices.Sorted(maps.Keys(s.catalog)) {
		list = append(list, s.catalog[id])
	}
	return list
}

// Load implements [pets.Catalog].
func (s *Store) Load(context.Context) (pets.State, []pets.Pet, error) {
	defer s.mu.Unlock()
	if err := s.enter("Load"); err != nil {
		return pets.State{}, nil, err
	}
	return s.state, s.sorted(), nil
}

// Sales implements [pets.Lister] and [pets.Catalog].
func (s *Store) Sales(_ context.Context, first, last int64) ([]pets.Sale, error) {
	defer s.mu.Unlock()
	if err := s.enter("Sales"); err != nil {
		return nil, err
	}
	var list []pets.Sale
	for _, id := range slices.Sorted(maps.Keys(s.sales)) {
		if first <= id && id <= last {
			list = append(list, s.sales[id])
		}
	}
	return list, nil
}

// Modify implements [pets.Catalog].
func (s *Store) Modify(_ context.Context, next pets.State, changes []pets.Change) error {
	defer s.mu.Unlock()
	if err := s.enter("Modify"); err != nil {
		return err
	}
	if s.state.Version != next.Version-1 {
		return pets.ErrConflict
	}
	for _, c := range changes {
		if _, exists := s.catalog[c.Pet.ID]; c.Kind == pets.Add && exists || c.Kind == pets.Alter && !exists {
			return pets.ErrConflict
		}
	}
	for _, c := range changes {
		switch c.Kind {
		case pets.Remove:
			delete(s.catalog, c.Pet.ID)
		case pets.Alter:
			c.Pet.Buyer = s.catalog[c.Pet.ID].Buyer
			s.catalog[c.Pet.ID] = c.Pet
		case pets.Add:
			s.catalog[c.Pet.ID] = c.Pet
		}
	}
	next.Sales = s.state.Sales
	s.state = next
	return nil
}

// Pet implements [pets.SaleStore].
func (s *Store) Pet(_ context.Context, id int64) (pets.Pet, error) {
	defer s.mu.Unlock()
	if err := s.enter("Pet"); err != nil {
		return pets.Pet{}, err
	}
	pet, exists := s.catalog[id]
	if !exists {
		return pets.Pet{}, pets.ErrNotAvailable
	}
	return pet, nil
}

// Sell implements [pets.SaleStore].
func (s *Store) Sell(_ context.Context, sale pets.Sale, key *pets.Key) (resolved bool, err error) {
	defer s.mu.Unlock()
	if err := s.enter("Sell"); err != nil {
		return false, err
	}
	made, sold := s.sales[sale.PetID]
	if sold && made.PurchaseID == sale.PurchaseID {
		return true, nil
	}
	if key != nil && s.isLive(*key) {
		return false, pets.ErrKeyTaken
	}
	pet, exists := s.catalog[sale.PetID]
	if sold || !exists || pet.IsSold() {
		return false, pets.ErrNotAvailable
	}
	if pet.Type != sale.Type || pet.Price != sale.Price {
		return false, pets.ErrConflict
	}
	s.catalog[sale.PetID] = sale.Pet()
	s.sales[sale.PetID] = sale
	s.state.Sales++
	if key != nil {
		s.records[key.Name] = pets.Record{
			Body: key.Body, PurchaseID: sale.PurchaseID, PetID: sale.PetID, Expires: s.Now().Add(pets.KeyLife),
		}
	}
	return false, nil
}

func (s *Store) isLive(key pets.Key) bool {
	record, exists := s.records[key.Name]
	return exists && record.Expires.After(s.Now())
}

// Sale implements [pets.SaleStore].
func (s *Store) Sale(_ context.Context, petID int64) (pets.Sale, error) {
	defer s.mu.Unlock()
	if err := s.enter("Sale"); err != nil {
		return pets.Sale{}, err
	}
	sale, sold := s.sales[petID]
	if !sold {
		return pets.Sale{}, pets.ErrNotAvailable
	}
	return sale, nil
}

// Record implements [pets.SaleStore].
func (s *Store) Record(_ context.Context, key pets.Key) (pets.Record, error) {
	defer s.mu.Unlock()
	if err := s.enter("Record"); err != nil {
		return pets.Record{}, err
	}
	if !s.isLive(key) {
		return pets.Record{}, pets.ErrNoRecord
	}
	return s.records[key.Name], nil
}

// SaveResponse implements [pets.SaleStore].
func (s *Store) SaveResponse(_ context.Context, key pets.Key, record pets.Record) (pets.Record, error) {
	defer s.mu.Unlock()
	if err := s.enter("SaveResponse"); err != nil {
		return pets.Record{}, err
	}
	standing := s.records[key.Name]
	own := standing.PurchaseID == record.PurchaseID && standing.Response == nil
	if s.isLive(key) && !own {
		return standing, nil
	}
	s.records[key.Name] = record
	return record, nil
}
