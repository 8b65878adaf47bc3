package main

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
)

// A machine compares the shop, step by step and with at most one fault per
// step, with a model.
type machine struct {
	t      *testing.T
	s      shop
	c      *crowd
	faults chan dynamotest.Fault // for the next call

	version   int64
	lastID    int64
	catalog   map[int64]pets.Pet   // without buyers
	buyers    map[int64]pets.Buyer // of every number that was sold
	responses map[string]response  // by buyer and key
}

type response struct {
	pet    int64
	expect string
	status int
	body   string
}

func TestProveStateMachine(t *testing.T) {
	c := newCrowd(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{t: t, c: c, faults: make(chan dynamotest.Fault, 1), catalog: map[int64]pets.Pet{}, buyers: map[int64]pets.Buyer{}, responses: map[string]response{}}
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

var (
	anyID   = rapid.Int64Range(1, 6)
	anyType = rapid.SampledFrom([]string{"dog", "cat"})
)

// update saves any list of pets: some with new numbers or with numbers of
// before, some changed, some gone.
func (m *machine) update(rt *rapid.T) {
	wanted := rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) pets.Pet {
		return pets.Pet{
			ID:    anyID.Draw(rt, "id"),
			Type:  anyType.Draw(rt, "type"),
			Price: pets.Price(rapid.Int64Range(0, 3).Draw(rt, "price")),
		}
	}), 0, 6, func(p pets.Pet) int64 { return p.ID }).Draw(rt, "pets")
	if len(wanted) > 0 && rapid.IntRange(0, 3).Draw(rt, "new") == 0 {
		wanted[0].ID = 0
	}
	state, err := pets.Update(m.t.Context(), m.s.store, wanted, m.is)
	if err != nil {
		rt.Fatalf("update: %v", err)
	}
	next := map[int64]pets.Pet{}
	last := m.lastID
	for _, p := range wanted {
		last = max(last, p.ID)
	}
	changed := len(wanted) != len(m.catalog)
	for _, p := range wanted {
		if p.ID == 0 {
			last++
			p.ID = last
		}
		before, exists := m.catalog[p.ID]
		changed = changed || !exists || before != p
		next[p.ID] = p
	}
	if changed {
		m.version, m.lastID = m.version+1, last
	}
	m.catalog = next
	if state.Version != m.version {
		rt.Fatalf("the update reports version %d, want %d", state.Version, m.version)
	}
}

func (m *machine) is(version int64) bool { return version == m.version }

// stale is an update from another version.
func (m *machine) stale(rt *rapid.T) {
	seen := rapid.Int64Range(0, 50).Filter(func(v int64) bool { return v != m.version }).Draw(rt, "seen")
	_, err := pets.Update(m.t.Context(), m.s.store, nil, func(version int64) bool { return version == seen })
	if !errors.Is(err, pets.ErrStale) {
		rt.Fatalf("a stale update: error %v, want %v", err, pets.ErrStale)
	}
}

func (m *machine) buy(rt *rapid.T) {
	buyer := rapid.IntRange(0, 2).Draw(rt, "buyer")
	petID := rapid.Int64Range(1, max(m.lastID, 6)).Draw(rt, "pet")
	k := rapid.SampledFrom([]string{"", "k1", "k2"}).Draw(rt, "key")
	expect := rapid.SampledFrom([]string{"", `{"type":"dog"}`, `{"price":2e-2}`, `{"type":"cat","price":"0.01"}`}).Draw(rt, "expect")
	m.request(rt, buyer, petID, k, expect)
}

// again repeats a request that has a key.
func (m *machine) again(rt *rapid.T) {
	if len(m.responses) == 0 {
		rt.Skip("there is none")
	}
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(m.responses))).Draw(rt, "request")
	earlier := m.responses[name]
	m.request(rt, int(name[0]-'0'), earlier.pet, name[1:], earlier.expect)
}

// expected is the pet that a request with the expectation was drawn for.
func expected(p pets.Pet, expect string) bool {
	switch expect {
	case `{"type":"dog"}`:
		return p.Type == "dog"
	case `{"price":2e-2}`:
		return p.Price == 2
	case `{"type":"cat","price":"0.01"}`:
		return p.Type == "cat" && p.Price == 1
	default:
		return true
	}
}

func (m *machine) request(rt *rapid.T, buyer int, petID int64, k, expect string) {
	body := `{"petId":` + strconv.FormatInt(petID, 10) + `}`
	if expect != "" {
		body = strings.TrimSuffix(body, "}") + `,"expect":` + expect + `}`
	}
	edits := []ft.Edit{ft.Body(body)}
	if k != "" {
		edits = append(edits, key(k))
	}
	resp := m.s.buy(m.t, m.c.tokens[buyer], petID, edits...)
	name := strconv.Itoa(buyer) + k
	earlier, known := m.responses[name]
	known = known && k != ""
	pet, listed := m.catalog[petID]
	_, sold := m.buyers[petID]
	want := http.StatusConflict
	switch {
	case known && (earlier.pet != petID || earlier.expect != expect):
		want = http.StatusUnprocessableEntity
	case known:
		want = earlier.status
		if resp.Body != earlier.body || resp.Headers["idempotency-replayed"] != "true" {
			rt.Fatalf("the response to the key was %q, now it is %q %v", earlier.body, resp.Body, resp.Headers)
		}
	case listed && !sold && !expected(pet, expect):
		want = http.StatusPreconditionFailed
	case listed && !sold:
		want = http.StatusOK
		m.buyers[petID] = pets.Buyer{Subject: "google|" + buyerName(buyer), Email: buyerEmail(buyer)}
	}
	if resp.StatusCode != want {
		rt.Fatalf("buyer %d, pet %d, key %q, expecting %s: %d %s, want %d", buyer, petID, k, expect, resp.StatusCode, resp.Body, want)
	}
	if k != "" && !known {
		m.responses[name] = response{petID, expect, resp.StatusCode, resp.Body}
	}
}

func (m *machine) check(rt *rapid.T) {
	state, list, err := m.s.store.Load(m.t.Context())
	if err != nil {
		rt.Fatal(err)
	}
	want, got := map[int64]pets.Pet{}, map[int64]pets.Pet{}
	for id, p := range m.catalog {
		if buyer, sold := m.buyers[id]; sold {
			p.Buyer = pets.TagOf(buyer.Subject)
		}
		want[id] = p
	}
	for _, p := range list {
		got[p.ID] = p
	}
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatalf("catalog (-want +got):\n%s", diff)
	}
	expected := pets.State{
		Version: m.version, Sales: int64(len(m.buyers)), Pets: int64(len(m.catalog)), LastID: m.lastID, UpdateID: state.UpdateID,
	}
	if state != expected {
		rt.Fatalf("state %+v, want %+v", state, expected)
	}
	for id, sale := range m.s.sales(m.t) {
		if sale.Buyer != m.buyers[id] {
			rt.Fatalf("number %d was sold to %+v, want %+v", id, sale.Buyer, m.buyers[id])
		}
	}
}
