package dynamo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/pets/petstest"
)

var (
	dog = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat = pets.Pet{ID: 2, Type: "cat", Price: 12499}
	ann = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
)

var saleTime = time.Date(2026, 11, 20, 10, 0, 0, 123, time.UTC)

func sale(p pets.Pet, id string, to pets.Buyer) pets.Sale {
	return pets.Sale{PurchaseID: id, PetID: p.ID, Type: p.Type, Price: p.Price, Buyer: to, At: saleTime}
}

func sold(p pets.Pet, to pets.Buyer) pets.Pet {
	p.Buyer = pets.TagOf(to.Subject)
	return p
}

func update(t *testing.T, store *dynamo.Store, wanted ...pets.Pet) {
	t.Helper()
	if _, err := pets.Update(t.Context(), store, wanted, nil); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func sell(t *testing.T, store *dynamo.Store, p pets.Pet, to pets.Buyer) {
	t.Helper()
	if _, err := store.Sell(t.Context(), sale(p, "p1", to), nil); err != nil {
		t.Fatalf("sell: %v", err)
	}
}

func wantPets(t *testing.T, store *dynamo.Store, want ...pets.Pet) {
	t.Helper()
	got, _, err := store.Pets(t.Context(), pets.FirstPage)
	if err != nil {
		t.Fatalf("pets: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pets (-want +got):\n%s", diff)
	}
}

func TestConform(t *testing.T) {
	petstest.Conform(t, func(t *testing.T, now func() time.Time) petstest.Shop {
		table := dynamotest.NewTable(t)
		cfg := table.Config()
		cfg.Now = now
		return dynamotest.Open(t, cfg)
	})
}
