// Command get-pet-info serves GET /pets: the list of pets, for anyone. A token shows more:
// administrators see every owner, buyers their own purchases.
package main

import (
	"errors"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.ListPets, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	store, storeErr := dynamo.Open(p.Getenv)
	handler, err := wireStore(p, store)
	return handler, errors.Join(storeErr, err)
}

func wireStore(p rest.Program, store pets.Lister) (rest.Handler, error) {
	guard, err := access.Optional(p)
	if err != nil {
		return nil, err
	}
	return guard((&handler{store: store}).list), nil
}
