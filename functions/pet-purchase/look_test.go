package main

import (
	"context"

	"example.com/securedpets/functions/internal/pets"
)

// listOf reads the list of a store as an administrator sees it.
func listOf(store pets.Lister) func(context.Context) (map[int64]petState, error) {
	return func(ctx context.Context) (map[int64]petState, error) {
		state, err := store.State(ctx)
		if err != nil {
			return nil, err
		}
		page, err := pets.List(ctx, store, state, pets.Viewer{All: true}, pets.FirstPage)
		seen := map[int64]petState{}
		for _, p := range page.Pets {
			seen[p.ID] = petState{listed: true, price: p.Price, owner: page.Owners[p.ID]}
		}
		return seen, err
	}
}

// look reads the list. A read without a response shows nothing.
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

// priceOf is one of the two prices that a pet has in turns.
func priceOf(pet int64, turn int) pets.Price { return pets.Price(99 + pet + int64(turn)*50) }

// administrator changes all prices in turns, removes the last pet and adds it
// again.
func (g *contest) administrator() {
	for n := range steps {
		stock := kennel(petsOnSale - n%2)
		for i := range stock {
			stock[i].Price = priceOf(stock[i].ID, (n/2+1)%2)
		}
		ctx, cancel := context.WithTimeout(g.t.Context(), g.s.timeout)
		start := g.r.clock.Add(1)
		err := g.update(ctx, stock)
		cancel()
		g.saved(stock, start, err)
	}
}

// saved records an update: one operation for each number.
func (g *contest) saved(stock []pets.Pet, start int64, err error) {
	for pet := range int64(petsOnSale) {
		in := input{action: save, pet: pet + 1}
		if int(pet) < len(stock) {
			in.listed, in.price = true, stock[pet].Price
		}
		g.r.did(clients, start, in, output{unknown: err != nil})
	}
}
