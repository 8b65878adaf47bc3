package pets_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/securedpets/functions/internal/pets"
)

func plain(from, n int64) []pets.Pet {
	list := make([]pets.Pet, n)
	for i := range list {
		list[i] = pets.Pet{ID: from + int64(i), Type: "plain", Price: 1}
	}
	return list
}

func TestUpdate(t *testing.T) {
	f := newFlaky(t, dog, cat)
	hound := pets.Pet{ID: 1, Type: "hound", Price: dog.Price}
	dearer := pets.Pet{ID: 1, Type: "dog", Price: dog.Price + 1}
	rat := pets.Pet{ID: 9, Type: "rat", Price: 1}
	for _, tt := range []struct {
		name   string
		wanted []pets.Pet
		state  pets.State
	}{
		{"no change, in another order", []pets.Pet{cat, dog}, pets.State{Version: 1, Pets: 2, LastID: 2}},
		{"another type", []pets.Pet{hound, cat}, pets.State{Version: 2, Pets: 2, LastID: 2}},
		{"another price", []pets.Pet{dearer, cat}, pets.State{Version: 3, Pets: 2, LastID: 2}},
		{"one more", []pets.Pet{dearer, cat, rat}, pets.State{Version: 4, Pets: 3, LastID: 9}},
		{"one less", []pets.Pet{dearer, cat}, pets.State{Version: 5, Pets: 2, LastID: 9}},
		{"none", nil, pets.State{Version: 6, LastID: 9}},
	} {
		state, err := pets.Update(t.Context(), f, tt.wanted, nil)
		state.UpdateID = ""
		if state != tt.state || err != nil {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, state, err, tt.state)
		}
		slices.SortFunc(tt.wanted, func(a, b pets.Pet) int { return cmp.Compare(a.ID, b.ID) })
		f.want(t, tt.name, tt.wanted...)
	}
}

func TestUpdateChecksTheVersion(t *testing.T) {
	f := newFlaky(t, dog)
	var asked []int64
	match := func(want bool) func(int64) bool {
		return func(version int64) bool {
			asked = append(asked, version)
			return want
		}
	}
	_, err := pets.Update(t.Context(), f, []pets.Pet{cat}, match(false))
	wantErrors(t, "refused", err, pets.ErrStale)
	f.want(t, "refused", dog)
	_, err = pets.Update(t.Context(), f, []pets.Pet{cat}, match(true))
	wantErrors(t, "accepted", err)
	f.want(t, "accepted", cat)
	if !slices.Equal(asked, []int64{1, 1}) {
		t.Errorf("asked for the versions %v, want 1 twice", asked)
	}
}

// Once a batch is written, the update goes on from whatever it finds.
func TestUpdateFinishesWhatItBegan(t *testing.T) {
	f := newFlaky(t, dog)
	wanted := append(plain(10, 150), pets.Pet{Type: "new", Price: 1})
	asked := 0
	match := func(int64) bool { asked++; return asked == 1 }
	f.modify = func(n int, apply func() error) error {
		if n == 2 { // another update comes between, and takes numbers
			_, err := pets.Update(t.Context(), f.Store, []pets.Pet{cat, {Type: "other", Price: 1}}, nil)
			wantErrors(t, "the other update", err)
		}
		return apply()
	}
	state, err := pets.Update(t.Context(), f, wanted, match)
	wantErrors(t, "update", err)
	wanted[150].ID = 160
	f.want(t, "update", wanted...)
	if state.LastID != 161 || asked != 1 {
		t.Errorf("last number %d, asked %d times, want 161 and once", state.LastID, asked)
	}
}

