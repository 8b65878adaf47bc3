// Command update-pet-info serves POST /pets: an administrator replaces the
// catalog. Sales are out of its reach.
package main

import (
	"errors"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.UpdatePets, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	store, storeErr := dynamo.Open(p.Getenv)
	guard, guardErr := access.UpdateGuard(p)
	if err := errors.Join(storeErr, guardErr); err != nil {
		return nil, err
	}
	return guard((&handler{store: store}).update), nil
}
