package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
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
	ann = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
)

// office is the function over a store in memory, and its administrators.
type office struct {
	f      *ft.Function
	store  *petstest.Store
	issuer *jwtauthtest.Issuer
	admin  ft.Edit
}

func open(t *testing.T, environments ...map[string]string) office {
	t.Helper()
	issuer, store := jwtauthtest.NewIssuer(t), petstest.New()
	environments = append([]map[string]string{ft.Identity(issuer)}, environments...)
	return office{
		f:      ft.New(t, contract.UpdatePets, over(store), environments...),
		store:  store,
		issuer: issuer,
		admin:  ft.Bearer(issuer.Token(jwtauthtest.SubjectOf(admin), jwtauthtest.Scopes(contract.ScopeUpdatePets))),
	}
}

const admin = "auth0|admin"

func over(store pets.Catalog) rest.Wire {
	return func(p rest.Program) (rest.Handler, error) { return wireStore(p, store) }
}

func (o office) post(t *testing.T, edits ...ft.Edit) rest.Response {
	t.Helper()
	return o.f.Call(t.Context(), t, ft.Event(t, "update", append([]ft.Edit{o.admin}, edits...)...))
}

func (o office) want(t *testing.T, name string, version int64, want ...pets.Pet) {
	t.Helper()
	state, got, err := o.store.Load(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || state.Version != version || err != nil {
		t.Errorf("%s: version %d, want %d, %v; catalog (-want +got):\n%s", name, state.Version, version, err, diff)
	}
}

func TestAccepted(t *testing.T) {
	for _, tt := range []struct {
		body string
		want []pets.Pet
	}{
		{`{"pets":[{"id":2,"type":"cat","price":124.99},{"id":1,"type":"dog","price":249.99}]}`, []pets.Pet{dog, cat}},
		{`{"pets":[]}`, nil},
		// The tutorial's form sends text, and its page sends back all it was shown.
		{`{"pets":[{"id":3,"type":"frog","price":"4.99"}]}`, []pets.Pet{{ID: 3, Type: "frog", Price: 499}}},
		{`{"pets":[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"a@b"}]}`, []pets.Pet{dog}},
		{`{"pets":[{"id":1,"type":"dog","price":249.99,"$$hashKey":"object:3"}],"other":{"pets":null}}`, []pets.Pet{dog}},
		{`{"PETS":null,"pets":[{"ID":7,"id":1,"type":"dog","price":249.99}]}`, []pets.Pet{dog}},
		// Data, not code.
		{`{"pets":[{"id":1,"type":"{{constructor.constructor('alert(1)')()}}","price":0}]}`, []pets.Pet{{ID: 1, Type: "{{constructor.constructor('alert(1)')()}}"}}},
		{`{"pets":[{"id":1,"type":"=HYPERLINK(1)","price":0.1}]}`, []pets.Pet{{ID: 1, Type: "=HYPERLINK(1)", Price: 10}}},
		// The ends of the ranges, exactly.
		{`{"pets":[{"id":9007199254740991,"type":"x","price":1000000000}]}`, []pets.Pet{{ID: pets.MaxID, Type: "x", Price: 1e11}}},
		{`{"pets":[{"id":1e0,"type":"x","price":"999999999.99"}]}`, []pets.Pet{{ID: 1, Type: "x", Price: 99999999999}}},
	} {
		o := open(t)
		ft.Want(t, tt.body, o.post(t, ft.Body(tt.body)), http.StatusOK, `{}`)
		o.want(t, tt.body, 1, tt.want...)
	}
}

func TestEncodedBody(t *testing.T) {
	o := open(t)
	body := base64.StdEncoding.EncodeToString([]byte(`{"pets":[{"id":1,"type":"dog","price":249.99}]}`))
	ft.Want(t, "base64", o.post(t, ft.Encoded(body)), http.StatusOK, `{}`)
	o.want(t, "base64", 1, dog)
}

func TestRefused(t *testing.T) {
	o := open(t)
	ft.Want(t, "fixture", o.post(t), http.StatusOK, `{}`)
	one := func(id, kind, price string) string {
		return `{"pets":[{"id":` + id + `,"type":` + kind + `,"price":` + price + `}]}`
	}
	const (
		id    = `{"message":"pets[0]: id must be an integer from 1 to 9007199254740991"}`
		price = `{"message":"pets[0]: price must be a number from 0 to 1000000000"}`
		cents = `{"message":"pets[0]: price must be a number from 0 to 1000000000 with at most 2 decimals"}`
		kind  = `{"message":"pets[0]: type must be 1 to 64 characters"}`
		list  = `{"message":"pets must be a list"}`
		null  = `{"message":"pets[0]: the pet must be an object"}`
		json  = `{"message":"the body is not acceptable JSON: not a JSON document"}`
	)
	for _, tt := range []struct{ body, want string }{
		{one(`1`, `"d"`, `"abc"`), price},
		{one(`1`, `"d"`, `""`), price},
		{one(`1`, `"d"`, `-1`), price},
		{one(`1`, `"d"`, `"-0"`), price},
		{one(`1`, `"d"`, `"Infinity"`), price},
		{one(`1`, `"d"`, `"NaN"`), price},
		{one(`1`, `"d"`, `"0x1p4"`), price},
		{one(`1`, `"d"`, `"1_0"`), price},
		{one(`1`, `"d"`, `null`), price},
		{one(`1`, `"d"`, `true`), price},
		{one(`1`, `"d"`, `{}`), price},
		{one(`1`, `"d"`, `1000000000.01`), price},
		{one(`1`, `"d"`, `1e21`), cents},
		{one(`1`, `"d"`, `0.12345678901234568`), cents},
		{one(`1`, `"d"`, `0.001`), cents},
		{one(`"1"`, `"d"`, `1`), id},
		{one(`1.5`, `"d"`, `1`), id},
		{one(`0`, `"d"`, `1`), id},
		{one(`-1`, `"d"`, `1`), id},
		{one(`null`, `"d"`, `1`), id},
		{one(`9007199254740992`, `"d"`, `1`), id},
		{`{"pets":[{"id":{},"type":"dog","price":1}]}`, id},
		{one(`1`, `""`, `1`), kind},
		{one(`1`, `7`, `1`), kind},
		{one(`1`, `null`, `1`), kind},
		{one(`1`, `"`+strings.Repeat("x", 10<<10)+`"`, `1`), kind},
		{`{"pets":[{"id":1,"price":1}]}`, kind},
		{one(`1`, `" \u00a0"`, `1`), `{"message":"pets[0]: type must be text with a visible character"}`},
		{one(`1`, `"a\u0000b"`, `1`), `{"message":"pets[0]: type must be text without control or direction characters"}`},
		{`{"pets":[{"id":1,"type":"dog","price":1},{"id":1.0,"type":"cat","price":2}]}`, `{"message":"pets[1]: id must be unique"}`},
		// The tutorial would wipe the catalog.
		{`{}`, list},
		{`{"pets":null}`, list},
		{`{"pets":{}}`, list},
		{`{"pets":"[]"}`, list},
		{`{"PETS":[]}`, list},
		{`{"pets":[null]}`, null},
		{`{"pets":[1]}`, null},
		{`{"pets":[[]]}`, null},
		{``, json},
		{`{"pets":[{"id":1,"type":"d","price":NaN}]}`, json},
		{`{"pets":[]}x`, json},
		{"\ufeff" + `{"pets":[]}`, json},
		{`[]`, `{"message":"the body is not a JSON object"}`},
		{`null`, `{"message":"the body is not a JSON object"}`},
		{`{"pets":[],"pets":[]}`, `{"message":"the body is not acceptable JSON: two equal names in one object"}`},
		{`{"pets":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, `{"message":"the body is not acceptable JSON: nested too deep"}`},
		{"{\"pets\":[],\"x\":\"\xff\"}", `{"message":"the body is not acceptable JSON: not UTF-8"}`},
	} {
		event := ft.Event(t, "update", o.admin, ft.Body(tt.body))
		if strings.Contains(tt.body, "\xff") {
			event = ft.Event(t, "update", o.admin, ft.Encoded(base64.StdEncoding.EncodeToString([]byte(tt.body))))
		}
		ft.Want(t, fmt.Sprintf("%.80s", tt.body), o.f.Call(t.Context(), t, event), http.StatusBadRequest, tt.want)
	}
	ft.Want(t, "unpadded", o.post(t, ft.Encoded("e30")), http.StatusBadRequest, `{"message":"the body is not base64"}`)
	o.want(t, "nothing changed", 1, dog, cat)
}

func TestSize(t *testing.T) {
	o := open(t)
	fit := `{"pets":[]}` + strings.Repeat(" ", contract.MaxUpdateBody-11)
	ft.Want(t, "256 KiB", o.post(t, ft.Body(fit)), http.StatusOK, `{}`)
	ft.Want(t, "256 KiB in base64", o.post(t, ft.Encoded(base64.StdEncoding.EncodeToString([]byte(fit)))), http.StatusOK, `{}`)
	const tooLarge = `{"message":"Request Entity Too Large"}`
	ft.Want(t, "more", o.post(t, ft.Body(fit+" ")), http.StatusRequestEntityTooLarge, tooLarge)
	ft.Want(t, "more in base64", o.post(t, ft.Encoded(base64.StdEncoding.EncodeToString([]byte(fit+" ")))), http.StatusRequestEntityTooLarge, tooLarge)
}

func TestWho(t *testing.T) {
	o := open(t)
	f, issuer := o.f, o.issuer
	for _, tt := range []struct {
		name   string
		edit   ft.Edit
		status int
		body   string
	}{
		{"no token", ft.Header("authorization", ""), http.StatusUnauthorized, ft.Unauthorized},
		{"a buyer", ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopePurchasePets))), http.StatusForbidden, ft.Forbidden},
		{"an ID token", ft.Bearer(issuer.IDToken(jwtauthtest.Scopes(contract.ScopeUpdatePets))), http.StatusUnauthorized, ft.Unauthorized},
	} {
		ft.Want(t, tt.name, f.Call(t.Context(), t, ft.Event(t, "update", tt.edit)), tt.status, tt.body)
	}
	for _, payload := range []string{`{}`, `{"key1":"value1"}`, `{"pets":[{"id":1,"type":"dog","price":249.99}]}`, `{"headers":null}`} {
		ft.Want(t, payload, f.Invoke(t.Context(), t, payload), http.StatusUnauthorized, ft.Unauthorized)
	}
	// The claims in the event come from API Gateway in AWS, and from anyone elsewhere: not a proof.
	if resp := f.Call(t.Context(), t, ft.Event(t, "update")); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("claims without a token: %d, want 401", resp.StatusCode)
	}
}

func TestSalesAreOutOfReach(t *testing.T) {
	o := open(t)
	o.post(t)
	o.store.Buy(t, dog.ID, ann)
	body := `{"pets":[{"id":1,"type":"hound","price":249.99,"isSold":false,"soldTo":null},{"id":2,"type":"cat","price":124.99,"isSold":true,"soldTo":"me@example.com"}]}`
	ft.Want(t, "update", o.post(t, ft.Body(body)), http.StatusOK, `{}`)
	hound := dog
	hound.Type, hound.Buyer = "hound", pets.TagOf(ann.Subject)
	o.want(t, "sold stays sold, unsold stays unsold", 2, hound, cat)
}

func TestIfMatch(t *testing.T) {
	o := open(t)
	o.post(t)
	state, err := o.store.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	of := func(version int64) string {
		state.Version = version
		return rest.ETag(state, pets.Viewer{Subject: "any"}, pets.FirstPage)
	}
	current := of(1)
	o.store.Buy(t, dog.ID, ann)
	const failed = `{"message":"Precondition Failed"}`
	for _, tt := range []struct {
		name, tags string
		status     int
		body       string
	}{
		{"of another version", `"0-0011223344556677"`, http.StatusPreconditionFailed, failed},
		{"of a later version", `"10-0011223344556677"`, http.StatusPreconditionFailed, failed},
		{"foreign", `"old-version"`, http.StatusPreconditionFailed, failed},
		{"weak", "W/" + current, http.StatusPreconditionFailed, failed},
		{"no tag", strings.Trim(current, `"`), http.StatusPreconditionFailed, failed},
		{"empty", " ", http.StatusPreconditionFailed, failed},
		// A sale between reading and updating is no change of the catalog.
		{"current", current, http.StatusOK, `{}`},
		{"used", current, http.StatusPreconditionFailed, failed},
		{"any", `*`, http.StatusOK, `{}`},
		{"one of several", `"x", ` + of(2), http.StatusOK, `{}`},
	} {
		body := ft.Body(`{"pets":[]}`)
		ft.Want(t, tt.name, o.post(t, body, ft.Header("if-match", tt.tags)), tt.status, tt.body)
	}
}

func TestNoTimeLeft(t *testing.T) {
	issuer, table := jwtauthtest.NewIssuer(t), dynamotest.NewTable(t)
	f := ft.New(t, contract.UpdatePets, wire, ft.Identity(issuer), table.Environment())
	admin := ft.Bearer(issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets)))
	// Enough to read, not enough to write.
	ctx, cancel := context.WithTimeout(t.Context(), 450*time.Millisecond)
	defer cancel()
	resp := f.Call(ctx, t, ft.Event(t, "update", admin))
	ft.Want(t, "450 ms left", resp, http.StatusServiceUnavailable, `{"message":"unable to update pets at this time"}`)
	if resp.Headers["retry-after"] != "1" {
		t.Errorf("retry-after %q, want 1", resp.Headers["retry-after"])
	}
	if state, err := table.Store(t, nil).State(t.Context()); state.Version != 0 || err != nil {
		t.Errorf("state %+v, %v, want none", state, err)
	}
}

func TestIAM(t *testing.T) {
	for _, tt := range []struct {
		name    string
		setting string
		status  int
		body    string
	}{
		{"where such an API is", "true", http.StatusOK, `{}`},
		{"where none is", "", http.StatusUnauthorized, ft.Unauthorized},
	} {
		f := open(t, map[string]string{"IAM_AUTHORIZED": tt.setting}).f
		event := ft.Event(t, "update", ft.Header("authorization", "AWS4-HMAC-SHA256 Credential=x"))
		event.RequestContext.Authorizer.JWT = nil
		event.RequestContext.Authorizer.IAM = &events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{
			UserARN: "arn:aws:sts::123456789012:assumed-role/auth0-api-role/admin",
		}
		ft.Want(t, tt.name, f.Call(t.Context(), t, event), tt.status, tt.body)
	}
}
