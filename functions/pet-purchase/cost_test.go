package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

// A bill is what an operation costs: calls, and the capacity units that
// DynamoDB says it has charged.
type bill struct {
	calls       int
	read, write float64
}

func (b bill) String() string {
	return fmt.Sprintf("%d calls, %6.1f read, %5.1f write", b.calls, b.read, b.write)
}

// A meter adds up bills.
type meter struct {
	mu  sync.Mutex
	now bill
}

func (m *meter) observe(_ context.Context, c dynamo.Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.calls += c.Tries
	if c.Operation == "GetItem" || c.Operation == "Query" {
		m.now.read += c.Units
	} else {
		m.now.write += c.Units
	}
}

func (m *meter) bill(t *testing.T, work func() error) bill {
	t.Helper()
	m.now = bill{}
	if err := work(); err != nil {
		t.Fatal(err)
	}
	return m.now
}

// costs are the bills of every operation on a catalog of n pets.
func costs(t *testing.T, n int) map[string]bill {
	t.Helper()
	table, m := dynamotest.NewTable(t), &meter{}
	cfg := table.Config()
	cfg.Observe = m.observe
	store := dynamotest.Open(t, cfg)
	stock := kennel(n)
	h := &handler{shop: &pets.Shop{Register: store}, list: store}
	page := func(after int64) func() error {
		return func() error {
			_, err := pets.List(t.Context(), store, after, pets.MaxPage)
			return err
		}
	}
	buy := func(petID int64, key *pets.Key) func() error {
		return func() error {
			order := pets.Order{PetID: petID, Buyer: pets.Buyer{Subject: "s", Email: "s@example.com"}, Key: key}
			reply, err := h.shop.Purchase(t.Context(), order, h.tell(order))
			if err == nil && reply.Answer.Status == 0 {
				err = pets.ErrNotAvailable
			}
			return err
		}
	}
	update := func() error { return pets.Update(t.Context(), store, stock, nil) }
	k := &pets.Key{Name: hash("k"), Body: hash("b")}
	bills := map[string]bill{"fill": m.bill(t, update)}
	bills["list, first page"] = m.bill(t, page(0))
	bills["list, second page"] = m.bill(t, page(pets.MaxPage))
	bills["purchase"] = m.bill(t, buy(1, nil))
	bills["purchase, far back"] = m.bill(t, buy(int64(n), nil))
	bills["purchase, not available"] = m.bill(t, buy(1, nil))
	bills["purchase with a key"] = m.bill(t, buy(2, k))
	bills["purchase, replayed"] = m.bill(t, buy(2, k))
	bills["update of nothing"] = m.bill(t, update)
	stock[0].Price++
	bills["update of one pet"] = m.bill(t, update)
	return bills
}

func TestCost(t *testing.T) {
	sizes := []int{10, 1000, 20000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	all := map[int]map[string]bill{}
	for _, n := range sizes {
		all[n] = costs(t, n)
	}
	order := []string{
		"list, first page", "list, second page", "purchase", "purchase, far back", "purchase, not available",
		"purchase with a key", "purchase, replayed", "update of nothing", "update of one pet", "fill",
	}
	var table strings.Builder
	for _, name := range order {
		for _, n := range sizes {
			fmt.Fprintf(&table, "\n%-24s %6d pets: %v", name, n, all[n][name])
		}
	}
	t.Log(table.String())

	least, most := all[sizes[0]], all[sizes[len(sizes)-1]]
	thousand := all[sizes[1]]
	for _, name := range []string{"purchase", "purchase, not available", "update of one pet", "update of nothing"} {
		if least[name].write != most[name].write {
			t.Errorf("%s: writing costs %v with few pets, %v with many", name, least[name].write, most[name].write)
		}
	}
	if most["purchase"].calls != least["purchase"].calls || most["purchase"].read > 1.1*thousand["purchase"].read {
		t.Errorf("a purchase grows with the catalog: %v, %v", thousand["purchase"], most["purchase"])
	}
	if far := most["purchase, far back"]; far.calls > least["purchase"].calls+2 || far.read > 2.2*thousand["purchase"].read {
		t.Errorf("a purchase far back costs %v", far)
	}
}
