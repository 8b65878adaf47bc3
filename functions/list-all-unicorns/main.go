// Command list-all-unicorns serves GET /unicorns: all unicorns with their gifts, for trainers.
package main

import (
	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.ListUnicorns, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	guard, err := access.RequireScopes(p)
	if err != nil {
		return nil, err
	}
	return guard(list), nil
}
