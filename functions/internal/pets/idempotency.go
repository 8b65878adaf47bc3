package pets

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/securedpets/functions/contract"
)

// KeyLife is how long an idempotency key is kept.
const KeyLife = contract.IdempotencyKeyLife

// Errors of idempotency keys.
var (
	// ErrNoRecord means that a key is unknown or expired.
	ErrNoRecord = errors.New("no such idempotency key")
	// ErrKeyTaken means that another request with the key came first.
	ErrKeyTaken = errors.New("the idempotency key is taken")
)

// A Key makes one order of several requests: those with the same key of the
// same subject get the same response.
type Key struct {
	Name string // a hash of subject and key: neither is stored
	Body string // a hash of the order
}

// A Record is what a store keeps of a key. It is written together with the
// sale, so that no crash separates them; the response follows.
type Record struct {
	Body       string // hash, as in [Key]
	PurchaseID string
	PetID      int64
	Expires    time.Time
	Response   *Response // nil until it was saved
}

// A Response is kept byte by byte.
type Response struct {
	Status  int
	Body    []byte
	Minimal bool // rendered as return=minimal
}

// A RenderFunc renders an outcome.
type RenderFunc func(context.Context, Outcome) (Response, error)

// keyRounds bounds how often concurrent requests with one key can fail to take
// it: the first one writes the record, all others find it.
const keyRounds = 5

// purchaseOnce is Purchase with a key. Concurrent requests compete for the
// record, which is written with the sale: one sells, the others find its record
// and return its response, which the first of them to finish has saved.
func (s *Shop) purchaseOnce(ctx context.Context, order Order, render RenderFunc) (Reply, error) {
	id := s.newID()
	for range keyRounds {
		record, err := s.Store.Record(ctx, *order.Key)
		switch {
		case err == nil:
			return s.replay(ctx, order, record, id, render)
		case !errors.Is(err, ErrNoRecord):
			return Reply{}, fmt.Errorf("%w: %w", ErrPurchaseRead, err)
		}
		outcome, err := s.sell(ctx, order, id)
		if errors.Is(err, ErrKeyTaken) {
			continue
		}
		if err != nil {
			return Reply{}, err
		}
		return s.save(ctx, order, outcome, s.record(order, id), id, render)
	}
	return Reply{}, fmt.Errorf("%w: %w: %w", ErrPurchaseWrite, ErrUnavailable, ErrKeyTaken)
}

func (s *Shop) record(order Order, purchaseID string) Record {
	return Record{Body: order.Key.Body, PurchaseID: purchaseID, PetID: order.PetID, Expires: s.now().Add(KeyLife)}
}

// replay returns the record's response or, if the request that sold the pet has
// not saved one, renders it now.
func (s *Shop) replay(ctx context.Context, order Order, record Record, id string, render RenderFunc) (Reply, error) {
	if record.Body != order.Key.Body {
		return Reply{}, ErrKeyReused
	}
	if record.Response != nil {
		return Reply{
			Outcome:  Outcome{PetID: record.PetID},
			Response: *record.Response,
			Replayed: record.PurchaseID != id,
		}, nil
	}
	sale, err := s.Store.Sale(ctx, record.PetID)
	if errors.Is(err, ErrNotAvailable) {
		err = ErrCorrupt // the record was written with the sale
	}
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrPurchaseRead, err)
	}
	outcome := Outcome{PetID: record.PetID, Sale: &sale, Resolved: true}
	return s.save(ctx, order, outcome, record, id, render)
}

// save renders the response and saves it before it is sent: one that was not
// saved could not be repeated.
func (s *Shop) save(ctx context.Context, order Order, outcome Outcome, record Record, id string, render RenderFunc) (Reply, error) {
	response, err := render(ctx, outcome)
	if err != nil {
		return Reply{}, err
	}
	record.Response = &response
	saved, err := s.Store.SaveResponse(ctx, *order.Key, record)
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrPurchaseWrite, err)
	}
	if saved.PurchaseID != record.PurchaseID {
		return s.replay(ctx, order, saved, id, render)
	}
	return Reply{Outcome: outcome, Response: *saved.Response, Replayed: saved.PurchaseID != id}, nil
}
