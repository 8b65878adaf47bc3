package main

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/pets/petstest"
	"example.com/securedpets/functions/internal/rest"
	jt "example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func key(k string) ft.Edit { return ft.Header("idempotency-key", k) }

// wantReplay compares a response with the one it must repeat.
func wantReplay(t *testing.T, name string, resp rest.Response, status int, body string, replayed bool) {
	t.Helper()
	ft.Want(t, name, resp, status, body)
	if (resp.Headers["idempotency-replayed"] == "true") != replayed {
		t.Errorf("%s: headers %v, want replayed %t", name, resp.Headers, replayed)
	}
}

func TestKeyRepeatsTheResponse(t *testing.T) {
	s := open(t, dog, cat)
	ann := s.buyer("ann")
	wantReplay(t, "the first", s.post(t, ann, key("k")), http.StatusOK, annsDog, false)
	// The list has changed since; the response has not.
	s.post(t, s.buyer("bob"), ft.Body(`{"petId":2}`))
	wantReplay(t, "again", s.post(t, ann, key("k")), http.StatusOK, annsDog, true)
	// Not even when the pet is gone, or back.
	for _, stock := range [][]pets.Pet{nil, {dog}} {
		s.stock(t, stock...)
		wantReplay(t, "after an update", s.post(t, ann, key("k")), http.StatusOK, annsDog, true)
	}
	if sales := s.sales(t); len(sales) != 2 {
		t.Errorf("sales %v, want one of each", sales)
	}
}

func TestKeyRepeatsARefusal(t *testing.T) {
	s := open(t, dog, cat)
	ann := s.buyer("ann")
	wantReplay(t, "unknown", s.post(t, ann, key("k"), ft.Body(`{"petId":3}`)), http.StatusConflict, unavailable, false)
	s.stock(t, dog, cat, pets.Pet{ID: 3, Type: "cow"})
	wantReplay(t, "known since", s.post(t, ann, key("k"), ft.Body(`{"petId":3}`)), http.StatusConflict, unavailable, true)
	s.wantOwners(t, "no sale", map[int64]string{})
}

func TestKeyBelongsToOneOrderOfOneSubject(t *testing.T) {
	const reused = `{"message":"The Idempotency-Key was used for another request."}`
	s := open(t, dog, cat)
	ann := s.buyer("ann")
	wantReplay(t, "the first", s.post(t, ann, key("k")), http.StatusOK, annsDog, false)
	for _, tt := range []struct {
		name   string
		edits  []ft.Edit
		status int
		body   string
		again  bool
	}{
		{"another pet", []ft.Edit{ann, key("k"), ft.Body(`{"petId":2}`)}, http.StatusUnprocessableEntity, reused, false},
		{"with an expectation", []ft.Edit{ann, key("k"), ft.Body(`{"petId":1,"expect":{"type":"dog"}}`)}, http.StatusUnprocessableEntity, reused, false},
		{"another spelling of the number", []ft.Edit{ann, key("k"), ft.Body(`{"petId":1.0}`)}, http.StatusOK, annsDog, true},
		{"with members that are ignored", []ft.Edit{ann, key("k"), ft.Body(`{"petId":1,"userName":"ann","note":"x"}`)}, http.StatusOK, annsDog, true},
		{"a bad body is not looked up", []ft.Edit{ann, key("k"), ft.Body(`{`)}, http.StatusBadRequest, `{"message":"the body is not acceptable JSON: not a JSON document"}`, false},
		{"the same order spelled otherwise", []ft.Edit{ann, key("k"), ft.Body("{ \"petId\": 1 }\n")}, http.StatusOK, annsDog, true},
		{"another key", []ft.Edit{ann, key("K")}, http.StatusConflict, unavailable, false},
		{
			"another subject with the same key",
			[]ft.Edit{s.buyer("bob"), key("k"), ft.Body(`{"petId":2}`)},
			http.StatusOK,
			`[{"id":1,"type":"dog","price":249.99,"isSold":true},{"id":2,"type":"cat","price":124.99,"isSold":true,"soldTo":"bob@example.com"}]`, false,
		},
	} {
		wantReplay(t, tt.name, s.post(t, tt.edits...), tt.status, tt.body, tt.again)
	}
}

