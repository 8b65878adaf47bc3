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
	guard, buyers, guardErr := access.PurchaseGuard(p)
	if err := errors.Join(storeErr, guardErr); err != nil {
		return nil, err
	}
	h := &handler{shop: &pets.Shop{Register: store}, list: store, buyers: buyers, telemetry: p.Telemetry}
	return guard(h.purchase), nil
}
