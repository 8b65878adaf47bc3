package main

import (
	"context"
	"flag"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// How much is proved. `make prove` asks for more than every test run can wait for.
var (
	rounds   = flag.Int("rounds", 150, "histories to check for linearizability")
	attempts = flag.Int("attempts", 2000, "contested attempts to buy, and sales under updates")
	seed     = flag.Uint64("seed", 1, "what the faults are drawn from")
)

// lambdaTimeout is how long a function has.
const lambdaTimeout = 10 * time.Second

// A crowd is a fixed number of buyers with tokens that are made once.
type crowd struct {
	issuer *jwtauthtest.Issuer
	tokens []ft.Edit
}

const crowdSize = 48

func buyerEmail(i int) string { return buyerName(i) + "@example.com" }
func buyerName(i int) string  { return "buyer" + strconv.Itoa(i) }

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	dynamotest.Need(t) // here, because a worker cannot skip its test
	c := &crowd{issuer: jwtauthtest.NewIssuer(t)}
	s := shop{issuer: c.issuer}
	for i := range crowdSize {
		c.tokens = append(c.tokens, s.buyer(buyerName(i)))
	}
	return c
}

// open opens a shop over a new table and a network with faults.
func (c *crowd) open(t *testing.T, faults *dynamotest.Faults, stock ...pets.Pet) shop {
	t.Helper()
	table := dynamotest.NewTable(t)
	s := shop{issuer: c.issuer, table: table, store: table.Store(t, nil), wire: wire, timeout: lambdaTimeout}
	s.f = s.function(t, dynamotest.Proxy(t, faults))
	s.stock(t, stock...)
	return s
}

// buy sends one request with the deadline that Lambda would give it.
func (s shop) buy(t *testing.T, token ft.Edit, petID int64, edits ...ft.Edit) rest.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), s.timeout)
	defer cancel()
	body := ft.Body(`{"petId":` + strconv.FormatInt(petID, 10) + `}`)
	event := ft.Event(t, "purchase", append([]ft.Edit{token, body}, edits...)...)
	if s.remote != nil {
		return s.remote.call(t, event)
	}
	return s.f.Call(ctx, t, event)
}

// drawn plans faults by chance, the same ones for the same seed and call.
func drawn(round int, chances map[dynamotest.Fault]float64) func(int, string) dynamotest.Fault {
	return func(n int, _ string) dynamotest.Fault {
		at := rand.New(rand.NewPCG(*seed+uint64(round)<<32, uint64(n))).Float64()
		for fault := dynamotest.None; fault <= dynamotest.Slow; fault++ {
			if at -= chances[fault]; at < 0 && chances[fault] > 0 {
				return fault
			}
		}
		return dynamotest.None
	}
}

func kennel(n int) []pets.Pet {
	stock := make([]pets.Pet, n)
	for i := range stock {
		stock[i] = pets.Pet{ID: int64(i + 1), Type: "dog", Price: pets.Price(100 + i)}
	}
	return stock
}

// tally counts the responses to a test's buyers, by status.
type tally struct {
	mu      sync.Mutex
	status  map[int]int
	owner   map[int64][]string // by response 200
	refused map[int64][]string // by response 409
}

func (c *tally) add(petID int64, email string, resp rest.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.status == nil {
		c.status, c.owner, c.refused = map[int]int{}, map[int64][]string{}, map[int64][]string{}
	}
	c.status[resp.StatusCode]++
	switch resp.StatusCode {
	case http.StatusOK:
		c.owner[petID] = append(c.owner[petID], email)
	case http.StatusConflict:
		c.refused[petID] = append(c.refused[petID], email)
	}
}

// check compares the responses with the sales on record.
func (c *tally) check(t *testing.T, s shop) (doubleSales, ownersRefused, lost int) {
	t.Helper()
	owners := s.owners(t)
	for petID, winners := range c.owner {
		doubleSales += len(winners) - 1
		if owners[petID] != winners[0] {
			lost++
		}
	}
	for petID, losers := range c.refused {
		for _, email := range losers {
			if owners[petID] == email {
				ownersRefused++
			}
		}
	}
	if sales := s.table.Sales(t); len(sales) != len(owners) {
		t.Errorf("%d sales on record, %d pets sold", len(sales), len(owners))
	}
	return doubleSales, ownersRefused, lost
}