func TestKeyOutlivesTheIDToken(t *testing.T) {
	s := open(t, dog, cat)
	wantReplay(t, "the first", s.post(t, s.plainBuyer(), key("k"), withAuthToken(t, s.idToken(jt.Claim("nonce", "1")))), http.StatusOK, annsDog, false)
	wantReplay(t, "with a renewed ID token", s.post(t, s.plainBuyer(), key("k"), withAuthToken(t, s.idToken(jt.Claim("nonce", "2")))), http.StatusOK, annsDog, true)
	wantReplay(t, "without a valid one", s.post(t, s.plainBuyer(), key("k"), withAuthToken(t, "x")), http.StatusUnauthorized, noBuyer, false)
}

func TestKeySyntax(t *testing.T) {
	s := open(t, dog, cat)
	const bad = `{"message":"Idempotency-Key must be 1 to 255 visible ASCII characters"}`
	for _, k := range []string{" ", "a b", "ä", "a\x7f", "a\n", strings.Repeat("k", 256)} {
		ft.Want(t, k, s.post(t, s.buyer("ann"), key(k)), http.StatusBadRequest, bad)
	}
	empty := ft.Event(t, "purchase", s.buyer("ann"))
	empty.Headers["Idempotency-Key"] = ""
	ft.Want(t, "empty", s.f.Call(t.Context(), t, empty), http.StatusBadRequest, bad)
	wantReplay(t, "255", s.post(t, s.buyer("ann"), key(strings.Repeat("k", 255))), http.StatusOK, annsDog, false)
}

func TestTwins(t *testing.T) {
	for range 20 {
		s := open(t, dog, cat)
		const twins = 8
		var all [twins]rest.Response
		event := ft.Event(t, "purchase", s.buyer("ann"), key("k"))
		var wg sync.WaitGroup
		for i := range all {
			wg.Go(func() { all[i] = s.f.Call(t.Context(), t, event) })
		}
		wg.Wait()
		fresh := 0
		for _, resp := range all {
			ft.Want(t, "twin", resp, http.StatusOK, annsDog)
			if resp.Headers["idempotency-replayed"] != "true" {
				fresh++
			}
		}
		if sales := s.sales(t); len(sales) != 1 || fresh != 1 {
			t.Errorf("%d sales, %d responses that are no replay, want 1 and 1", len(sales), fresh)
		}
	}
}

// The clock of the store is set a day forward.
func TestKeyExpiresAfterADay(t *testing.T) {
	s := open(t, dog, cat)
	now := time.Now()
	s.store.(*petstest.Store).Now = func() time.Time { return now }
	ann, cats := s.buyer("ann"), ft.Body(`{"petId":2}`)
	wantReplay(t, "the first", s.post(t, ann, key("k")), http.StatusOK, annsDog, false)
	now = now.Add(pets.KeyLife - time.Minute)
	wantReplay(t, "a minute before", s.post(t, ann, key("k")), http.StatusOK, annsDog, true)
	now = now.Add(2 * time.Minute)
	const both = `[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"},{"id":2,"type":"cat","price":124.99,"isSold":true,"soldTo":"ann@example.com"}]`
	wantReplay(t, "after a day", s.post(t, ann, key("k"), cats), http.StatusOK, both, false)
}

func TestLongResponsesAreRepeatedByteByByte(t *testing.T) {
	stock := kennel(pets.MaxPage + 500)
	for i := range stock {
		stock[i].Type = strings.Repeat(string(rune('\u4e00'+i)), 64)
	}
	s := openTable(t, stock...)
	for _, petID := range []string{"7", "1400"} { // on the first page, and behind it
		body := ft.Body(`{"petId":` + petID + `}`)
		first := s.post(t, s.buyer("ann"), key("k"+petID), body)
		if first.StatusCode != http.StatusOK || len(first.Body) < 10000 || !strings.Contains(first.Body, `"soldTo":"ann@example.com"`) {
			t.Fatalf("pet %s: %d with %d bytes", petID, first.StatusCode, len(first.Body))
		}
		wantReplay(t, petID, s.post(t, s.buyer("ann"), key("k"+petID), body), http.StatusOK, first.Body, true)
	}
}
