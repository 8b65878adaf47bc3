package main

import (
	"context"

	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/pets"
)

// listOf reads the list of a store as an administrator sees it.
func listOf(store *dynamo.Store) func(context.Context) (map[int64]petState, error) {
	return func(ctx context.Context) (map[int64]petState, error) {
		page, err := pets.List(ctx, store, 0, pets.MaxPage)
		seen := map[int64]petState{}
		for _, p := range page.Pets {
			state := petState{listed: true}
			state.owner, _ = pets.Viewer{All: true}.Owner(p)
			seen[p.ID] = state
		}
		return seen, err
	}
}

// look reads the list. An unanswered read says nothing.
func (g *contest) look(client int) {
	ctx, cancel := context.WithTimeout(g.t.Context(), g.s.timeout)
	defer cancel()
	start := g.r.clock.Add(1)
	seen, err := g.list(ctx)
	if err != nil {
		return
	}
	for pet := range int64(petsOnSale) {
		g.r.did(client, start, input{action: look, pet: pet + 1}, output{seen: seen[pet+1]})
	}
}

// administrator takes the last pet out of the catalog and puts it in again.
func (g *contest) administrator() {
	stock := kennel(petsOnSale)
	for n := range steps {
		act, wanted := unlist, stock[:petsOnSale-1]
		if n%2 == 1 {
			act, wanted = list, stock
		}
		ctx, cancel := context.WithTimeout(g.t.Context(), g.s.timeout)
		start := g.r.clock.Add(1)
		err := g.update(ctx, wanted)
		cancel()
		g.r.did(clients, start, input{action: act, pet: petsOnSale}, output{unknown: err != nil})
	}
}
