package main

import (
	"maps"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/pets/petstest"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestMain(m *testing.M) { os.Exit(dynamotest.Main(m)) }

var (
	dog = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat = pets.Pet{ID: 2, Type: "cat", Price: 12499}
)

// Bodies of responses.
const (
	annsDog     = `[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"},{"id":2,"type":"cat","price":124.99}]`
	unavailable = `{"message":"That pet is not available."}`
	noBuyer     = `{"message":"authorization failure"}`
)

// shop is the function, the store behind it, and the issuer of its buyers' tokens.
type shop struct {
	f      *ft.Function
	store  petstest.Shop
	issuer *jwtauthtest.Issuer
	wire   rest.Wire         // of f
	table  *dynamotest.Table // behind the store; nil for one in memory

	timeout time.Duration // of a request in a proof
	remote  fleet         // serves the proof instead of f, if set
}

// open opens a shop over a store in memory.
func open(t *testing.T, stock ...pets.Pet) shop {
	t.Helper()
	store := petstest.New()
	s := shop{issuer: jwtauthtest.NewIssuer(t), store: store}
	s.wire = func(p rest.Program) (rest.Handler, error) { return wireStore(p, store) }
	s.f = s.function(t)
	if len(stock) > 0 {
		s.stock(t, stock...)
	}
	return s
}

// openTable opens a shop over a table.
func openTable(t *testing.T, stock ...pets.Pet) shop {
	t.Helper()
	table := dynamotest.NewTable(t)
	s := shop{issuer: jwtauthtest.NewIssuer(t), table: table, store: table.Store(t, nil), wire: wire}
	s.f = s.function(t)
	s.stock(t, stock...)
	return s
}

// function wires the function with more settings.
func (s shop) function(t *testing.T, environments ...map[string]string) *ft.Function {
	t.Helper()
	all := []map[string]string{ft.Identity(s.issuer)}
	if s.table != nil {
		all = append(all, s.table.Environment())
	}
	return ft.New(t, contract.PurchasePet, s.wire, append(all, environments...)...)
}

// stock makes the pets the whole catalog.
func (s shop) stock(t *testing.T, stock ...pets.Pet) {
	t.Helper()
	if _, err := pets.Update(t.Context(), s.store, stock, nil); err != nil {
		t.Fatal(err)
	}
}

// sales returns all sales, by number.
func (s shop) sales(t *testing.T) map[int64]pets.Sale {
	t.Helper()
	list, err := s.store.Sales(t.Context(), 1, pets.MaxID)
	if err != nil {
		t.Fatal(err)
	}
	all := map[int64]pets.Sale{}
	for _, sale := range list {
		all[sale.PetID] = sale
	}
	return all
}

// buyer authorizes a request with an access token that carries an e-mail, as the
// provider's action puts it there.
func (s shop) buyer(name string, edits ...jwtauthtest.Edit) ft.Edit {
	edits = append([]jwtauthtest.Edit{
		jwtauthtest.Scopes(contract.ScopePurchasePets),
		jwtauthtest.SubjectOf("google|" + name),
		jwtauthtest.Claim(jwtauthtest.Audience+"/email", name+"@example.com"),
	}, edits...)
	return ft.Bearer(s.issuer.Token(edits...))
}

func (s shop) post(t *testing.T, edits ...ft.Edit) rest.Response {
	t.Helper()
	return s.f.Call(t.Context(), t, ft.Event(t, "purchase", edits...))
}

// owners maps each sold pet of the catalog to the e-mail of its buyer. A buyer
// without the sale, or a sale without its mark on the pet, fails the test.
func (s shop) owners(t *testing.T) map[int64]string {
	t.Helper()
	sales := s.sales(t)
	_, list, err := s.store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owners := map[int64]string{}
	for _, p := range list {
		sale, sold := sales[p.ID]
		if sold != p.IsSold() || sold && pets.TagOf(sale.Buyer.Subject) != p.Buyer {
			t.Errorf("pet %d is sold: %t, its sale is on record: %t", p.ID, p.IsSold(), sold)
		}
		if sold {
			owners[p.ID] = sale.Buyer.Email
		}
	}
	return owners
}

func (s shop) wantOwners(t *testing.T, name string, want map[int64]string) {
	t.Helper()
	if got := s.owners(t); !maps.Equal(got, want) {
		t.Errorf("%s: owners (-want +got):\n%s", name, cmp.Diff(want, got))
	}
}
