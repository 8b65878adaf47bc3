package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// A petState is all that callers can find out about one number.
type petState struct {
	listed bool
	price  pets.Price
	owner  string // stays when the pet is removed
}

type action int

const (
	buy  action = iota
	look        // reads the list
	save        // an update, after which the pet is listed at a price, or is not
)

type input struct {
	action action
	pet    int64

	buyer  string     // of one request each, or of all requests with one key
	keyed  bool       // buy: repeated until there is a response
	expect pets.Price // buy: 0 if nothing is expected

	listed bool // save
	price  pets.Price
}

type output struct {
	status  int  // buy: 200, 409 or 412
	unknown bool // no response: it may have happened, or may happen yet
	seen    petState
	hidden  bool // look: the buyer was not shown
}

const hiddenBuyer = "a hidden buyer"

// model is the sequential behavior of one number.
var model = (&porcupine.NondeterministicModel{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byPet := map[int64][]porcupine.Operation{}
		for _, op := range history {
			byPet[op.Input.(input).pet] = append(byPet[op.Input.(input).pet], op)
		}
		var parts [][]porcupine.Operation
		for _, part := range byPet {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() []any { return []any{petState{}} },
	Step: func(state, in, out any) []any {
		var next []any
		for _, s := range step(state.(petState), in.(input), out.(output)) {
			next = append(next, s)
		}
		return next
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v -> %+v", in, out) },
}).ToModel()

// step returns the states that may follow, none if the output is wrong.
func step(s petState, in input, out output) []petState {
	after := applied(s, in)
	switch {
	case out.unknown:
		return []petState{s, after}
	case in.action == buy && !in.allows(s, out.status):
		return nil
	case in.action == look && !s.shows(out):
		return nil
	}
	return []petState{after}
}

func (in input) allows(s petState, status int) bool {
	free := s.listed && s.owner == ""
	own := s.owner == in.buyer
	switch status {
	case http.StatusOK:
		return free && in.isMet(s) || own && in.keyed
	case http.StatusConflict:
		return !free && !own
	default:
		return free && !in.isMet(s)
	}
}

func (in input) isMet(s petState) bool { return in.expect == 0 || in.expect == s.price }

func (s petState) shows(out output) bool {
	if !s.listed {
		return !out.seen.listed
	}
	if out.hidden && s.owner != "" {
		s.owner = hiddenBuyer
	}
	return s == out.seen
}

func applied(s petState, in input) petState {
	switch {
	case in.action == buy && s.listed && s.owner == "" && in.isMet(s):
		s.owner = in.buyer
	case in.action == save:
		s.listed, s.price = in.listed, in.price
	}
	return s
}

// A recorder records a history. Its clock counts, so no two times are equal.
type recorder struct {
	clock atomic.Int64
	mu    sync.Mutex
	ops   []porcupine.Operation
}

func (r *recorder) did(client int, start int64, in input, out output) {
	end := r.clock.Add(1)
	if out.unknown {
		end = math.MaxInt64
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, porcupine.Operation{ClientId: client, Input: in, Call: start, Output: out, Return: end})
}

const (
	clients    = 5
	steps      = 4
	petsOnSale = 3 // the last one is removed and added again
)

// A contest is one round: some buyers, one administrator, and a bad network.
type contest struct {
	t *testing.T
	s shop
	c *crowd
	r *recorder

	list   func(context.Context) (map[int64]petState, error) // as an administrator sees it
	update func(context.Context, []pets.Pet) error
}

func TestProveLinearizable(t *testing.T) {
	c := newCrowd(t)
	var bad, ops, unknown atomic.Int64
	var wg sync.WaitGroup
	next := make(chan int)
	for range 6 {
		wg.Go(func() {
			for round := range next {
				history := play(t, c, round)
				ops.Add(int64(len(history)))
				for _, op := range history {
					if op.Output.(output).unknown {
						unknown.Add(1)
					}
				}
				if !porcupine.CheckOperations(model, history) {
					bad.Add(1)
					t.Errorf("round %d of seed %d is not linearizable", round, *seed)
				}
			}
		})
	}
	for round := range *rounds {
		next <- round
	}
	close(next)
	wg.Wait()
	t.Logf("%d rounds, %d operations, %d of unknown outcome: %d rounds not linearizable", *rounds, ops.Load(), unknown.Load(), bad.Load())
}

func play(t *testing.T, c *crowd, round int) []porcupine.Operation {
	faults, timeout := weather(round)
	s := c.open(t, faults, kennel(petsOnSale)...)
	s.timeout = timeout
	store := s.table.Store(t, faults)
	g := &contest{t: t, s: s, c: c, r: &recorder{}, list: listOf(store), update: func(ctx context.Context, wanted []pets.Pet) error {
		_, err := pets.Update(ctx, store, wanted, nil)
		return err
	}}
	return g.play(round)
}

// weather is the network of a round. Every fourth one is too bad for a response in time.
func weather(round int) (faults *dynamotest.Faults, timeout time.Duration) {
	chances, timeout := map[dynamotest.Fault]float64{
		dynamotest.Refused: 0.02, dynamotest.Throttled: 0.05, dynamotest.Failed: 0.02,
		dynamotest.Lost: 0.06, dynamotest.Cut: 0.02, dynamotest.Broken: 0.02,
	}, lambdaTimeout
	if round%4 == 3 {
		chances, timeout = map[dynamotest.Fault]float64{dynamotest.Lost: 0.4, dynamotest.Broken: 0.2}, 800*time.Millisecond
	}
	return &dynamotest.Faults{Stale: true, Plan: drawn(round, chances)}, timeout
}

func (g *contest) play(round int) []porcupine.Operation {
	g.saved(kennel(petsOnSale), g.r.clock.Add(1), nil)
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() { g.client(client, rand.New(rand.NewPCG(*seed, uint64(round*clients+client)))) })
	}
	wg.Go(g.administrator)
	wg.Wait()
	g.list = listOf(g.s.store)
	g.look(clients + 1) // every unknown outcome is decided by now
	return g.r.ops
}

