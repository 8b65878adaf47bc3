package pets_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"example.com/securedpets/functions/internal/pets"
)

func TestListShowsOwnersToAdministratorsAndBuyers(t *testing.T) {
	f := newFlaky(t, plain(1, 6)...)
	for _, id := range []int64{2, 3, 5} {
		f.Buy(t, id, ann)
	}
	f.Buy(t, 4, bob)
	f.Fill(t, append(plain(1, 2), plain(4, 3)...)...) // 3 is gone, its sale is not
	state, err := f.State(t.Context())
	wantErrors(t, "state", err)
	for _, tt := range []struct {
		name   string
		viewer pets.Viewer
		want   map[int64]string
		calls  []string
	}{
		{"anonymous", pets.Viewer{}, nil, []string{"Pets"}},
		{"administrator", pets.Viewer{All: true}, map[int64]string{2: ann.Email, 4: bob.Email, 5: ann.Email}, []string{"Pets", "Sales"}},
		{"buyer", pets.Viewer{Subject: ann.Subject}, map[int64]string{2: ann.Email, 5: ann.Email}, []string{"Pets", "Sales"}},
		{"another buyer", pets.Viewer{Subject: bob.Subject}, map[int64]string{4: bob.Email}, []string{"Pets", "Sales"}},
		{"no buyer", pets.Viewer{Subject: "google|3"}, nil, []string{"Pets"}},
	} {
		f.calls = nil
		page, err := pets.List(t.Context(), f, state, tt.viewer, pets.FirstPage)
		if err != nil || len(page.Pets) != 5 || page.Next != 0 || page.State != state || !maps.Equal(page.Owners, tt.want) {
			t.Errorf("%s: %+v, %v, want the owners %v", tt.name, page, err, tt.want)
		}
		f.wantCalls(t, tt.name, tt.calls...)
	}
}

// A tag is short: two subjects may share one, and the sale distinguishes them.
func TestSharedTagShowsNothing(t *testing.T) {
	f := newFlaky(t, dog)
	f.Buy(t, 1, ann)
	shared := &sharedTag{flaky: f, tag: pets.TagOf(bob.Subject)}
	page, err := pets.List(t.Context(), shared, pets.State{Version: 1}, pets.Viewer{Subject: bob.Subject}, pets.FirstPage)
	if err != nil || len(page.Owners) > 0 || !page.Pets[0].IsSold() {
		t.Errorf("%+v, %v, want a sold pet without its owner", page, err)
	}
	if (pets.Viewer{}).MaySee(pets.Sale{}) {
		t.Error("an anonymous viewer sees a sale without a subject")
	}
}

func TestListOfACatalogNeverWritten(t *testing.T) {
	f := newFlaky(t, dog)
	page, err := pets.List(t.Context(), f, pets.State{}, pets.Viewer{All: true}, pets.FirstPage)
	if err != nil || page.Pets != nil {
		t.Errorf("%+v, %v, want none", page, err)
	}
	f.wantCalls(t, "never written")
}

func TestListInWindows(t *testing.T) {
	f := newFlaky(t, plain(1, 5)...)
	for _, tt := range []struct {
		window pets.Window
		first  int64
		n      int
		next   int64
	}{
		{pets.FirstPage, 1, 5, 0},
		{pets.Window{Limit: 5}, 1, 5, 0},
		{pets.Window{Limit: 4}, 1, 4, 4},
		{pets.Window{After: 4, Limit: 4}, 5, 1, 0},
	} {
		page, err := pets.List(t.Context(), f, pets.State{Version: 1}, pets.Viewer{}, tt.window)
		if err != nil || !slices.Equal(page.Pets, plain(tt.first, int64(tt.n))) || page.Next != tt.next {
			t.Errorf("%+v: %+v, %v", tt.window, page, err)
		}
	}
}

func TestListReportsErrors(t *testing.T) {
	other := errors.New("other")
	for _, method := range []string{"Pets", "Sales"} {
		f := newFlaky(t, dog)
		f.Buy(t, 1, ann)
		f.fail(method, other)
		page, err := pets.List(t.Context(), f, pets.State{Version: 1}, pets.Viewer{All: true}, pets.FirstPage)
		if wantErrors(t, method, err, other); page.Pets != nil {
			t.Errorf("%s: %+v beside an error", method, page)
		}
	}
}

func TestTagOf(t *testing.T) {
	if a, b := pets.TagOf("a"), pets.TagOf("b"); a == b || len(a) != 8 || a != pets.TagOf("a") {
		t.Errorf("tags %x and %x, want two of 8 bytes", a, b)
	}
}

// sharedTag lists sold pets with a tag.
type sharedTag struct {
	*flaky
	tag pets.Tag
}

func (s *sharedTag) Pets(ctx context.Context, window pets.Window) ([]pets.Pet, int64, error) {
	list, next, err := s.flaky.Pets(ctx, window)
	for i := range list {
		list[i].Buyer = s.tag
	}
	return list, next, err
}
