package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestMain(m *testing.M) { os.Exit(dynamotest.Main(m)) }

var (
	dog = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat = pets.Pet{ID: 2, Type: "cat", Price: 12499}
	cow = pets.Pet{ID: 3, Type: "cow", Price: 90}
	ann = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
)

// shop is a function over a table, and the table's store to prepare it with.
func shop(t *testing.T) (*ft.Function, *dynamo.Store, *jwtauthtest.Issuer) {
	t.Helper()
	issuer, table := jwtauthtest.NewIssuer(t), dynamotest.NewTable(t)
	return ft.New(t, contract.ListPets, wire, ft.Identity(issuer), table.Environment()), table.Store(t, nil), issuer
}

func fill(t *testing.T, store *dynamo.Store, wanted ...pets.Pet) {
	t.Helper()
	if err := pets.Update(t.Context(), store, wanted, nil); err != nil {
		t.Fatal(err)
	}
}

func sell(t *testing.T, store *dynamo.Store, p pets.Pet, to pets.Buyer) {
	t.Helper()
	sale := pets.Sale{PurchaseID: "p-" + p.Type, PetID: p.ID, Buyer: to, Price: p.Price}
	if _, err := store.Sell(t.Context(), sale, nil); err != nil {
		t.Fatal(err)
	}
}

func TestList(t *testing.T) {
	f, store, _ := shop(t)
	get := func() (int, string) {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
		return resp.StatusCode, resp.Body
	}
	for _, tt := range []struct {
		name    string
		prepare func()
		want    string
	}{
		{"never written", func() {}, `{}`},
		{"saved empty", func() { fill(t, store) }, `[]`},
		{"ordered by id", func() { fill(t, store, cat, dog) }, `[{"id":1,"type":"dog","price":249.99},{"id":2,"type":"cat","price":124.99}]`},
		{"a sold pet keeps its owner to itself", func() { sell(t, store, dog, ann) }, `[{"id":1,"type":"dog","price":249.99,"isSold":true},{"id":2,"type":"cat","price":124.99}]`},
	} {
		tt.prepare()
		if status, body := get(); status != http.StatusOK || body != tt.want {
			t.Errorf("%s: %d %s, want %s", tt.name, status, body, tt.want)
		}
	}
}

func TestOwnersAreShownToWhomTheyConcern(t *testing.T) {
	f, store, issuer := shop(t)
	fill(t, store, dog)
	sell(t, store, dog, ann)
	const (
		hidden = `[{"id":1,"type":"dog","price":249.99,"isSold":true}]`
		shown  = `[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"}]`
	)
	for _, tt := range []struct {
		name string
		edit ft.Edit
		want string
	}{
		{"administrator", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets))), shown},
		{"owner", ft.Bearer(issuer.Token(jwtauthtest.SubjectOf(ann.Subject))), shown},
		{"another buyer", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopePurchasePets))), hidden},
		{"anyone who says he is the owner", ft.Header("x-user-email", ann.Email), hidden},
		{"a scope that only begins like it", ft.Bearer(issuer.Token(jwtauthtest.Scopes("update:pets2"))), hidden},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", tt.edit))
		ft.Want(t, tt.name, resp, http.StatusOK, tt.want)
	}
}

func TestToken(t *testing.T) {
	f, store, issuer := shop(t)
	fill(t, store)
	for _, tt := range []struct {
		name   string
		edit   ft.Edit
		status int
		body   string
	}{
		{"expired", ft.Bearer(issuer.Token(jwtauthtest.ExpiresIn(-1))), http.StatusUnauthorized, ft.Unauthorized},
		{"of another API", ft.Bearer(issuer.Token(jwtauthtest.AudienceOf("https://other.example"))), http.StatusUnauthorized, ft.Unauthorized},
		{"an ID token", ft.Bearer(issuer.IDToken()), http.StatusUnauthorized, ft.Unauthorized},
		{"no token", ft.Header("authorization", "Bearer"), http.StatusUnauthorized, ft.Unauthorized},
		{"good", ft.Bearer(issuer.Token()), http.StatusOK, `[]`},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", tt.edit))
		ft.Want(t, tt.name, resp, tt.status, tt.body)
		if resp.Headers["cache-control"] != "no-store" {
			t.Errorf("%s: cache-control %q, want no-store", tt.name, resp.Headers["cache-control"])
		}
		if _, challenged := resp.Headers["www-authenticate"]; challenged != (tt.status == http.StatusUnauthorized) {
			t.Errorf("%s: challenged %t", tt.name, challenged)
		}
	}
}

// Who sends an empty header has no token, and sees what everybody sees.
func TestEmptyHeaderIsNoToken(t *testing.T) {
	f, store, _ := shop(t)
	fill(t, store, dog)
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Header("authorization", "")))
	ft.Want(t, "empty", resp, http.StatusOK, `[{"id":1,"type":"dog","price":249.99}]`)
	if resp.Headers["cache-control"] != "no-cache" {
		t.Errorf("cache-control %q, want no-cache", resp.Headers["cache-control"])
	}
}

