package main

import (
	"encoding/json"
	"slices"
	"testing"

	"example.com/securedpets/functions/internal/pets"
)

// What is accepted is a catalog by the rules, and reads the same when it is
// sent as the list shows it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"pets":[{"id":1,"type":"dog","price":249.99},{"id":2,"type":"cat","price":"124.99"}]}`,
		`{"pets":[]}`, `{"pets":null}`, `{"pets":[{"id":1e0,"type":"\u0000","price":1}]}`,
		`{"pets":[{"id":1,"type":"d","price":1,"price":2}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		wanted, err := parse(body)
		if err != nil {
			return
		}
		type shown struct {
			ID    int64      `json:"id,omitempty"`
			Type  string     `json:"type"`
			Price pets.Price `json:"price"`
		}
		list := []shown{}
		seen := map[int64]bool{}
		for _, p := range wanted {
			if p.ID < 0 || p.ID > pets.MaxID || p.ID > 0 && seen[p.ID] || p.Price < 0 || p.IsSold() {
				t.Fatalf("accepted %+v", p)
			}
			seen[p.ID] = true
			list = append(list, shown{p.ID, p.Type, p.Price})
		}
		text, err := json.Marshal(map[string][]shown{"pets": list})
		if err != nil {
			t.Fatal(err)
		}
		again, err := parse(text)
		if err != nil || !slices.Equal(again, wanted) {
			t.Fatalf("read as %v, and again as %v (%v)", wanted, again, err)
		}
	})
}
