package rest_test

import (
	"testing"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

func TestList(t *testing.T) {
	dog := pets.Pet{ID: 1, Type: "dog", Price: 24999}
	sold := dog
	sold.Buyer = pets.TagOf("ann")
	for _, tt := range []struct {
		name string
		page pets.Page
		want string
	}{
		{"never written", pets.Page{}, `{}`},
		{"never written, with sales", pets.Page{State: pets.State{Sales: 1}}, `{}`},
		{"empty", pets.Page{State: pets.State{Version: 1}}, `[]`},
		{"unsold", pets.Page{State: pets.State{Version: 1}, Pets: []pets.Pet{dog}}, `[{"id":1,"type":"dog","price":249.99}]`},
		{"sold", pets.Page{State: pets.State{Version: 2}, Pets: []pets.Pet{sold}}, `[{"id":1,"type":"dog","price":249.99,"isSold":true}]`},
		{
			"sold to the viewer",
			pets.Page{State: pets.State{Version: 2}, Pets: []pets.Pet{sold}, Owners: map[int64]string{1: "ann@example.com", 2: "bob@example.com"}},
			`[{"id":1,"type":"dog","price":249.99,"isSold":true,"soldTo":"ann@example.com"}]`,
		},
	} {
		if got, err := rest.List(tt.page); string(got) != tt.want || err != nil {
			t.Errorf("%s: %s, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}

// tag is the entity tag of the first result page for anonymous callers.
func tag(version, sales int64) string {
	return rest.ETag(pets.State{Version: version, Sales: sales}, pets.Viewer{}, pets.FirstPage)
}

// Whatever changes the body changes the tag.
func TestETagDiffers(t *testing.T) {
	state, window := pets.State{Version: 1, Sales: 1}, pets.Window{After: 1, Limit: 1}
	seen := map[string]string{}
	for name, etag := range map[string]string{
		"the first":          rest.ETag(state, pets.Viewer{}, window),
		"another version":    rest.ETag(pets.State{Version: 2, Sales: 1}, pets.Viewer{}, window),
		"more sales":         rest.ETag(pets.State{Version: 1, Sales: 11}, pets.Viewer{}, window),
		"an administrator":   rest.ETag(state, pets.Viewer{All: true}, window),
		"a buyer":            rest.ETag(state, pets.Viewer{Subject: "ann"}, window),
		"a buyer named 1":    rest.ETag(state, pets.Viewer{Subject: "1"}, window),
		"a later page":       rest.ETag(state, pets.Viewer{}, pets.Window{After: 11, Limit: 1}),
		"a longer page":      rest.ETag(state, pets.Viewer{}, pets.Window{After: 1, Limit: 11}),
		"both numbers moved": rest.ETag(state, pets.Viewer{}, pets.Window{After: 0, Limit: 111}),
	} {
		if other, taken := seen[etag]; taken {
			t.Errorf("%s has the tag of %s: %s", name, other, etag)
		}
		seen[etag] = name
	}
	if again := rest.ETag(state, pets.Viewer{}, window); seen[again] != "the first" {
		t.Errorf("the same list has another tag: %s", again)
	}
}

// Clients hold tags over a deployment: their form stays.
func TestETagForm(t *testing.T) {
	if got, want := tag(12, 3), `"12-1b1d73b1feeef249"`; got != want {
		t.Errorf("tag %s, want %s", got, want)
	}
}

func TestIsFresh(t *testing.T) {
	etag := tag(1, 0)
	for value, want := range map[string]bool{
		etag:                     true,
		"W/" + etag:              true,
		"*":                      true,
		`"x",` + etag:            true,
		`"x" , W/` + etag + ` `:  true,
		"":                       false,
		" ":                      false,
		`"x"`:                    false,
		tag(1, 1):                false,
		tag(2, 0):                false,
		etag[1 : len(etag)-1]:    false,
		"w/" + etag:              false,
		"W/W/" + etag:            false,
		`"*"`:                    false,
		etag + etag:              false,
		etag[:len(etag)-2] + `"`: false,
	} {
		if got := rest.IsFresh(value, etag); got != want {
			t.Errorf("If-None-Match: %s is fresh: %t, want %t", value, got, want)
		}
	}
}

func TestIfMatch(t *testing.T) {
	for value, want := range map[string]bool{
		tag(1, 0):             true,
		tag(1, 9):             true, // a sale is no change of the catalog
		"*":                   true,
		`"x",` + tag(1, 0):    true,
		` "x" , ` + tag(1, 0): true,
		"":                    false,
		" ":                   false,
		tag(0, 0):             false,
		tag(2, 0):             false,
		tag(11, 0):            false,
		"W/" + tag(1, 0):      false,
		`"1-`:                 false,
		`"1-0`:                false,
		`"1"`:                 false,
		`1-0`:                 false,
		`1-0"`:                false,
		`"-1-0"`:              false,
		`"*"`:                 false,
	} {
		if got := rest.IfMatch(value)(1); got != want {
			t.Errorf("If-Match: %s holds for version 1: %t, want %t", value, got, want)
		}
	}
}

// Parts cannot be shifted into each other.
func TestHash(t *testing.T) {
	seen := map[any][]string{}
	for _, parts := range [][]string{
		nil,
		{""},
		{"", ""},
		{"ab", "c"},
		{"a", "bc"},
		{"abc"},
		{"a", "b", "c"},
		{"2:ab1:c"},
		{"c", "ab"},
		{"ab", "C"},
		{"1", "1:1"},
		{"1", "1", "1"},
		{"11:11:1"},
	} {
		sum := rest.Hash(parts...)
		if other, taken := seen[sum]; taken {
			t.Errorf("%q has the hash of %q", parts, other)
		}
		seen[sum] = parts
	}
}
