package main

import (
	"net/http"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets/petstest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestAdministratorSeesTheBuyer(t *testing.T) {
	issuer, store := jwtauthtest.NewIssuer(t), petstest.New()
	f := ft.New(t, contract.ListPets, over(store), ft.Identity(issuer))
	store.Fill(t, dog)
	store.Buy(t, dog.ID, ann)

	admin := ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets)))
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", admin)) // testdata/anonymous.json
	ft.Want(t, "admin", resp, http.StatusOK,
		`[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"}]`)

	resp = f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Bearer("not a token")))
	ft.Want(t, "bad token", resp, http.StatusUnauthorized, ft.Unauthorized)
}
