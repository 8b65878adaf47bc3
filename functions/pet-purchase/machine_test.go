package main

import (
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
)

// A machine compares the shop, step by step and one fault per step, with a
// catalog in memory.
type machine struct {
	t      *testing.T
	s      shop
	c      *crowd
	faults chan dynamotest.Fault // for the next call

	version int64
	catalog map[int64]pets.Pet // sold ones have a Sale with an e-mail
	sales   int
	answers map[string]answered // by buyer and key
}

type answered struct {
	pet    int64
	status int
	body   string
}

func TestProveStateMachine(t *testing.T) {
	c := newCrowd(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{t: t, c: c, faults: make(chan dynamotest.Fault, 1), catalog: map[int64]pets.Pet{}, answers: map[string]answered{}}
		m.s = c.open(t, &dynamotest.Faults{Plan: func(int, string) dynamotest.Fault {
			select {
			case fault := <-m.faults:
				return fault
			default:
				return dynamotest.None
			}
		}})
		m.version = 1
		rt.Repeat(map[string]func(*rapid.T){
			"":       m.check,
			"update": m.update,
			"stale":  m.stale,
			"buy":    m.buy,
			"again":  m.again,
			"fault":  m.fault,
		})
	})
}

func (m *machine) fault(rt *rapid.T) {
	fault := rapid.SampledFrom([]dynamotest.Fault{
		dynamotest.Refused, dynamotest.Throttled, dynamotest.Failed, dynamotest.Lost, dynamotest.Cut, dynamotest.Broken,
	}).Draw(rt, "fault")
	select {
	case m.faults <- fault:
	default:
	}
}

var anyID = rapid.Int64Range(1, 6)

// update saves any list of pets: some new, some changed, some gone.
func (m *machine) update(rt *rapid.T) {
	wanted := rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) pets.Pet {
		return pets.Pet{
			ID:    anyID.Draw(rt, "id"),
			Type:  rapid.SampledFrom([]string{"dog", "cat"}).Draw(rt, "type"),
			Price: pets.Price(rapid.Int64Range(0, 3).Draw(rt, "price")),
		}
	}), 0, 6, func(p pets.Pet) int64 { return p.ID }).Draw(rt, "pets")
	if err := pets.Update(m.t.Context(), m.s.store, wanted, m.is); err != nil {
		rt.Fatalf("update: %v", err)
	}
	next := map[int64]pets.Pet{}
	changed := len(wanted) != len(m.catalog)
	for _, p := range wanted {
		before, exists := m.catalog[p.ID]
		changed = changed || !exists || before.Type != p.Type || before.Price != p.Price
		p.Sale = before.Sale
		next[p.ID] = p
	}
	if changed {
		m.version++
	}
	m.catalog = next
}

func (m *machine) is(version int64) bool { return version == m.version }

// stale is an update by somebody who has seen another version.
func (m *machine) stale(rt *rapid.T) {
	seen := rapid.Int64Range(0, 50).Filter(func(v int64) bool { return v != m.version }).Draw(rt, "seen")
	err := pets.Update(m.t.Context(), m.s.store, nil, func(version int64) bool { return version == seen })
	if err == nil {
		rt.Fatal("a stale update went through")
	}
}

func (m *machine) buy(rt *rapid.T) {
	buyer := rapid.IntRange(0, 2).Draw(rt, "buyer")
	petID := anyID.Draw(rt, "pet")
	k := rapid.SampledFrom([]string{"", "k1", "k2"}).Draw(rt, "key")
	m.request(rt, buyer, petID, k)
}

// again repeats a request that has a key.
func (m *machine) again(rt *rapid.T) {
	if len(m.answers) == 0 {
		rt.Skip("there is none")
	}
	var known []string
	for name := range m.answers {
		known = append(known, name)
	}
	slices.Sort(known)
	name := rapid.SampledFrom(known).Draw(rt, "request")
	m.request(rt, int(name[0]-'0'), m.answers[name].pet, name[1:])
}

func (m *machine) request(rt *rapid.T, buyer int, petID int64, k string) {
	var edits []ft.Edit
	if k != "" {
		edits = append(edits, key(k))
	}
	resp := m.s.buy(m.t, m.c.tokens[buyer], petID, edits...)
	name := strconv.Itoa(buyer) + k
	earlier, known := m.answers[name]
	known = known && k != ""
	pet, listed := m.catalog[petID]
	want := http.StatusConflict
	switch {
	case known && earlier.pet != petID:
		want = http.StatusUnprocessableEntity
	case known:
		want = earlier.status
		if resp.Body != earlier.body || resp.Headers["idempotency-replayed"] != "true" {
			rt.Fatalf("the key was answered with %q, now with %q %v", earlier.body, resp.Body, resp.Headers)
		}
	case listed && pet.Sale == nil:
		want = http.StatusOK
		pet.Sale = &pets.Sale{Buyer: pets.Buyer{Subject: "google|" + buyerName(buyer), Email: buyerEmail(buyer)}}
		m.catalog[petID] = pet
		m.sales++
	}
	if resp.StatusCode != want {
		rt.Fatalf("buyer %d, pet %d, key %q: %d %s, want %d", buyer, petID, k, resp.StatusCode, resp.Body, want)
	}
	if k != "" && !known {
		m.answers[name] = answered{petID, resp.StatusCode, resp.Body}
	}
}

func (m *machine) check(rt *rapid.T) {
	page, err := m.s.store.Page(m.t.Context(), 0, pets.MaxPage)
	if err != nil {
		rt.Fatal(err)
	}
	got := map[int64]pets.Pet{}
	for _, p := range page.Pets {
		if p.Sale != nil {
			p.Sale = &pets.Sale{Buyer: p.Sale.Buyer}
		}
		got[p.ID] = p
	}
	if diff := cmp.Diff(m.catalog, got); diff != "" || page.Version != m.version {
		rt.Fatalf("version %d, want %d; catalog (-want +got):\n%s", page.Version, m.version, diff)
	}
	if sales := m.s.table.Sales(m.t); len(sales) != m.sales {
		rt.Fatalf("%d sales on record, want %d", len(sales), m.sales)
	}
}
