package dynamo

import (
	"context"
	"fmt"
	"hash/fnv"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
)

// catalogItem is the sort key of the catalog item in the partition of the
// state; the counters follow it.
const catalogItem = 0

// counters is how many items count sales: concurrent sales meet in one of them
// with a chance of 1 in 16, and all are read with one read unit.
const counters = 16

// counterOf spreads purchases over the counters.
func counterOf(purchaseID string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(purchaseID)) // never fails
	return int64(h.Sum32()%counters) + 1
}

// earlierMark is the catalog item of the earlier layout, in the partition of
// the pets.
const earlierMark = 0

// checkLayout returns [pets.ErrLayout] for a table of the earlier layout. It is
// called when an item is missing that this layout would have.
func (s *Store) checkLayout(ctx context.Context) error {
	it, err := s.get(ctx, contract.CatalogPartition, earlierMark)
	if err != nil {
		return err
	}
	if len(it) > 0 {
		return s.earlier()
	}
	return nil
}

func (s *Store) earlier() error { return fmt.Errorf("table %s: %w", *s.table, pets.ErrLayout) }

// isEarlier reports whether a pet's item was written by the earlier layout,
// which kept the buyer on it.
func isEarlier(it item) bool {
	_, has := it["soldTo"]
	return has
}