func TestUpdateStartsAgainAfterAConflict(t *testing.T) {
	f := newFlaky(t, dog)
	f.modify = func(n int, apply func() error) error {
		if n == 1 {
			_, err := pets.Update(t.Context(), f.Store, []pets.Pet{{Type: "other", Price: 1}}, nil)
			wantErrors(t, "the other update", err)
		}
		return apply()
	}
	_, err := pets.Update(t.Context(), f, []pets.Pet{{Type: "mine", Price: 1}}, nil)
	wantErrors(t, "update", err)
	f.want(t, "update", pets.Pet{ID: 3, Type: "mine", Price: 1})

	f = newFlaky(t, dog)
	f.modify = func(int, func() error) error { return pets.ErrConflict }
	_, err = pets.Update(t.Context(), f, []pets.Pet{cat}, func(int64) bool { return f.modified == 0 })
	wantErrors(t, "the caller's version is gone", err, pets.ErrStale)
}

func TestUpdateResolvesALostResponse(t *testing.T) {
	for _, size := range []int64{1, 250} {
		for lost := 1; lost <= int(size+pets.MaxBatch-1)/pets.MaxBatch; lost++ {
			f := newFlaky(t)
			f.modify = func(n int, apply func() error) error {
				if err := apply(); err != nil || n != lost {
					return err
				}
				return errLost
			}
			wanted := make([]pets.Pet, size)
			for i := range wanted {
				wanted[i] = pets.Pet{Type: "new", Price: 1}
			}
			state, err := pets.Update(t.Context(), f, wanted, func(version int64) bool { return version == 1 })
			wantErrors(t, "lost", err)
			for i := range wanted {
				wanted[i].ID = int64(i + 1)
			}
			f.want(t, "lost", wanted...)
			if state.LastID != size || state.Pets != size {
				t.Errorf("%d pets, response %d lost: state %+v", size, lost, state)
			}
		}
	}
	f := newFlaky(t, dog)
	f.modify = func(int, func() error) error { return errLost }
	_, err := pets.Update(t.Context(), f, []pets.Pet{cat}, nil)
	wantErrors(t, "nothing was written", err, pets.ErrUpdate, pets.ErrUnavailable)
}

func TestUpdateReportsErrorsOfTheStore(t *testing.T) {
	other := errors.New("other")
	for _, method := range []string{"Load", "Sales", "Modify"} {
		for _, cause := range []error{other, pets.ErrCorrupt, pets.ErrLayout, pets.ErrUnavailable} {
			f := newFlaky(t, dog)
			f.Fill(t, cat)
			f.fail(method, cause)
			_, err := pets.Update(t.Context(), f, []pets.Pet{dog}, nil)
			wantErrors(t, method, err, pets.ErrUpdate, cause)
		}
	}
	f := newFlaky(t, dog)
	f.modify = func(int, func() error) error { return errLost }
	f.fail("State", other)
	_, err := pets.Update(t.Context(), f, []pets.Pet{cat}, nil)
	wantErrors(t, "no state", err, pets.ErrUpdate, pets.ErrUnavailable)
}

func TestUpdateEndsWithItsContext(t *testing.T) {
	f := newFlaky(t, dog)
	ctx, cancel := context.WithCancel(t.Context())
	f.modify = func(int, func() error) error {
		cancel()
		return pets.ErrConflict
	}
	_, err := pets.Update(ctx, f, []pets.Pet{cat}, nil)
	wantErrors(t, "canceled", err, pets.ErrUpdate, pets.ErrUnavailable, context.Canceled)
	if f.modified != 1 {
		t.Errorf("%d attempts, want 1", f.modified)
	}
}

func TestUpdateGivesUpAfterManyConflicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlaky(t, dog)
		f.modify = func(int, func() error) error { return pets.ErrConflict }
		start := time.Now()
		_, err := pets.Update(t.Context(), f, []pets.Pet{cat}, nil)
		wantErrors(t, "conflicts", err, pets.ErrUpdate, pets.ErrUnavailable, pets.ErrConflict)
		// The pauses grow to at most 200 ms: 9.6 s together at most, half of that on average.
		if took := time.Since(start); f.modified != 50 || took < 2*time.Second || took > 10*time.Second {
			t.Errorf("%d attempts in %v, want 50 in some seconds", f.modified, took)
		}
	})
}

