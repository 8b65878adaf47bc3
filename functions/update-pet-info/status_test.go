package main

import (
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func TestEveryStatus(t *testing.T) {
	o := open(t)
	call := func(edits ...ft.Edit) func() rest.Response {
		return func() rest.Response { return o.post(t, edits...) }
	}
	failing := func(err error) func() rest.Response {
		return func() rest.Response {
			defer func() { o.store.Fail = func(string) error { return nil } }()
			o.store.Fail = func(string) error { return err }
			return o.post(t)
		}
	}
	ft.EveryStatus(t, contract.UpdatePets, map[int]func() rest.Response{
		http.StatusOK:                    call(),
		http.StatusBadRequest:            call(ft.Body("{")),
		http.StatusUnauthorized:          call(ft.Header("authorization", "")),
		http.StatusForbidden:             call(ft.Bearer(o.issuer.Token())),
		http.StatusPreconditionFailed:    call(ft.Header("if-match", `"another"`)),
		http.StatusRequestEntityTooLarge: call(ft.Body(strings.Repeat(" ", contract.MaxUpdateBody+1))),
		http.StatusUnsupportedMediaType:  call(ft.Header("content-encoding", "br")),
		http.StatusInternalServerError:   failing(pets.ErrCorrupt),
		http.StatusServiceUnavailable:    failing(pets.ErrUnavailable),
	})
}
