package main

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestPurchase(t *testing.T) {
	s := open(t, dog, cat)
	ann, bob := s.buyer("ann"), s.buyer("bob")
	ft.Want(t, "the first", s.post(t, ann), http.StatusOK, annsDog)
	ft.Want(t, "again", s.post(t, ann), http.StatusConflict, unavailable)
	ft.Want(t, "another buyer", s.post(t, bob), http.StatusConflict, unavailable)
	ft.Want(t, "another pet, and the first one's owner is hidden", s.post(t, bob, ft.Body(`{"petId":2}`)), http.StatusOK,
		`[{"id":1,"type":"dog","price":249.99,"isSold":true},{"id":2,"type":"cat","price":124.99,"isSold":true,"soldTo":"bob@example.com"}]`)
	s.wantOwners(t, "at the end", map[int64]string{1: "ann@example.com", 2: "bob@example.com"})
}

func TestAcceptedBodies(t *testing.T) {
	for _, body := range []string{
		`{"petId":1}`, `{"petId":1.0}`, `{"petId":1e0}`, ` { "petId" : 10e-1 } `,
		// Only the pet is the buyer's to say.
		`{"petId":1,"isSold":false,"soldTo":"victim","price":0.01}`,
		`{"petId":1,"__proto__":{"isSold":true},"constructor":{"prototype":{}}}`,
		`{"petId":1,"PETID":2,"userName":"victim","authToken":null}`,
	} {
		s := open(t, dog, cat)
		ft.Want(t, body, s.post(t, s.buyer("ann"), ft.Body(body)), http.StatusOK, annsDog)
		s.wantOwners(t, body, map[int64]string{1: "ann@example.com"})
	}
	s := open(t, dog, cat)
	encoded := ft.Encoded(base64.StdEncoding.EncodeToString([]byte(`{"petId":1}`)))
	ft.Want(t, "base64", s.post(t, s.buyer("ann"), encoded), http.StatusOK, annsDog)
}

func TestRefusedBodies(t *testing.T) {
	s := open(t, dog, cat)
	const (
		id   = `{"message":"petId must be an integer below 2^53"}`
		json = `{"message":"the body is not acceptable JSON: not a JSON document"}`
		kind = `{"message":"the body is not a JSON object"}`
	)
	for _, tt := range []struct {
		body   string
		status int
		want   string
	}{
		{``, http.StatusBadRequest, json},
		{`null`, http.StatusBadRequest, kind},
		{`[]`, http.StatusBadRequest, kind},
		{`"x"`, http.StatusBadRequest, kind},
		{`{"petId":1}x`, http.StatusBadRequest, json},
		{`{"petId":1}{"petId":2}`, http.StatusBadRequest, json},
		{"\ufeff" + `{"petId":1}`, http.StatusBadRequest, json},
		{`{"petId":1,"petId":2}`, http.StatusBadRequest, `{"message":"the body is not acceptable JSON: two equal names in one object"}`},
		{`{"petId": ` + strings.Repeat("{", 10001), http.StatusBadRequest, `{"message":"the body is not acceptable JSON: nested too deep"}`},
		// No id must become 0, none must be rounded into another.
		{`{"PETID":1}`, http.StatusBadRequest, id},
		{`{}`, http.StatusBadRequest, id},
		{`{"petId":null}`, http.StatusBadRequest, id},
		{`{"petId":"1"}`, http.StatusBadRequest, id},
		{`{"petId":1.5}`, http.StatusBadRequest, id},
		{`{"petId":true}`, http.StatusBadRequest, id},
		{`{"petId":[1]}`, http.StatusBadRequest, id},
		{`{"petId":9007199254740992}`, http.StatusBadRequest, id},
		{`{"petId":9007199254740993}`, http.StatusBadRequest, id},
		{`{"petId":1e400}`, http.StatusBadRequest, id},
		// Ids that no pet has.
		{`{"petId":0}`, http.StatusConflict, unavailable},
		{`{"petId":-1}`, http.StatusConflict, unavailable},
		{`{"petId":999}`, http.StatusConflict, unavailable},
		{`{"petId":9007199254740991}`, http.StatusConflict, unavailable},
		{`{"petId":1,"authToken":["bearer x"]}`, http.StatusBadRequest, `{"message":"authToken must be a text"}`},
		{`{"petId":1,"authToken":{}}`, http.StatusBadRequest, `{"message":"authToken must be a text"}`},
		{`{"petId":1,"x":"` + strings.Repeat("x", 17<<10) + `"}`, http.StatusRequestEntityTooLarge, `{"message":"Request Entity Too Large"}`},
	} {
		name := tt.body[:min(len(tt.body), 60)]
		ft.Want(t, name, s.post(t, s.buyer("ann"), ft.Body(tt.body)), tt.status, tt.want)
	}
	ft.Want(t, "unpadded", s.post(t, s.buyer("ann"), ft.Encoded(strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(`{"petId":1}`)), "="))), http.StatusBadRequest, `{"message":"the body is not base64"}`)
	s.wantOwners(t, "no sale", map[int64]string{})
}

