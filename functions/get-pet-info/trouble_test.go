package main

import (
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestStoreTrouble(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault dynamotest.Fault
	}{
		{"throttled", dynamotest.Throttled},
		{"failing", dynamotest.Failed},
		{"cutting every response", dynamotest.Cut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := dynamotest.NewTable(t)
			network := &dynamotest.Faults{Plan: func(int, string) dynamotest.Fault { return tt.fault }}
			f := ft.New(t, contract.ListPets, wire, ft.Identity(jwtauthtest.NewIssuer(t)), table.Environment(), dynamotest.Proxy(t, network))
			resp := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
			ft.Want(t, tt.name, resp, http.StatusServiceUnavailable, `{"message":"Unable to retrieve pet information at this time"}`)
			if resp.Headers["retry-after"] != "1" {
				t.Errorf("retry-after %q, want 1", resp.Headers["retry-after"])
			}
			if !strings.Contains(f.Log(), `"level":"ERROR"`) {
				t.Errorf("not logged as an error: %s", f.Log())
			}
		})
	}
}

func TestCorruptItem(t *testing.T) {
	table := dynamotest.NewTable(t)
	f := ft.New(t, contract.ListPets, wire, ft.Identity(jwtauthtest.NewIssuer(t)), table.Environment())
	if _, err := pets.Update(t.Context(), table.Store(t, nil), []pets.Pet{dog}, nil); err != nil {
		t.Fatal(err)
	}
	table.Put(t, contract.CatalogPartition, dog.ID, dynamotest.Attributes{})
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
	ft.Want(t, "corrupt", resp, http.StatusInternalServerError, `{"message":"Internal Server Error"}`)
	if !strings.Contains(f.Log(), "corrupt item: attribute") {
		t.Errorf("the log does not name the attribute: %s", f.Log())
	}
}

// A table that an earlier version filled is not read as if it were empty.
func TestEarlierLayout(t *testing.T) {
	table := dynamotest.NewEarlierTable(t)
	f := ft.New(t, contract.ListPets, wire, ft.Identity(jwtauthtest.NewIssuer(t)), table.Environment())
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
	ft.Want(t, "earlier layout", resp, http.StatusInternalServerError, `{"message":"Internal Server Error"}`)
	for _, want := range []string{`"level":"ERROR"`, table.Name, "the layout of an earlier version"} {
		if !strings.Contains(f.Log(), want) {
			t.Errorf("the log has no %s: %s", want, f.Log())
		}
	}
}
