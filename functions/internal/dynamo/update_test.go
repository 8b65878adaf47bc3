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

// marked is a list of plain pets of which every third, from the n-th on, is
// marked by its writer.
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

// Each writer changes other pets than the others do: only the version prevents a
// catalog that no request asked for.
func TestUpdatesDoNotInterleave(t *testing.T) {
	for _, size := range []int{20, 400} { // in one batch, and in several
		for range 5 {
			store := dynamotest.NewTable(t).Store(t, nil)
			update(t, store, marked(size, -1)...)
			var wg sync.WaitGroup
			for n := range 3 {
				wg.Go(func() {
					if _, err := pets.Update(t.Context(), store, marked(size, n), nil); err != nil {
						t.Errorf("update: %v", err)
					}
				})
			}
			wg.Wait()
			list, _, err := store.Pets(t.Context(), pets.FirstPage)
			if err != nil {
				t.Fatal(err)
			}
			whole := func(n int) bool { return cmp.Equal(list, marked(size, n)) }
			if !whole(0) && !whole(1) && !whole(2) {
				t.Errorf("%d pets: the catalog is of no update: two have mixed", size)
			}
		}
	}
}

func TestOneOfManyUpdatesOfAVersionWins(t *testing.T) {
	store := dynamotest.NewTable(t).Store(t, nil)
	update(t, store, dog)
	var won, stale atomic.Int64
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			mine := pets.Pet{ID: int64(i + 10), Type: "cat", Price: 1}
			_, err := pets.Update(t.Context(), store, []pets.Pet{mine}, func(version int64) bool { return version == 1 })
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
		t.Errorf("%d won, %d were refused as stale, want 1 and 9", won.Load(), stale.Load())
	}
}

// Pets without id get numbers above all that were ever in the catalog, and no
// number twice, whatever the network does.
func TestConcurrentUpdatesGetTheirOwnNumbers(t *testing.T) {
	table := dynamotest.NewTable(t)
	update(t, table.Store(t, nil), pets.Pet{ID: 70, Type: "removed", Price: 1})
	update(t, table.Store(t, nil))
	const writers, each = 6, 5
	var wg sync.WaitGroup
	var mu sync.Mutex
	given := map[int64]string{}
	for w := range writers {
		store := table.Store(t, &dynamotest.Faults{Plan: func(n int, _ string) dynamotest.Fault {
			return []dynamotest.Fault{dynamotest.None, dynamotest.Lost, dynamotest.None, dynamotest.Throttled}[(n+w)%4]
		}})
		wg.Go(func() {
			name := fmt.Sprint("of writer ", w)
			for range each {
				if _, err := pets.Update(t.Context(), store, []pets.Pet{{Type: name, Price: 1}, {Type: name, Price: 2}}, nil); err != nil {
					t.Errorf("update: %v", err)
				}
				list, _, err := store.Pets(t.Context(), pets.FirstPage)
				if err != nil {
					t.Errorf("pets: %v", err)
				}
				mu.Lock()
				for _, p := range list {
					if owner := given[p.ID]; owner != "" && owner != p.Type || p.ID <= 70 {
						t.Errorf("number %d was given to the pets %q and %q", p.ID, owner, p.Type)
					}
					given[p.ID] = p.Type
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	state, err := table.Store(t, nil).State(t.Context())
	if want := int64(70 + 2*writers*each); err != nil || state.LastID != want {
		t.Errorf("the last number is %d, %v, want %d: each pet has one", state.LastID, err, want)
	}
}
