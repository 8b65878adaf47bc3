package main

import (
	"strconv"
	"sync"
	"testing"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

// Large updates change every pet in several batches, while others read. Every
// pet goes from version to version and never back; a list between two equal
// states is exact: the batches that are in, and no part of another.
func TestProveReadsOfLargeUpdates(t *testing.T) {
	const size, versions, readers = 3*pets.MaxBatch + 50, 6, 3
	table := dynamotest.NewTable(t)
	stock := func(version int) []pets.Pet {
		list := kennel(size)
		for i := range list {
			list[i].Type = strconv.Itoa(version)
		}
		return list
	}
	if _, err := pets.Update(t.Context(), table.Store(t, nil), stock(0), nil); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	reads, exact := 0, 0
	for range readers {
		wg.Go(func() {
			store := table.Store(t, nil)
			last := make([]int, size)
			for {
				select {
				case <-done:
					return
				default:
				}
				before, err1 := store.State(t.Context())
				list, _, err2 := store.Pets(t.Context(), pets.FirstPage)
				after, err3 := store.State(t.Context())
				if err1 != nil || err2 != nil || err3 != nil || len(list) != size {
					t.Errorf("%d pets, %v, %v, %v", len(list), err1, err2, err3)
					return
				}
				isExact := before == after
				checkVersions(t, list, last, isExact)
				mu.Lock()
				reads++
				if isExact {
					exact++
				}
				mu.Unlock()
			}
		})
	}
	for version := 1; version <= versions; version++ {
		if _, err := pets.Update(t.Context(), table.Store(t, nil), stock(version), nil); err != nil {
			t.Errorf("update %d: %v", version, err)
		}
	}
	close(done)
	wg.Wait()
	t.Logf("%d reads during %d updates of %d changes, %d of them between two equal states", reads, versions, size, exact)
	if exact == 0 {
		t.Error("no read fell between two equal states")
	}
}

// checkVersions compares a list with the one before it.
func checkVersions(t *testing.T, list []pets.Pet, last []int, isExact bool) {
	t.Helper()
	for i, p := range list {
		version, err := strconv.Atoi(p.Type)
		if err != nil || version < last[i] {
			t.Errorf("pet %d went from version %d to %q", p.ID, last[i], p.Type)
		}
		last[i] = version
		batch := i / pets.MaxBatch * pets.MaxBatch
		if isExact && (version != last[batch] || i > 0 && version > last[i-1]) {
			t.Errorf("pet %d has version %d after %d: a part of a batch", p.ID, version, last[i-1])
		}
	}
}
