package pets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// MaxBatch is how many changes are made at once, all or none.
const MaxBatch = 99

// ErrMoved says that what was read before a write is not what stood when the
// write arrived; nothing was written.
var ErrMoved = errors.New("moved meanwhile")

// A Catalog is replaced as a whole. Errors: [ErrUnavailable], [ErrCorrupt].
type Catalog interface {
	// Standing returns the version and every pet, ordered by id. The version
	// was read before the pets.
	Standing(ctx context.Context) (version int64, pets []Pet, err error)
	// Apply makes at most [MaxBatch] changes and the version one higher, all or
	// nothing, if the version still is the given one; else [ErrMoved]. It never
	// touches what a sale has written.
	Apply(ctx context.Context, version int64, changes []Change) error
}

// A Change of the catalog.
type Change struct {
	Kind ChangeKind
	Pet  Pet
}

// ChangeKind says what happens to the pet.
type ChangeKind int

// The kinds of change.
const (
	Add    ChangeKind = iota // a pet whose id is not in the catalog
	Alter                    // type or price of a pet, sold or not
	Remove                   // its sale, if any, keeps its own record
)

// updateRounds bounds how often an update starts again because another one
// came between; each round at least one of them has finished a batch.
const updateRounds = 50

// Update makes wanted, whose ids are unique, the whole catalog. At most
// [MaxBatch] changes happen at once or not at all; more are made in batches,
// and repeating the call after a failure finishes them.
//
// match decides whether the standing version is the one the caller has seen
// ([ErrStale] if not, nothing changed); nil matches all. It is asked until the
// first batch is in: from then on the update has begun and finishes, as the
// same update without match would.
func Update(ctx context.Context, store Catalog, wanted []Pet, match func(version int64) bool) error {
	begun := false
	for round := range updateRounds {
		version, standing, err := store.Standing(ctx)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUpdate, err)
		}
		if !begun && match != nil && !match(version) {
			return ErrStale
		}
		changes := diff(standing, wanted)
		if len(changes) == 0 && version > 0 {
			return nil
		}
		applied, err := applyAll(ctx, store, version, changes)
		begun = begun || applied
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, ErrMoved):
			return fmt.Errorf("%w: %w", ErrUpdate, err)
		}
		if err := pause(ctx, round); err != nil {
			return fmt.Errorf("%w: %w: %w", ErrUpdate, ErrUnavailable, err)
		}
	}
	return fmt.Errorf("%w: %w: %w", ErrUpdate, ErrUnavailable, ErrMoved)
}

// applyAll also writes an empty list: a catalog that was saved empty is not
// one that was never saved.
func applyAll(ctx context.Context, store Catalog, version int64, changes []Change) (applied bool, err error) {
	for first := true; first || len(changes) > 0; first = false {
		n := min(len(changes), MaxBatch)
		if err := store.Apply(ctx, version, changes[:n]); err != nil {
			return !first, err
		}
		version++
		changes = changes[n:]
	}
	return true, nil
}

// diff compares two lists by id. Both may be in any order.
func diff(standing, wanted []Pet) []Change {
	old := make(map[int64]Pet, len(standing))
	for _, p := range standing {
		old[p.ID] = p
	}
	var changes []Change
	for _, p := range wanted {
		before, exists := old[p.ID]
		delete(old, p.ID)
		switch {
		case !exists:
			changes = append(changes, Change{Add, p})
		case before.Type != p.Type || before.Price != p.Price:
			changes = append(changes, Change{Alter, p})
		}
	}
	for _, p := range old {
		changes = append(changes, Change{Remove, p})
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Pet.ID, b.Pet.ID) })
	return changes
}

// pause waits a little longer each round, and at random, so that two updates
// do not meet again.
func pause(ctx context.Context, round int) error {
	limit := min(10*time.Millisecond<<min(round, 5), 200*time.Millisecond)
	timer := time.NewTimer(rand.N(limit)) //nolint:gosec // a waiting time is no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