func TestAnonymousViewWithoutKeys(t *testing.T) {
	f, store, issuer := shop(t)
	fill(t, store, dog)
	sell(t, store, dog, ann)
	issuer.Down()
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Bearer(issuer.Token(jwtauthtest.SubjectOf(ann.Subject)))))
	ft.Want(t, "keys down", resp, http.StatusOK, `[{"id":1,"type":"dog","price":249.99,"isSold":true}]`)
	if resp.Headers["cache-control"] != "no-store" { // it would see more with keys
		t.Errorf("cache-control %q, want no-store", resp.Headers["cache-control"])
	}
}

func TestETag(t *testing.T) {
	f, store, issuer := shop(t)
	fill(t, store, dog, cat)
	first := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
	tag := first.Headers["etag"]
	if first.Headers["cache-control"] != "no-cache" || !strings.Contains(first.Headers["vary"], "Authorization") {
		t.Errorf("headers %v, want no-cache and a vary by Authorization", first.Headers)
	}
	for _, tt := range []struct {
		name   string
		edits  []ft.Edit
		status int
	}{
		{"the same", []ft.Edit{ft.Header("if-none-match", tag)}, http.StatusNotModified},
		{"weakened by a proxy", []ft.Edit{ft.Header("if-none-match", "W/"+tag)}, http.StatusNotModified},
		{"one of several", []ft.Edit{ft.Header("if-none-match", `"x", `+tag)}, http.StatusNotModified},
		{"any", []ft.Edit{ft.Header("if-none-match", "*")}, http.StatusNotModified},
		{"another", []ft.Edit{ft.Header("if-none-match", `"1-0"`)}, http.StatusOK},
		{"without quotes", []ft.Edit{ft.Header("if-none-match", strings.Trim(tag, `"`))}, http.StatusOK},
		{"of another page", []ft.Edit{ft.Header("if-none-match", tag), ft.Query("limit=1")}, http.StatusOK},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", tt.edits...))
		if resp.StatusCode != tt.status || (resp.Body == "") != (tt.status == http.StatusNotModified) || resp.Headers["etag"] == "" {
			t.Errorf("%s: %d %q, want %d", tt.name, resp.StatusCode, resp.Body, tt.status)
		}
	}
	sell(t, store, dog, ann)
	held := ft.Header("if-none-match", tag)
	if resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", held)); resp.StatusCode != http.StatusOK {
		t.Errorf("after a sale: %d, want a new list", resp.StatusCode)
	}
	admin := ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets)))
	anonymous := f.Call(t.Context(), t, ft.Event(t, "anonymous")).Headers["etag"]
	if resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", admin)); resp.Headers["etag"] == anonymous {
		t.Error("two views of the list have one tag")
	}
}

func TestPages(t *testing.T) {
	f, store, _ := shop(t)
	fill(t, store, dog, cat, cow)
	for _, tt := range []struct {
		query string
		want  string
		link  string
	}{
		{"limit=2", `[{"id":1,"type":"dog","price":249.99},{"id":2,"type":"cat","price":124.99}]`, `</pets?limit=2&cursor=2>; rel="next"`},
		{"limit=2&cursor=2", `[{"id":3,"type":"cow","price":0.9}]`, ""},
		{"limit=3", `[{"id":1,"type":"dog","price":249.99},{"id":2,"type":"cat","price":124.99},{"id":3,"type":"cow","price":0.9}]`, ""},
		{"limit=1000&cursor=3", `[]`, ""},
		{"unknown=1&cursor=2", `[{"id":3,"type":"cow","price":0.9}]`, ""},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Query(tt.query)))
		ft.Want(t, tt.query, resp, http.StatusOK, tt.want)
		if resp.Headers["link"] != tt.link {
			t.Errorf("%s: link %q, want %q", tt.query, resp.Headers["link"], tt.link)
		}
	}
	ft.Want(t, "fixture", f.Call(t.Context(), t, ft.Event(t, "page")), http.StatusOK, `[{"id":3,"type":"cow","price":0.9}]`)
}

func TestBadQueries(t *testing.T) {
	f, _, _ := shop(t)
	const (
		limit  = `{"message":"limit must be an integer from 1 to 1000"}`
		cursor = `{"message":"cursor must be an integer from 1 to 9007199254740991"}`
	)
	for _, tt := range []struct{ query, want string }{
		{"limit=0", limit},
		{"limit=1001", limit},
		{"limit=-1", limit},
		{"limit=+1", limit},
		{"limit=1.0", limit},
		{"limit=", limit},
		{"limit=x", limit},
		{"limit=99999999999999999999", limit},
		// A map would show one of them, or both with a comma.
		{"limit=1&limit=2", limit},
		{"cursor=0", cursor},
		{"cursor=x", cursor},
		{"cursor=9007199254740992", cursor},
		{"limit=%zz", `{"message":"the query string is malformed"}`},
	} {
		ft.Want(t, tt.query, f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Query(tt.query))), http.StatusBadRequest, tt.want)
	}
}
