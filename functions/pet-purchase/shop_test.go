package main

import (
	"maps"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestMain(m *testing.M) { os.Exit(dynamotest.Main(m)) }

var (
	dog = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat = pets.Pet{ID: 2, Type: "cat", Price: 12499}
)

// Bodies of answers.
const (
	annsDog     = `[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"},{"id":2,"type":"cat","price":124.99}]`
	unavailable = `{"message":"That pet is not available."}`
	nobody      = `{"message":"authorization failure"}`
)

// shop is the function, the store behind it, and the issuer of its buyers' tokens.
type shop struct {
	f      *ft.Function
	store  *dynamo.Store
	table  *dynamotest.Table
	issuer *jwtauthtest.Issuer

	timeout time.Duration // of a request in a proof
	remote  fleet         // serves the proof instead of f, if it is there
}

func open(t *testing.T, stock ...pets.Pet) shop {
	t.Helper()
	issuer, table := jwtauthtest.NewIssuer(t), dynamotest.NewTable(t)
	s := shop{issuer: issuer, table: table, store: table.Store(t, nil)}
	s.f = ft.New(t, contract.PurchasePet, wire, ft.Identity(issuer), table.Environment())
	if len(stock) > 0 {
		if err := pets.Update(t.Context(), s.store, stock, nil); err != nil {
			t.Fatal(err)
		}
	}
	return s
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

// owners maps each sold pet to the e-mail of its owner.
func (s shop) owners(t *testing.T) map[int64]string {
	t.Helper()
	owners := map[int64]string{}
	for after, more := int64(0), true; more; {
		page, err := s.store.Page(t.Context(), after, pets.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Pets {
			if p.Sale != nil {
				owners[p.ID] = p.Sale.Buyer.Email
			}
		}
		after, more = page.Next, page.Next > 0
	}
	return owners
}

func (s shop) wantOwners(t *testing.T, name string, want map[int64]string) {
	t.Helper()
	if got := s.owners(t); !maps.Equal(got, want) {
		t.Errorf("%s: owners (-want +got):\n%s", name, cmp.Diff(want, got))
	}
}