func (g *contest) client(client int, chance *rand.Rand) {
	for n := range steps {
		buyer := client*steps + n // each buyer buys once
		in := input{action: buy, pet: 1 + chance.Int64N(petsOnSale), buyer: buyerEmail(buyer), keyed: chance.IntN(100) < 45}
		if chance.IntN(100) < 50 {
			in.expect = priceOf(in.pet, chance.IntN(2))
		}
		if chance.IntN(100) < 30 {
			g.look(client)
			continue
		}
		g.buy(client, buyer, in)
	}
}

// buy sends the request; with a key, until there is a response: all attempts
// are one operation.
func (g *contest) buy(client, buyer int, in input) {
	attempts, edits := 1, []ft.Edit{ft.Body(in.body())}
	if in.keyed {
		attempts, edits = 5, append(edits, key("k"))
	}
	start := g.r.clock.Add(1)
	var resp rest.Response
	for range attempts {
		resp = g.s.buy(g.t, g.c.tokens[buyer], in.pet, edits...)
		if resp.StatusCode != http.StatusServiceUnavailable {
			break
		}
	}
	g.bought(client, start, in, resp)
}

func (in input) body() string {
	if in.expect == 0 {
		return fmt.Sprintf(`{"petId":%d}`, in.pet)
	}
	return fmt.Sprintf(`{"petId":%d,"expect":{"type":"dog","price":%s}}`, in.pet, in.expect)
}

// bought records the purchase and, of a response rendered for it, what it shows
// of the other pets.
func (g *contest) bought(client int, start int64, in input, resp rest.Response) {
	switch resp.StatusCode {
	case http.StatusOK, http.StatusConflict, http.StatusPreconditionFailed:
		g.r.did(client, start, in, output{status: resp.StatusCode})
	case http.StatusServiceUnavailable:
		g.r.did(client, start, in, output{unknown: true})
	default:
		g.t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	var shown []struct {
		ID     int64
		Price  json.Number
		IsSold bool
		SoldTo string
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal([]byte(resp.Body), &shown) != nil || len(shown) < petsOnSale-1 {
		return
	}
	for _, p := range shown {
		if p.ID == in.pet {
			if p.SoldTo != in.buyer {
				g.t.Errorf("the buyer's own pet is shown as sold to %q", p.SoldTo)
			}
			continue
		}
		price, err := pets.ParsePrice(p.Price.String())
		if err != nil {
			g.t.Error(err)
		}
		seen := petState{listed: true, price: price}
		if p.IsSold {
			seen.owner = hiddenBuyer
		}
		g.r.did(client, start, input{action: look, pet: p.ID}, output{seen: seen, hidden: true})
	}
}
