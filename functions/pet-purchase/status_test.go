package main

import (
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/pets/petstest"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// Each request has a shop of its own: a sale changes what the others get.
func TestEveryStatus(t *testing.T) {
	call := func(edits ...ft.Edit) func() rest.Response {
		return func() rest.Response {
			s := open(t, dog, cat)
			return s.post(t, append([]ft.Edit{s.buyer("ann")}, edits...)...)
		}
	}
	failing := func(err error) func() rest.Response {
		return func() rest.Response {
			s := open(t, dog, cat)
			s.store.(*petstest.Store).Fail = func(string) error { return err }
			return s.post(t, s.buyer("ann"))
		}
	}
	ft.EveryStatus(t, contract.PurchasePet, map[int]func() rest.Response{
		http.StatusOK:           call(),
		http.StatusBadRequest:   call(ft.Body("{}")),
		http.StatusUnauthorized: call(ft.Header("authorization", "")),
		http.StatusForbidden: func() rest.Response {
			s := open(t, dog)
			return s.post(t, s.buyer("ann", jwtauthtest.Claim("gty", "client-credentials")))
		},
		http.StatusConflict:              call(ft.Body(`{"petId":3}`)),
		http.StatusPreconditionFailed:    call(ft.Body(`{"petId":1,"expect":{"type":"cat"}}`)),
		http.StatusRequestEntityTooLarge: call(ft.Body(strings.Repeat(" ", contract.MaxPurchaseBody+1))),
		http.StatusUnsupportedMediaType:  call(ft.Header("content-type", "text/plain")),
		http.StatusUnprocessableEntity: func() rest.Response {
			s := open(t, dog, cat)
			ann := s.buyer("ann")
			s.post(t, ann, key("k"))
			return s.post(t, ann, key("k"), ft.Body(`{"petId":2}`))
		},
		http.StatusInternalServerError: failing(pets.ErrCorrupt),
		http.StatusServiceUnavailable:  failing(pets.ErrUnavailable),
	})
}