func TestSizeOfUpdates(t *testing.T) {
	const unlimited = 0
	for _, tt := range []struct {
		name    string
		size    int64
		within  time.Duration
		batches int
		want    []error
	}{
		{"one batch", 99, unlimited, 1, nil},
		{"two batches", 100, unlimited, 2, nil},
		{"the most", pets.MaxChanges, unlimited, 21, nil},
		{"one more", pets.MaxChanges + 1, unlimited, 0, []error{pets.ErrTooManyChanges}},
		{"a batch in a short time", 99, 150 * time.Millisecond, 1, nil},
		{"more in a short time", 100, 150 * time.Millisecond, 0, []error{pets.ErrUpdate, pets.ErrUnavailable}},
		{"more in enough time", 100, 200 * time.Millisecond, 2, nil},
		{"many in too short a time", 1981, 2050 * time.Millisecond, 0, []error{pets.ErrUpdate, pets.ErrUnavailable}},
		{"as many as fit", 1980, 2000 * time.Millisecond, 20, nil},
	} {
		// Virtual time stands still while the update computes, however slow the machine is.
		synctest.Test(t, func(t *testing.T) {
			ctx := t.Context()
			if tt.within != unlimited {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tt.within)
				defer cancel()
			}
			f := newFlaky(t)
			_, err := pets.Update(ctx, f, plain(1, tt.size), nil)
			wantErrors(t, tt.name, err, tt.want...)
			state, _ := f.State(t.Context())
			if f.modified != tt.batches || tt.want == nil && state.Pets != tt.size {
				t.Errorf("%s: %d batches, %d pets, want %d batches", tt.name, f.modified, state.Pets, tt.batches)
			}
		})
	}
	// Removals and changes count too; what is too large for one update is not for the rest of it.
	f := newFlaky(t)
	f.Fill(t, plain(1, 1500)...)
	_, err := pets.Update(t.Context(), f, plain(1500, 502), nil)
	wantErrors(t, "1,499 go, 501 come", err)
	_, err = pets.Update(t.Context(), f, plain(1, 1500), nil)
	wantErrors(t, "1,499 come, 501 go", err)
	_, err = pets.Update(t.Context(), f, plain(2000, 501), nil)
	wantErrors(t, "1,500 go, 501 come", err, pets.ErrTooManyChanges)
}

func TestNumbersOfNewPets(t *testing.T) {
	newPet := pets.Pet{Type: "new", Price: 1}
	f := newFlaky(t)
	f.Fill(t, pets.Pet{ID: pets.MaxID - 1, Type: "high", Price: 1})
	wanted := []pets.Pet{newPet}
	_, err := pets.Update(t.Context(), f, wanted, nil)
	wantErrors(t, "the last number", err)
	f.want(t, "the last number", pets.Pet{ID: pets.MaxID, Type: "new", Price: 1})
	if wanted[0].ID != 0 {
		t.Error("the caller's list was changed")
	}
	_, err = pets.Update(t.Context(), f, []pets.Pet{newPet}, nil)
	wantErrors(t, "none left", err, pets.ErrInvalid)
	if err != nil && !strings.HasPrefix(err.Error(), "id must be given") {
		t.Errorf("none left: %v, want an error about the id", err)
	}
}

func TestSalesAreReadForNumbersThatComeBackOnly(t *testing.T) {
	f := newFlaky(t, dog, cat, pets.Pet{ID: 3, Type: "cow", Price: 1})
	f.Buy(t, 1, ann)
	f.Buy(t, 3, bob)
	f.Fill(t)
	f.calls = nil
	f.Fill(t, pets.Pet{ID: 4, Type: "new", Price: 1})
	f.wantCalls(t, "a number never used", "Load", "Modify")
	rat := pets.Pet{ID: 5, Type: "rat", Price: 1}
	f.Fill(t, dog, cat, pets.Pet{ID: 3, Type: "bull", Price: 2}, rat)
	f.wantCalls(t, "numbers of before", "Load", "Sales", "Modify")
	f.want(t, "numbers of before", sold(dog, ann), cat, sold(pets.Pet{ID: 3, Type: "bull", Price: 2}, bob), rat)
	f.calls = nil
	f.Fill(t, dog, rat)
	f.wantCalls(t, "a removal", "Load", "Modify")
}
