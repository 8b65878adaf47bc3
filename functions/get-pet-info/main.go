// Command get-pet-info serves GET /pets: the list of pets, for anyone. A token shows more:
// administrators see every owner, buyers their own purchases.
package main

import (
	"errors"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.ListPets, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	store, storeErr := dynamo.Open(p.Getenv)
	guard, guardErr := access.Optional(p)
	if err := errors.Join(storeErr, guardErr); err != nil {
		return nil, err
	}
	return guard((&handler{store: store}).list), nil
}
