package main

import (
	"net/http"
	"slices"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/pets/petstest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A process reads the list once for each state; a changed state is read anew.
func TestListIsReadOncePerState(t *testing.T) {
	issuer, store := jwtauthtest.NewIssuer(t), petstest.New()
	store.Fill(t, dog, cat)
	var calls []string
	store.Fail = func(method string) error {
		calls = append(calls, method)
		return nil
	}
	f := ft.New(t, contract.ListPets, over(store), ft.Identity(issuer))
	tag := ""
	get := func(name string, want []string, status int, edits ...ft.Edit) {
		t.Helper()
		calls = nil
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", edits...))
		if resp.StatusCode != status || !slices.Equal(calls, want) {
			t.Errorf("%s: %d after the calls %v, want %d after %v", name, resp.StatusCode, calls, status, want)
		}
		tag = resp.Headers["etag"]
	}
	state, read := []string{"State"}, []string{"State", "Pets"}
	admin := ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets)))

	get("the first", read, http.StatusOK)
	get("unchanged", state, http.StatusOK)
	get("the caller has it", state, http.StatusNotModified, ft.Header("if-none-match", tag))
	get("an administrator", read, http.StatusOK, admin)
	get("an administrator again", read, http.StatusOK, admin)
	get("an administrator has it", state, http.StatusNotModified, admin, ft.Header("if-none-match", tag))
	get("unchanged for all others", state, http.StatusOK)
	store.Buy(t, dog.ID, ann)
	get("after a sale", read, http.StatusOK)
	get("an administrator after a sale", append(read, "Sales"), http.StatusOK, admin)
	get("a buyer without a purchase", read, http.StatusOK, ft.Bearer(issuer.Token(jwtauthtest.SubjectOf("google|2"))))
	store.Fill(t, cow)
	get("after an update", read, http.StatusOK)
	get("another window", read, http.StatusOK, ft.Query("limit=1"))
	get("a kept window", state, http.StatusOK, ft.Query("limit=1"))
}

func TestKeptListKeepsItsHeaders(t *testing.T) {
	f, store, issuer := shop(t)
	store.Fill(t, dog, cat)
	window := ft.Query("limit=1")
	first := f.Call(t.Context(), t, ft.Event(t, "anonymous", window))
	issuer.Down()
	undecided := f.Call(t.Context(), t, ft.Event(t, "anonymous", window, ft.Bearer(issuer.Token())))
	if undecided.Headers["cache-control"] != "no-store" {
		t.Errorf("without keys: headers %v, want no-store", undecided.Headers)
	}
	again := f.Call(t.Context(), t, ft.Event(t, "anonymous", window))
	for _, name := range []string{"etag", "link", "cache-control", "content-type"} {
		if again.Headers[name] == "" || again.Headers[name] != first.Headers[name] {
			t.Errorf("%s: %q, want %q", name, again.Headers[name], first.Headers[name])
		}
	}
	if again.Body != first.Body {
		t.Errorf("%s, want %s", again.Body, first.Body)
	}
	failing := petstest.New()
	failing.Fail = func(string) error { return pets.ErrUnavailable }
	f = ft.New(t, contract.ListPets, over(failing), ft.Identity(jwtauthtest.NewIssuer(t)))
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
	ft.Want(t, "no state", resp, http.StatusServiceUnavailable, `{"message":"Unable to retrieve pet information at this time"}`)
}
