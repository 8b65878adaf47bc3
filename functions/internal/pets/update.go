package pets

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/securedpets/functions/contract"
)

// Limits of an update.
const (
	// MaxBatch is how many changes are made at once, all or none.
	MaxBatch = 99
	// MaxChanges is how many changes an update may make: a change is 2 write
	// units, and a partition takes 1,000 a second.
	MaxChanges = contract.MaxChanges

	// batchTime is what a batch takes, with room for retries.
	batchTime = 100 * time.Millisecond
)

// A Catalog is replaced as a whole. Errors: [ErrUnavailable] (after a write: it
// may have been applied), [ErrCorrupt], [ErrLayout].
type Catalog interface {
	State(ctx context.Context) (State, error)
	// Load returns the state and every pet, ordered by id. The state was read
	// before the pets.
	Load(ctx context.Context) (State, []Pet, error)
	// Sales returns the sales of the numbers from first to last, listed or not.
	Sales(ctx context.Context, first, last int64) ([]Sale, error)
	// Modify makes at most [MaxBatch] changes and next the state, all or
	// nothing, if the version still is the one before next's; else
	// [ErrConflict]. It never touches what a sale has written.
	Modify(ctx context.Context, next State, changes []Change) error
}

// updateRounds bounds how often an update starts again because another one came
// between; in each round at least one of them finishes a batch.
const updateRounds = 50

// Update makes wanted the whole catalog and returns the state that it wrote.
// Ids in wanted are unique; pets with id 0 are new and get numbers above all
// that were ever in the catalog. At most [MaxBatch] changes happen at once or
// not at all; more are made in batches, and repeating the call after a failure
// finishes them. More than [MaxChanges] are [ErrTooManyChanges].
//
// match decides whether the current version is the one the caller has seen
// ([ErrStale] if not, nothing changed); nil matches all. It is asked until the
// first batch is written: from then on the update finishes, as the same update
// without match would.
func Update(ctx context.Context, store Catalog, wanted []Pet, match func(version int64) bool) (State, error) {
	u := &update{store: store, wanted: wanted, match: match, id: rand.Text()}
	for round := range updateRounds {
		state, err := u.run(ctx)
		switch {
		case err == nil, errors.Is(err, ErrInvalid), errors.Is(err, ErrStale), errors.Is(err, ErrTooManyChanges):
			return state, err
		case errors.Is(err, ErrUnavailable) && u.wrote(ctx):
			u.begun = true
		case !errors.Is(err, ErrConflict):
			return State{}, fmt.Errorf("%w: %w", ErrUpdate, err)
		}
		if err := pause(ctx, round); err != nil {
			return State{}, fmt.Errorf("%w: %w: %w", ErrUpdate, ErrUnavailable, err)
		}
	}
	return State{}, fmt.Errorf("%w: %w: %w", ErrUpdate, ErrUnavailable, ErrConflict)
}

// An update is one call of [Update].
type update struct {
	store  Catalog
	wanted []Pet
	match  func(version int64) bool
	id     string

	numbered []Pet // wanted with all ids; final once a batch is written
	begun    bool  // a batch is written
}

// run makes the changes from the catalog as it is now.
func (u *update) run(ctx context.Context) (State, error) {
	state, standing, err := u.store.Load(ctx)
	if err != nil {
		return State{}, err
	}
	if err := u.prepare(state); err != nil {
		return State{}, err
	}
	changes := diff(standing, u.numbered)
	if len(changes) == 0 && state.Version > 0 {
		return state, nil
	}
	if err := u.checkSize(ctx, len(changes)); err != nil {
		return State{}, err
	}
	if err := u.keepSales(ctx, state, changes); err != nil {
		return State{}, err
	}
	return u.apply(ctx, state, changes)
}

// prepare decides whether the update may begin, and gives numbers to new pets.
// The first batch reserves all of them, so they do not change afterwards.
func (u *update) prepare(state State) error {
	if u.begun {
		return nil
	}
	if u.match != nil && !u.match(state.Version) {
		return ErrStale
	}
	u.numbered = slices.Clone(u.wanted)
	last := highest(state.LastID, u.wanted)
	for i := range u.numbered {
		if u.numbered[i].ID != 0 {
			continue
		}
		if last == MaxID {
			return &FieldError{Field: "id", Want: "given: the highest number is in use"}
		}
		last++
		u.numbered[i].ID = last
	}
	return nil
}

func highest(last int64, list []Pet) int64 {
	for _, p := range list {
		last = max(last, p.ID)
	}
	return last
}

// checkSize refuses an update that could not finish, before anything changes.
func (u *update) checkSize(ctx context.Context, changes int) error {
	if u.begun || changes <= MaxBatch {
		return nil
	}
	if changes > MaxChanges {
		return ErrTooManyChanges
	}
	needed := time.Duration((changes+MaxBatch-1)/MaxBatch) * batchTime
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < needed {
		return fmt.Errorf("%w: not enough time left for %d changes", ErrUnavailable, changes)
	}
	return nil
}

// keepSales marks the added pets whose numbers were sold. A number above the
// last one was never in the catalog; a pet that is not in the catalog cannot be
// sold meanwhile, and the version stands against other updates.
func (u *update) keepSales(ctx context.Context, state State, changes []Change) error {
	first, last := int64(0), int64(0)
	for _, c := range changes {
		if c.Kind == Add && c.Pet.ID <= state.LastID {
			if first == 0 {
				first = c.Pet.ID
			}
			last = c.Pet.ID
		}
	}
	if first == 0 {
		return nil
	}
	sales, err := u.store.Sales(ctx, first, last)
	if err != nil {
		return err
	}
	buyers := make(map[int64]Tag, len(sales))
	for _, s := range sales {
		buyers[s.PetID] = TagOf(s.Buyer.Subject)
	}
	for i, c := range changes {
		changes[i].Pet.Buyer = buyers[c.Pet.ID]
	}
	return nil
}

// apply also writes an empty list: a catalog that was saved empty is not one
// that was never saved.
func (u *update) apply(ctx context.Context, state State, changes []Change) (State, error) {
	state.LastID = highest(state.LastID, u.numbered)
	state.UpdateID = u.id
	for first := true; first || len(changes) > 0; first = false {
		batch := changes[:min(len(changes), MaxBatch)]
		state.Version++
		state.Pets += grown(batch)
		if err := u.store.Modify(ctx, state, batch); err != nil {
			return State{}, err
		}
		u.begun = true
		changes = changes[len(batch):]
	}
	return state, nil
}

// wrote reports whether the last batch in the store is this update's: the
// response to it was lost.
func (u *update) wrote(ctx context.Context) bool {
	state, err := u.store.State(ctx)
	return err == nil && state.UpdateID == u.id
}
