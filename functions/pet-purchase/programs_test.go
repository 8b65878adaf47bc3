package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/anishathalye/porcupine"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A fleet is some processes of one program; each serves one request at a time.
type fleet chan *ft.Process

func launch(t *testing.T, n int, program string, environments ...map[string]string) fleet {
	t.Helper()
	f := make(fleet, n)
	for range n {
		f <- ft.Start(t, program, environments...)
	}
	return f
}

// call waits for a process that is free.
func (f fleet) call(t *testing.T, event rest.Request) rest.Response {
	t.Helper()
	p := <-f
	defer func() { f <- p }()
	resp, responded := p.Call(t, event)
	if !responded {
		t.Error("a program died")
	}
	return resp
}

// All three programs of the shop, each in several processes, over a bad network.
func TestProveProgramsAreLinearizable(t *testing.T) {
	c := newCrowd(t)
	getter, updater, seller := ft.Compile(t, "../get-pet-info"), ft.Compile(t, "../update-pet-info"), ft.Compile(t, ".")
	admin := ft.Bearer(c.issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets)))
	for round := range max(*rounds/30, 1) {
		faults, _ := weather(4 * round) // a program has its deadline from the runtime
		s := c.open(t, &dynamotest.Faults{}, kennel(petsOnSale)...)
		environment := []map[string]string{ft.Identity(c.issuer), s.table.Environment(), dynamotest.Proxy(t, faults)}
		s.remote = launch(t, 3, seller, environment...)
		lists, updates := launch(t, 2, getter, environment...), launch(t, 1, updater, environment...)
		g := &contest{
			t: t, s: s, c: c, r: &recorder{},
			list:   func(context.Context) (map[int64]petState, error) { return listByProgram(t, lists, admin) },
			update: func(_ context.Context, wanted []pets.Pet) error { return updateByProgram(t, updates, admin, wanted) },
		}
		if history := g.play(round); !porcupine.CheckOperations(model, history) {
			t.Errorf("round %d of seed %d is not linearizable", round, *seed)
		}
	}
}

var errNoResponse = errors.New("the program returned no result")

func listByProgram(t *testing.T, lists fleet, admin ft.Edit) (map[int64]petState, error) {
	t.Helper()
	resp := lists.call(t, ft.Event(t, "../../get-pet-info/testdata/anonymous", admin))
	var shown []struct {
		ID     int64
		Price  json.Number
		SoldTo string
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errNoResponse
	}
	if err := json.Unmarshal([]byte(resp.Body), &shown); err != nil {
		return nil, err
	}
	seen := map[int64]petState{}
	for _, p := range shown {
		price, err := pets.ParsePrice(p.Price.String())
		if err != nil {
			return nil, err
		}
		seen[p.ID] = petState{listed: true, price: price, owner: p.SoldTo}
	}
	return seen, nil
}

func updateByProgram(t *testing.T, updates fleet, admin ft.Edit, wanted []pets.Pet) error {
	t.Helper()
	resp := updates.call(t, ft.Event(t, "../../update-pet-info/testdata/update", admin, packed(t, wanted)))
	if resp.StatusCode != http.StatusOK {
		return errNoResponse
	}
	return nil
}
