package pets

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// A SaleStore sells pets. It is safe for concurrent use. Errors besides those
// named: [ErrUnavailable] (after a write: it may have been applied),
// [ErrCorrupt], [ErrLayout].
type SaleStore interface {
	// Pet returns the pet as it is now, or [ErrNotAvailable] for an unknown id.
	Pet(ctx context.Context, id int64) (Pet, error)
	// Sell writes the sale if the pet is in the catalog, unsold and of the
	// sale's type and price, and its number was never sold; with it the record
	// of the key, if there is one. resolved reports that an earlier attempt of
	// the same purchase was found to have sold it. Otherwise nothing is
	// written: [ErrNotAvailable], [ErrConflict] (another type or price),
	// [ErrKeyTaken] (the key has a live record).
	Sell(ctx context.Context, sale Sale, key *Key) (resolved bool, err error)
	// Sale returns the sale of a number, or [ErrNotAvailable] if it was never sold.
	Sale(ctx context.Context, petID int64) (Sale, error)
	// Record returns the live record of the key, or [ErrNoRecord].
	Record(ctx context.Context, key Key) (Record, error)
	// SaveResponse adds the response to the purchase's record, which it creates
	// if there is none, and returns the record that then stands: this one, or
	// the one that was there.
	SaveResponse(ctx context.Context, key Key, record Record) (Record, error)
}

// A Shop sells pets from a store. By default, it uses the system's clock and
// random purchase ids.
type Shop struct {
	Store SaleStore
	Now   func() time.Time
	NewID func() string
}

// An Order is one request to buy.
type Order struct {
	PetID  int64
	Buyer  Buyer
	Expect Expect // By default, the pet is sold as it is.
	Key    *Key   // nil without an idempotency key
}

// An Outcome is how an order ended: with a sale or with a refusal.
type Outcome struct {
	PetID    int64
	Sale     *Sale
	Refusal  error // [ErrNotAvailable] or [ErrChanged]
	Resolved bool  // a response of the store was lost, and the sale found to be made
}

// A Reply is an order's response.
type Reply struct {
	Outcome  Outcome
	Response Response
	Replayed bool // the response was made for an earlier request with the key
}

// Purchase sells the pet once, and responds to each key once.
func (s *Shop) Purchase(ctx context.Context, order Order, render RenderFunc) (Reply, error) {
	if order.Key != nil {
		return s.purchaseOnce(ctx, order, render)
	}
	outcome, err := s.sell(ctx, order, s.newID())
	if err != nil {
		return Reply{}, err
	}
	response, err := render(ctx, outcome)
	return Reply{Outcome: outcome, Response: response}, err
}

// sellRounds bounds how often a pet may change between reading and selling it.
const sellRounds = 20

func (s *Shop) sell(ctx context.Context, order Order, purchaseID string) (Outcome, error) {
	for round := range sellRounds {
		pet, err := s.forSale(ctx, order)
		if errors.Is(err, ErrNotAvailable) || errors.Is(err, ErrChanged) {
			return Outcome{PetID: order.PetID, Refusal: err}, nil
		}
		if err != nil {
			return Outcome{}, fmt.Errorf("%w: %w", ErrPurchaseRead, err)
		}
		sale := Sale{
			PurchaseID: purchaseID, PetID: pet.ID, Type: pet.Type, Price: pet.Price,
			Buyer: order.Buyer, At: s.now(),
		}
		resolved, err := s.Store.Sell(ctx, sale, order.Key)
		switch {
		case err == nil:
			return Outcome{PetID: pet.ID, Sale: &sale, Resolved: resolved}, nil
		case errors.Is(err, ErrNotAvailable):
			return Outcome{PetID: pet.ID, Refusal: ErrNotAvailable}, nil
		case errors.Is(err, ErrUnavailable):
			return s.resolve(ctx, sale, err)
		case !errors.Is(err, ErrConflict):
			return Outcome{}, fmt.Errorf("%w: %w", ErrPurchaseWrite, err)
		}
		if err := pause(ctx, round); err != nil {
			return Outcome{}, fmt.Errorf("%w: %w: %w", ErrPurchaseWrite, ErrUnavailable, err)
		}
	}
	return Outcome{}, fmt.Errorf("%w: %w: %w", ErrPurchaseWrite, ErrUnavailable, ErrConflict)
}

// forSale reads the pet. A sold one is not available, whatever is expected.
// Ids are positive, so nothing is read for others.
func (s *Shop) forSale(ctx context.Context, order Order) (Pet, error) {
	if order.PetID < 1 {
		return Pet{}, ErrNotAvailable
	}
	pet, err := s.Store.Pet(ctx, order.PetID)
	switch {
	case err != nil:
		return Pet{}, err
	case pet.IsSold():
		return Pet{}, ErrNotAvailable
	case !order.Expect.isMet(pet):
		return Pet{}, ErrChanged
	}
	return pet, nil
}

// resolve reads the sale after a write of unknown outcome. Only a sale with its
// id decides: without one the write may still be on its way.
func (s *Shop) resolve(ctx context.Context, sale Sale, cause error) (Outcome, error) {
	made, err := s.Store.Sale(ctx, sale.PetID)
	if err != nil || made.PurchaseID != sale.PurchaseID {
		return Outcome{}, fmt.Errorf("%w: %w", ErrPurchaseWrite, cause)
	}
	return Outcome{PetID: sale.PetID, Sale: &made, Resolved: true}, nil
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
