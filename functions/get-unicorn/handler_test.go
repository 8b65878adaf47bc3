package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestGet(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	f := ft.New(t, contract.FindUnicorn, wire, ft.Identity(issuer))
	rider := ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeReadUnicorn)))
	const (
		missing = `{"message":"Missing Unicorn Name"}`
		bad     = `{"message":"name must be at most 256 bytes of text without control characters"}`
	)
	for _, tt := range []struct {
		query  string
		status int
		body   string
	}{
		{"name=Gaia", http.StatusOK, `{"name":"Gaia","gift":"Flight"}`},
		{"name=Gaia&x=1", http.StatusOK, `{"name":"Gaia","gift":"Flight"}`},
		{"name=J%C3%B6rm+un,gandr", http.StatusOK, `{"name":"Jörm un,gandr","gift":"Flight"}`},
		{"name=" + strings.Repeat("x", 256), http.StatusOK, `{"name":"` + strings.Repeat("x", 256) + `","gift":"Flight"}`},
		{"", http.StatusBadRequest, missing},
		{"name=", http.StatusBadRequest, missing},
		{"NAME=Gaia", http.StatusBadRequest, missing},
		{"name=Gaia&name=Sparkles", http.StatusBadRequest, `{"message":"name must be given once"}`},
		{"name=%00", http.StatusBadRequest, bad},
		{"name=a%0Ab", http.StatusBadRequest, bad},
		{"name=%ff", http.StatusBadRequest, bad},
		{"name=" + strings.Repeat("x", 257), http.StatusBadRequest, bad},
		{"name=%zz", http.StatusBadRequest, `{"message":"the query string is malformed"}`},
	} {
		ft.Want(t, tt.query, f.Call(t.Context(), t, ft.Event(t, "gaia", rider, ft.Query(tt.query))), tt.status, tt.body)
	}
	// A hand-written event has the map only; null and absent are alike.
	event := ft.Event(t, "gaia", rider)
	event.RawQueryString = ""
	ft.Want(t, "map", f.Call(t.Context(), t, event), http.StatusOK, `{"name":"Gaia","gift":"Flight"}`)
}

func TestWho(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	f := ft.New(t, contract.FindUnicorn, wire, ft.Identity(issuer))
	for _, tt := range []struct {
		name   string
		edit   ft.Edit
		status int
		body   string
	}{
		{"no token", ft.Header("authorization", ""), http.StatusUnauthorized, ft.Unauthorized},
		{"no scope", ft.Bearer(issuer.Token()), http.StatusForbidden, ft.Forbidden},
		{"another scope", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeListUnicorns))), http.StatusForbidden, ft.Forbidden},
		{"a trainer has both", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeListUnicorns, contract.ScopeReadUnicorn))), http.StatusOK, `{"name":"Gaia","gift":"Flight"}`},
	} {
		ft.Want(t, tt.name, f.Call(t.Context(), t, ft.Event(t, "gaia", tt.edit)), tt.status, tt.body)
	}
	for _, payload := range []string{`{}`, `{"key1":"value1"}`, `{"queryStringParameters":null}`} {
		ft.Want(t, payload, f.Invoke(t.Context(), t, payload), http.StatusUnauthorized, ft.Unauthorized)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"name=Gaia", "name=%00", "name=a&name=b", "%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		event := ft.Event(t, "gaia", ft.Query(raw))
		resp, err := get(t.Context(), event)
		if err != nil {
			return
		}
		// The response has the requested name, and nothing else of the request.
		values, _ := url.ParseQuery(raw)
		if raw != "" && len(values["name"]) != 1 || len(resp.Body) > 2048 {
			t.Fatalf("%q: response %q", raw, resp.Body)
		}
	})
}
