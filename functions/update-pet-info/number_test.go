package main

import (
	"encoding/json"
	"net/http"
	"testing"

	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func TestPetsWithoutIDGetNewNumbers(t *testing.T) {
	o := open(t)
	rat := pets.Pet{Type: "rat", Price: 100}
	numbered := func(id int64) pets.Pet { p := rat; p.ID = id; return p }
	for _, tt := range []struct {
		name string
		body string
		want []pets.Pet
	}{
		{"the first", `{"pets":[{"type":"rat","price":1}]}`, []pets.Pet{numbered(1)}},
		{"above a given one", `{"pets":[{"type":"rat","price":1},{"id":7,"type":"rat","price":1}]}`, []pets.Pet{numbered(7), numbered(8)}},
		{"two in their order", `{"pets":[{"type":"rat","price":1},{"type":"cow","price":1}]}`, []pets.Pet{numbered(9), {ID: 10, Type: "cow", Price: 100}}},
		{"none", `{"pets":[]}`, nil},
		{"above what was removed", `{"pets":[{"type":"rat","price":1}]}`, []pets.Pet{numbered(11)}},
		{"a number of before", `{"pets":[{"id":2,"type":"rat","price":1}]}`, []pets.Pet{numbered(2)}},
		{"above all the same", `{"pets":[{"id":2,"type":"rat","price":1},{"type":"rat","price":1}]}`, []pets.Pet{numbered(2), numbered(12)}},
		{"the highest", `{"pets":[{"id":9007199254740990,"type":"rat","price":1},{"type":"rat","price":1}]}`, []pets.Pet{numbered(pets.MaxID - 1), numbered(pets.MaxID)}},
	} {
		ft.Want(t, tt.name, o.post(t, ft.Body(tt.body)), http.StatusOK, `{}`)
		state, err := o.store.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		o.want(t, tt.name, state.Version, tt.want...)
	}
	ft.Want(t, "no number left", o.post(t, ft.Body(`{"pets":[{"type":"rat","price":1}]}`)), http.StatusBadRequest,
		`{"message":"id must be given: the highest number is in use"}`)
}

// A number that was sold comes back sold, to the same buyer.
func TestSoldNumberComesBackSold(t *testing.T) {
	o := open(t)
	o.post(t)
	o.store.Buy(t, dog.ID, ann)
	ft.Want(t, "removed", o.post(t, ft.Body(`{"pets":[{"id":2,"type":"cat","price":124.99}]}`)), http.StatusOK, `{}`)
	o.want(t, "removed", 2, cat)
	ft.Want(t, "back", o.post(t, ft.Body(`{"pets":[{"id":1,"type":"crocodile","price":999},{"id":2,"type":"cat","price":124.99}]}`)), http.StatusOK, `{}`)
	o.want(t, "back", 3, pets.Pet{ID: 1, Type: "crocodile", Price: 99900, Buyer: pets.TagOf(ann.Subject)}, cat)
}

// The tag of the response is the one of a GET /pets of the same caller.
func TestETagOfTheResponse(t *testing.T) {
	o := open(t)
	for _, body := range []string{
		`{"pets":[{"id":1,"type":"dog","price":249.99}]}`,
		`{"pets":[{"id":1,"type":"dog","price":249.99}]}`, // no change
		`{"pets":[]}`,
	} {
		tag := o.post(t, ft.Body(body)).Headers["etag"]
		state, err := o.store.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		viewer := pets.Viewer{All: true, Subject: admin}
		if want := rest.ETag(state, viewer, pets.FirstPage); tag != want {
			t.Errorf("%s: tag %s, want %s", body, tag, want)
		}
		next := o.post(t, ft.Body(`{"pets":[{"id":1,"type":"dog","price":249.99}]}`), ft.Header("if-match", tag))
		ft.Want(t, "with the tag", next, http.StatusOK, `{}`)
	}
}

func TestTooManyChanges(t *testing.T) {
	o := open(t)
	list := func(n int) ft.Edit {
		all := make([]map[string]any, n)
		for i := range all {
			all[i] = map[string]any{"type": "rat", "price": 1}
		}
		body, err := json.Marshal(map[string]any{"pets": all})
		if err != nil {
			t.Fatal(err)
		}
		return ft.Body(string(body))
	}
	const refused = `{"message":"an update may make at most 2000 changes"}`
	ft.Want(t, "one too many", o.post(t, list(pets.MaxChanges+1)), http.StatusRequestEntityTooLarge, refused)
	o.want(t, "one too many", 0)
	ft.Want(t, "all that are allowed", o.post(t, list(pets.MaxChanges)), http.StatusOK, `{}`)
	state, err := o.store.State(t.Context())
	if err != nil || state.Pets != pets.MaxChanges || state.LastID != pets.MaxChanges {
		t.Errorf("state %+v, %v, want %d pets", state, err, pets.MaxChanges)
	}
	ft.Want(t, "removals count", o.post(t, list(1)), http.StatusRequestEntityTooLarge, refused)
}
