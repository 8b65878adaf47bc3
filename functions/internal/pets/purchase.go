package pets

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// A Register sells pets. It is safe for concurrent use. Errors besides those
// named: [ErrUnavailable] (after a write: it may have happened), [ErrCorrupt].
type Register interface {
	// Pet returns the pet as it stands now, or [ErrNotAvailable] for an unknown id.
	Pet(ctx context.Context, id int64) (Pet, error)
	// Sell writes the sale if the pet is there and unsold and its price is the
	// sale's, together with the claim on the key, if there is one.
	// resolved reports that the sale was found to be done by an earlier try of
	// this very purchase. Otherwise nothing is written: [ErrNotAvailable],
	// [ErrMoved] (another price), [ErrKeyTaken] (the key has a live record).
	Sell(ctx context.Context, sale Sale, key *Key) (resolved bool, err error)
	// Record returns the live record of the key, or [ErrNoRecord].
	Record(ctx context.Context, key Key) (Record, error)
	// Remember completes the record of the key with the purchase's answer and
	// returns what stands in it then: this answer, or the one that was there.
	// The key's record is made where it does not exist.
	Remember(ctx context.Context, key Key, record Record) (Record, error)
}

// A Shop sells pets over a register. By default, it takes the time of the
// clock and random purchase ids.
type Shop struct {
	Register Register
	Now      func() time.Time
	NewID    func() string
}

// An Order is one request to buy.
type Order struct {
	PetID int64
	Buyer Buyer
	Key   *Key // nil without an idempotency key
}

// An Outcome is how an order ended.
type Outcome struct {
	PetID    int64
	Pet      Pet  // with its sale; zero if not sold to this order
	Sold     bool // to this order
	Resolved bool // in doubt for a while: an answer of the store was lost
}

// A Reply is what the buyer is told.
type Reply struct {
	Outcome  Outcome
	Answer   Answer
	Replayed bool // the answer was made for an earlier request with the key
}

// Purchase sells the pet once, and answers each key once.
func (s *Shop) Purchase(ctx context.Context, order Order, tell Tell) (Reply, error) {
	if order.Key != nil {
		return s.purchaseOnce(ctx, order, tell)
	}
	outcome, err := s.sell(ctx, order, s.newID())
	if err != nil {
		return Reply{}, err
	}
	answer, err := tell(ctx, outcome)
	return Reply{Outcome: outcome, Answer: answer}, err
}

// sellRounds bounds how often a price may change between reading and selling.
const sellRounds = 20

// sell ends with an outcome for "sold to this order" and for "not available".
func (s *Shop) sell(ctx context.Context, order Order, purchaseID string) (Outcome, error) {
	outcome := Outcome{PetID: order.PetID}
	for round := range sellRounds {
		pet, err := s.unsold(ctx, order.PetID)
		if errors.Is(err, ErrNotAvailable) {
			return outcome, nil
		}
		if err != nil {
			return outcome, fmt.Errorf("%w: %w", ErrPurchaseRead, err)
		}
		sale := Sale{PurchaseID: purchaseID, PetID: pet.ID, Buyer: order.Buyer, At: s.now(), Price: pet.Price}
		resolved, err := s.Register.Sell(ctx, sale, order.Key)
		switch {
		case err == nil:
			pet.Sale = &sale
			return Outcome{PetID: pet.ID, Pet: pet, Sold: true, Resolved: resolved}, nil
		case errors.Is(err, ErrNotAvailable):
			return outcome, nil
		case errors.Is(err, ErrUnavailable):
			return s.inDoubt(ctx, pet.ID, purchaseID, err)
		case !errors.Is(err, ErrMoved):
			return outcome, fmt.Errorf("%w: %w", ErrPurchaseWrite, err)
		}
		if err := pause(ctx, round); err != nil {
			return outcome, fmt.Errorf("%w: %w: %w", ErrPurchaseWrite, ErrUnavailable, err)
		}
	}
	return outcome, fmt.Errorf("%w: %w: %w", ErrPurchaseWrite, ErrUnavailable, ErrMoved)
}

// unsold reads the pet; a sold one is not available. Ids are positive, so
// nothing is read for others.
func (s *Shop) unsold(ctx context.Context, id int64) (Pet, error) {
	if id < 1 {
		return Pet{}, ErrNotAvailable
	}
	pet, err := s.Register.Pet(ctx, id)
	if err == nil && pet.Sale != nil {
		err = ErrNotAvailable
	}
	return pet, err
}

// inDoubt asks once more after a write that did not tell how it ended. Only a
// sale with this id is an answer: without one the write may still be on its way.
func (s *Shop) inDoubt(ctx context.Context, id int64, purchaseID string, cause error) (Outcome, error) {
	pet, err := s.Register.Pet(ctx, id)
	if err != nil || !pet.SoldBy(purchaseID) {
		return Outcome{PetID: id}, fmt.Errorf("%w: %w", ErrPurchaseWrite, cause)
	}
	return Outcome{PetID: id, Pet: pet, Sold: true, Resolved: true}, nil
}

func (s *Shop) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *Shop) newID() string {
	if s.NewID != nil {
		return s.NewID()
	}
	return rand.Text()
}
