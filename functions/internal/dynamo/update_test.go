package dynamo_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

// uniform is a list by which its writer can be told: every pet is of one type,
// and the list is as long as no other.
func uniform(kind string, n int) []pets.Pet {
	list := make([]pets.Pet, n)
	for i := range list {
		list[i] = pets.Pet{ID: int64(i + 1), Type: kind, Price: 1}
	}
	return list
}

func TestUpdatesDoNotInterleave(t *testing.T) {
	for _, size := range []int{20, 120} { // in one batch, and in several
		for range 5 {
			store := dynamotest.NewTable(t).Store(t, nil)
			lists := map[string][]pets.Pet{"dog": uniform("dog", size), "cat": uniform("cat", size+1), "cow": uniform("cow", size+2)}
			var wg sync.WaitGroup
			for _, list := range lists {
				wg.Go(func() {
					if err := pets.Update(t.Context(), store, list, nil); err != nil {
						t.Errorf("update: %v", err)
					}
				})
			}
			wg.Wait()
			page, err := store.Page(t.Context(), 0, pets.MaxPage)
			if err != nil {
				t.Fatal(err)
			}
			winner := page.Pets[0].Type
			if len(page.Pets) != len(lists[winner]) {
				t.Errorf("%d pets, want the %d of the %s list", len(page.Pets), len(lists[winner]), winner)
			}
			for _, p := range page.Pets {
				if p.Type != winner {
					t.Fatalf("a %s in the list of a %s: two updates have mixed", p.Type, winner)
				}
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
