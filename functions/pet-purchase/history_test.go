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
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// A petState is all that callers can find out about one pet.
type petState struct {
	listed bool
	owner  string
}

type action int

const (
	buy action = iota
	look
	list   // an update after which the pet is in the catalog
	unlist // one after which it is not
)

type input struct {
	action action
	pet    int64
	buyer  string // of one request each, or of all requests with one key
	keyed  bool
}

type output struct {
	unknown bool // no answer: it may have happened, or may happen yet
	refused bool // not available
	seen    petState
	hidden  bool // the owner was not shown
}

const somebody = "somebody"

// model is what one pet does when nothing happens at once.
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
	Init: func() []any { return []any{petState{listed: true}} },
	Step: func(state, in, out any) []any {
		var next []any
		for _, s := range step(state.(petState), in.(input), out.(output)) {
			next = append(next, s)
		}
		return next
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v -> %+v", in, out) },
}).ToModel()

// step returns the states that may follow, none if the output is a lie.
func step(s petState, in input, out output) []petState {
	after := applied(s, in)
	if out.unknown {
		return []petState{s, after}
	}
	switch in.action {
	case buy:
		free := s.listed && s.owner == ""
		own := s.owner == in.buyer
		switch {
		case out.refused && !free && !own, !out.refused && in.keyed && own:
			return []petState{s}
		case !out.refused && free:
			return []petState{after}
		}
		return nil
	case look:
		if out.hidden && s.owner != "" {
			s.owner = somebody
		}
		if s != out.seen {
			return nil
		}
	}
	return []petState{after}
}

func applied(s petState, in input) petState {
	switch {
	case in.action == buy && s.listed && s.owner == "":
		s.owner = in.buyer
	case in.action == list && !s.listed:
		s = petState{listed: true}
	case in.action == unlist:
		s = petState{}
	}
	return s
}

// A recorder writes down a history. Its clock counts, so no two times are equal.
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
	petsOnSale = 3 // the last one goes and comes
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
		return pets.Update(ctx, store, wanted, nil)
	}}
	return g.play(round)
}

// weather is the network of a round. Every fourth one is too bad for an answer in time.
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
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() { g.client(client, rand.New(rand.NewPCG(*seed, uint64(round*clients+client)))) })
	}
	wg.Go(g.administrator)
	wg.Wait()
	g.list = listOf(g.s.store)
	g.look(clients + 1) // whatever was unknown has an end
	return g.r.ops
}

func (g *contest) client(client int, chance *rand.Rand) {
	for n := range steps {
		buyer := client*steps + n // nobody asks twice
		pet := 1 + chance.Int64N(petsOnSale)
		switch at := chance.IntN(100); {
		case at < 30:
			g.look(client)
		case at < 60 && pet < petsOnSale:
			g.buyWithKey(client, buyer, pet)
		default:
			start := g.r.clock.Add(1)
			g.bought(client, buyer, start, input{action: buy, pet: pet, buyer: buyerEmail(buyer)}, g.s.buy(g.t, g.c.tokens[buyer], pet))
		}
	}
}

// buyWithKey asks until there is an answer. All tries are one operation.
func (g *contest) buyWithKey(client, buyer int, pet int64) {
	start := g.r.clock.Add(1)
	var resp rest.Response
	for range 5 {
		resp = g.s.buy(g.t, g.c.tokens[buyer], pet, key("k"))
		if resp.StatusCode != http.StatusServiceUnavailable {
			break
		}
	}
	g.bought(client, buyer, start, input{action: buy, pet: pet, buyer: buyerEmail(buyer), keyed: true}, resp)
}

// bought records the purchase and, of an answer made for it, what it tells about the other pets.
func (g *contest) bought(client, buyer int, start int64, in input, resp rest.Response) {
	switch resp.StatusCode {
	case http.StatusOK:
		g.r.did(client, start, in, output{})
	case http.StatusConflict:
		g.r.did(client, start, in, output{refused: true})
	case http.StatusServiceUnavailable:
		g.r.did(client, start, in, output{unknown: true})
	default:
		g.t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	var shown []struct {
		ID     int64
		IsSold bool
		SoldTo string
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal([]byte(resp.Body), &shown) != nil || len(shown) < petsOnSale-1 {
		return
	}
	for _, p := range shown {
		if p.ID == in.pet {
			// Unless an update has taken it away and put it back meanwhile.
			if p.SoldTo != buyerEmail(buyer) && in.pet < petsOnSale {
				g.t.Errorf("the buyer's own pet is shown as sold to %q", p.SoldTo)
			}
			continue
		}
		seen := petState{listed: true}
		if p.IsSold {
			seen.owner = somebody
		}
		g.r.did(client, start, input{action: look, pet: p.ID}, output{seen: seen, hidden: true})
	}
}
