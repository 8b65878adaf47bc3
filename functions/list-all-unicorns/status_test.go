package main

import (
	"net/http"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestEveryStatus(t *testing.T) {
	issuer, down := jwtauthtest.NewIssuer(t), jwtauthtest.NewIssuer(t)
	good := ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeListUnicorns)))
	f := ft.New(t, contract.ListUnicorns, wire, ft.Identity(issuer))
	call := func(edits ...ft.Edit) func() rest.Response {
		return func() rest.Response { return f.Call(t.Context(), t, ft.Event(t, "list", edits...)) }
	}
	keyless := ft.New(t, contract.ListUnicorns, wire, ft.Identity(down))
	down.Down()
	ft.EveryStatus(t, contract.ListUnicorns, map[int]func() rest.Response{
		http.StatusOK:                  call(good),
		http.StatusUnauthorized:        call(ft.Header("authorization", "")),
		http.StatusForbidden:           call(ft.Bearer(issuer.Token())),
		http.StatusInternalServerError: call(good, ft.Path("/another")),
		http.StatusServiceUnavailable: func() rest.Response {
			return keyless.Call(t.Context(), t, ft.Event(t, "list", ft.Bearer(down.Token(jwtauthtest.Scopes(contract.ScopeListUnicorns)))))
		},
	})
}