func TestNoPetsAtAll(t *testing.T) {
	never := open(t)
	ft.Want(t, "never written", never.post(t, never.buyer("ann")), http.StatusConflict, unavailable)
	never.stock(t)
	ft.Want(t, "saved empty", never.post(t, never.buyer("ann")), http.StatusConflict, unavailable)
}

func TestContentType(t *testing.T) {
	s := open(t, dog, cat)
	const other = `{"message":"the content type must be application/json"}`
	for _, tt := range []struct {
		contentType string
		status      int
		body        string
	}{
		// A page of another origin may send these without asking.
		{"text/plain", http.StatusUnsupportedMediaType, other},
		{"application/x-www-form-urlencoded", http.StatusUnsupportedMediaType, other},
		{"", http.StatusUnsupportedMediaType, other},
		{"application/json; charset=utf-16", http.StatusUnsupportedMediaType, other},
		{"application/jsonp", http.StatusUnsupportedMediaType, other},
		{"text/plain, application/json", http.StatusUnsupportedMediaType, other},
		{"Application/JSON; charset=UTF-8", http.StatusOK, annsDog},
	} {
		resp := s.post(t, s.buyer("ann"), ft.Header("content-type", tt.contentType))
		ft.Want(t, tt.contentType, resp, tt.status, tt.body)
	}
}

func TestWho(t *testing.T) {
	s := open(t, dog, cat)
	for _, tt := range []struct {
		name   string
		edit   ft.Edit
		status int
		body   string
	}{
		{"no token", ft.Header("authorization", ""), http.StatusUnauthorized, ft.Unauthorized},
		{"an administrator", s.buyer("ann", jwtauthtest.Scopes(contract.ScopeUpdatePets)), http.StatusForbidden, ft.Forbidden},
		{"a machine", s.buyer("ann", jwtauthtest.Claim("gty", "client-credentials")), http.StatusForbidden, ft.Forbidden},
		{"an expired token", s.buyer("ann", jwtauthtest.ExpiresIn(-time.Second)), http.StatusUnauthorized, ft.Unauthorized},
	} {
		resp := s.post(t, tt.edit)
		ft.Want(t, tt.name, resp, tt.status, tt.body)
		if resp.Headers["cache-control"] != "no-store" {
			t.Errorf("%s: cache-control %q, want no-store", tt.name, resp.Headers["cache-control"])
		}
	}
	for _, payload := range []string{`{}`, `{"key1":"value1"}`, `{"petId":1,"authToken":"bearer x"}`, `{"headers":null}`} {
		ft.Want(t, payload, s.f.Invoke(t.Context(), t, payload), http.StatusUnauthorized, ft.Unauthorized)
	}
	s.wantOwners(t, "no sale", map[int64]string{})
}

func TestNoTimeLeft(t *testing.T) {
	s := openTable(t, dog, cat)
	s.post(t, s.buyer("ann"), ft.Body(`{"petId":999}`)) // the keys are fetched before
	for _, tt := range []struct {
		left time.Duration
		body string
	}{
		{50 * time.Millisecond, `{"message":"failed to retrieve pet information"}`},
		{450 * time.Millisecond, `{"message":"failed on update"}`},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), tt.left)
		defer cancel()
		resp := s.f.Call(ctx, t, ft.Event(t, "purchase", s.buyer("ann")))
		ft.Want(t, tt.left.String(), resp, http.StatusServiceUnavailable, tt.body)
		if resp.Headers["retry-after"] != "1" {
			t.Errorf("%s: retry-after %q, want 1", tt.left, resp.Headers["retry-after"])
		}
	}
	s.wantOwners(t, "no sale", map[int64]string{})
}

// The sale stands: the response says so, and the log has the error.
func TestSoldThoughTheListCannotBeRead(t *testing.T) {
	s := openTable(t, dog, cat)
	network := &dynamotest.Faults{Plan: func(_ int, operation string) dynamotest.Fault {
		if operation == "Query" {
			return dynamotest.Refused
		}
		return dynamotest.None
	}}
	s.f = s.function(t, dynamotest.Proxy(t, network))
	ft.Want(t, "sold", s.post(t, s.buyer("ann")), http.StatusOK,
		`[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"}]`)
	s.wantOwners(t, "sold", map[int64]string{dog.ID: "ann@example.com"})
	log := s.f.Log()
	for _, want := range []string{`"level":"ERROR"`, `"outcome":"sold"`, `"error":"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s: %s", want, log)
		}
	}
}

func TestCorruptItem(t *testing.T) {
	s := openTable(t, dog, cat)
	s.table.Put(t, contract.CatalogPartition, dog.ID, dynamotest.Attributes{})
	before := s.table.Dump(t)
	ft.Want(t, "corrupt", s.post(t, s.buyer("ann")), http.StatusInternalServerError, `{"message":"Internal Server Error"}`)
	if s.table.Dump(t) != before {
		t.Error("something was written")
	}
}
