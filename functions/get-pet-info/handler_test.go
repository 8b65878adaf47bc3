package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

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
	cow = pets.Pet{ID: 3, Type: "cow", Price: 90}
	ann = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
)

// shared is the cache-control of what all callers get.
const shared = "public, max-age=1"

// shop is the function over a store in memory, the store to prepare it with,
// and the issuer of its callers' tokens.
func shop(t *testing.T) (*ft.Function, *petstest.Store, *jwtauthtest.Issuer) {
	t.Helper()
	issuer, store := jwtauthtest.NewIssuer(t), petstest.New()
	return ft.New(t, contract.ListPets, over(store), ft.Identity(issuer)), store, issuer
}

func over(store pets.Lister) rest.Wire {
	return func(p rest.Program) (rest.Handler, error) { return wireStore(p, store) }
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
		{"saved empty", func() { store.Fill(t) }, `[]`},
		{"ordered by id", func() { store.Fill(t, cat, dog) }, `[{"id":1,"type":"dog","price":249.99},{"id":2,"type":"cat","price":124.99}]`},
		{"a sold pet keeps its owner to itself", func() { store.Buy(t, dog.ID, ann) }, `[{"id":1,"type":"dog","price":249.99,"isSold":true},{"id":2,"type":"cat","price":124.99}]`},
	} {
		tt.prepare()
		if status, body := get(); status != http.StatusOK || body != tt.want {
			t.Errorf("%s: %d %s, want %s", tt.name, status, body, tt.want)
		}
	}
}

func TestOwnersAreShownToAdministratorsAndBuyers(t *testing.T) {
	f, store, issuer := shop(t)
	store.Fill(t, dog)
	store.Buy(t, dog.ID, ann)
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
		{"a caller who claims to be the owner", ft.Header("x-user-email", ann.Email), hidden},
		{"a scope that only begins like it", ft.Bearer(issuer.Token(jwtauthtest.Scopes("update:pets2"))), hidden},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", tt.edit))
		ft.Want(t, tt.name, resp, http.StatusOK, tt.want)
	}
}

func TestToken(t *testing.T) {
	f, store, issuer := shop(t)
	store.Fill(t)
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

// An empty header is no token.
func TestEmptyHeaderIsNoToken(t *testing.T) {
	f, store, _ := shop(t)
	store.Fill(t, dog)
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Header("authorization", "")))
	ft.Want(t, "empty", resp, http.StatusOK, `[{"id":1,"type":"dog","price":249.99}]`)
	if resp.Headers["cache-control"] != shared {
		t.Errorf("cache-control %q, want %s", resp.Headers["cache-control"], shared)
	}
}

func TestAnonymousViewWithoutKeys(t *testing.T) {
	f, store, issuer := shop(t)
	store.Fill(t, dog)
	store.Buy(t, dog.ID, ann)
	issuer.Down()
	resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Bearer(issuer.Token(jwtauthtest.SubjectOf(ann.Subject)))))
	ft.Want(t, "keys down", resp, http.StatusOK, `[{"id":1,"type":"dog","price":249.99,"isSold":true}]`)
	if resp.Headers["cache-control"] != "no-store" { // it would see more with keys
		t.Errorf("cache-control %q, want no-store", resp.Headers["cache-control"])
	}
}

func TestETag(t *testing.T) {
	f, store, issuer := shop(t)
	store.Fill(t, dog, cat)
	first := f.Call(t.Context(), t, ft.Event(t, "anonymous"))
	tag := first.Headers["etag"]
	if first.Headers["cache-control"] != shared || !strings.Contains(first.Headers["vary"], "Authorization") {
		t.Errorf("headers %v, want a shared cache for a second and a vary by Authorization", first.Headers)
	}
	for _, tt := range []struct {
		name   string
		edits  []ft.Edit
		status int
	}{
		{"the same", []ft.Edit{ft.Header("if-none-match", tag)}, http.StatusNotModified},
		{"weakened by a proxy", []ft.Edit{ft.Header("if-none-match", "W/"+tag)}, http.StatusNotModified},
		{"one of several", []ft.Edit{ft.Header("if-none-match", `"x", `+tag)}, http.StatusNotModified},
		{"any tag", []ft.Edit{ft.Header("if-none-match", "*")}, http.StatusNotModified},
		{"another", []ft.Edit{ft.Header("if-none-match", `"1-0"`)}, http.StatusOK},
		{"without quotes", []ft.Edit{ft.Header("if-none-match", strings.Trim(tag, `"`))}, http.StatusOK},
		{"of another page", []ft.Edit{ft.Header("if-none-match", tag), ft.Query("limit=1")}, http.StatusOK},
	} {
		resp := f.Call(t.Context(), t, ft.Event(t, "anonymous", tt.edits...))
		if resp.StatusCode != tt.status || (resp.Body == "") != (tt.status == http.StatusNotModified) || resp.Headers["etag"] == "" {
			t.Errorf("%s: %d %q, want %d", tt.name, resp.StatusCode, resp.Body, tt.status)
		}
	}
	store.Buy(t, dog.ID, ann)
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
	store.Fill(t, dog, cat, cow)
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
