// Command get-unicorn serves GET /unicorn?name=X: the gift of a unicorn, for trainers and riders.
package main

import (
	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.FindUnicorn, wire) }

func wire(p rest.Program) (rest.Handler, error) {
	guard, err := access.RequireScopes(p)
	if err != nil {
		return nil, err
	}
	return guard(get), nil
}
