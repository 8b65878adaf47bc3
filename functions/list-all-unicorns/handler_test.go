package main

import (
	"net/http"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestWho(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	f := ft.New(t, contract.ListUnicorns, wire, ft.Identity(issuer))
	for _, tt := range []struct {
		name   string
		edit   ft.Edit
		status int
		body   string
	}{
		{"a trainer", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeListUnicorns, contract.ScopeReadUnicorn))), http.StatusOK, `[{"name":"Gaia","gift":"Speed"},{"name":"Magestic","gift":"Magic"},{"name":"Sparkles","gift":"Glitter"}]`},
		{"a rider", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeReadUnicorn))), http.StatusForbidden, ft.Forbidden},
		{"no token", ft.Header("authorization", ""), http.StatusUnauthorized, ft.Unauthorized},
		{"an ID token", ft.Bearer(issuer.IDToken(jwtauthtest.Scopes(contract.ScopeListUnicorns))), http.StatusUnauthorized, ft.Unauthorized},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "list", tt.edit))
		ft.Want(t, tt.name, resp, tt.status, tt.body)
		if resp.Headers["cache-control"] != "no-store" {
			t.Errorf("%s: cache-control %q, want no-store", tt.name, resp.Headers["cache-control"])
		}
	}
}

func TestKeysDown(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	f := ft.New(t, contract.ListUnicorns, wire, ft.Identity(issuer))
	issuer.Down()
	resp := f.Call(t.Context(), t, ft.Event(t, "list", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeListUnicorns)))))
	ft.Want(t, "keys down", resp, http.StatusServiceUnavailable, `{"message":"Service Unavailable"}`)
	if resp.Headers["retry-after"] == "" {
		t.Error("503 without retry-after")
	}
}

func TestOddEvents(t *testing.T) {
	f := ft.New(t, contract.ListUnicorns, wire, ft.Identity(jwtauthtest.NewIssuer(t)))
	for _, tt := range []struct {
		payload string
		status  int
		body    string
	}{
		{`{}`, http.StatusUnauthorized, ft.Unauthorized},
		{`{"key1":"value1"}`, http.StatusUnauthorized, ft.Unauthorized},
		{`{"headers":null}`, http.StatusUnauthorized, ft.Unauthorized},
		{`{"version":"1.0","httpMethod":"GET"}`, http.StatusBadRequest, `{"message":"payload format 2.0 is required"}`},
	} {
		ft.Want(t, tt.payload, f.Invoke(t.Context(), t, tt.payload), tt.status, tt.body)
	}
}
