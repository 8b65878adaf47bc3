// Command pet-purchase serves POST /pets/purchase: a buyer buys a pet, once.
package main

import (
	"errors"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.PurchasePet, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	store, storeErr := dynamo.Open(p.Getenv)
	handler, err := wireStore(p, store)
	return handler, errors.Join(storeErr, err)
}

// A store sells pets and lists them.
type store interface {
	pets.SaleStore
	pets.Lister
}

func wireStore(p rest.Program, s store) (rest.Handler, error) {
	guard, buyers, err := access.PurchaseGuard(p)
	if err != nil {
		return nil, err
	}
	h := &handler{shop: &pets.Shop{Store: s}, list: s, buyers: buyers, telemetry: p.Telemetry}
	return guard(h.purchase), nil
}
