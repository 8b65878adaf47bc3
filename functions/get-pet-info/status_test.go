package main

import (
	"net/http"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func TestEveryStatus(t *testing.T) {
	f, store, _ := shop(t)
	store.Fill(t, dog)
	call := func(edits ...ft.Edit) func() rest.Response {
		return func() rest.Response { return f.Call(t.Context(), t, ft.Event(t, "anonymous", edits...)) }
	}
	failing := func(err error) func() rest.Response {
		return func() rest.Response {
			defer func() { store.Fail = func(string) error { return nil } }()
			store.Fail = func(string) error { return err }
			return call()()
		}
	}
	ft.EveryStatus(t, contract.ListPets, map[int]func() rest.Response{
		http.StatusOK:                  call(),
		http.StatusNotModified:         call(ft.Header("if-none-match", "*")),
		http.StatusBadRequest:          call(ft.Query("limit=0")),
		http.StatusUnauthorized:        call(ft.Bearer("not a token")),
		http.StatusInternalServerError: failing(pets.ErrCorrupt),
		http.StatusServiceUnavailable:  failing(pets.ErrUnavailable),
	})
}
