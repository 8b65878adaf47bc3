// Command update-pet-info serves POST /pets: an administrator replaces the
// catalog. Sales are out of its reach.
package main

import (
	"errors"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.UpdatePets, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	store, storeErr := dynamo.Open(p.Getenv)
	handler, err := wireStore(p, store)
	return handler, errors.Join(storeErr, err)
}

func wireStore(p rest.Program, store pets.Catalog) (rest.Handler, error) {
	guard, err := access.UpdateGuard(p)
	if err != nil {
		return nil, err
	}
	return guard((&handler{store: store}).update), nil
}
