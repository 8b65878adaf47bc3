package dynamo_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

// marked is a list of plain pets of which every third, from the n-th on, has
// its writer's mark.
func marked(size, n int) []pets.Pet {
	list := make([]pets.Pet, size)
	for i := range list {
		list[i] = pets.Pet{ID: int64(i + 1), Type: "plain", Price: 1}
		if i%3 == n {
			list[i].Type = fmt.Sprint("marked by ", n)
		}
	}
	return list
}

// Each writer changes other pets than the others do: nothing but the version
// stands between their changes and a catalog that nobody has asked for.
func TestUpdatesDoNotInterleave(t *testing.T) {
	for _, size := range []int{20, 400} { // in one batch, and in several
		for range 5 {
			store := dynamotest.NewTable(t).Store(t, nil)
			update(t, store, marked(size, -1)...)
			var wg sync.WaitGroup
			for n := range 3 {
				wg.Go(func() {
					if err := pets.Update(t.Context(), store, marked(size, n), nil); err != nil {
						t.Errorf("update: %v", err)
					}
				})
			}
			wg.Wait()
			page, err := store.Page(t.Context(), 0, pets.MaxPage)
			if err != nil {
				t.Fatal(err)
			}
			whole := func(n int) bool { return cmp.Equal(page.Pets, marked(size, n)) }
			if !whole(0) && !whole(1) && !whole(2) {
				t.Errorf("%d pets: the catalog is nobody's: two updates have mixed", size)
			}
		}
	}
}

func TestOneOfManyWhoSawTheSameVersionWins(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, dog)
	var won, stale atomic.Int64
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			mine := pets.Pet{ID: int64(i + 10), Type: "cat", Price: 1}
			err := pets.Update(t.Context(), store, []pets.Pet{mine}, func(version int64) bool { return version == 1 })
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, pets.ErrStale):
				stale.Add(1)
			default:
				t.Errorf("update: %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || stale.Load() != 9 {
		t.Errorf("%d won, %d were told that they are late, want 1 and 9", won.Load(), stale.Load())
	}
}
