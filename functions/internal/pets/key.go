package pets

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// KeyLife is how long an idempotency key is remembered.
const KeyLife = 24 * time.Hour

// ErrNoRecord says that a key is not known, or no longer.
var ErrNoRecord = errors.New("no such key")

// ErrKeyTaken says that another request with the key came first.
var ErrKeyTaken = errors.New("the key is taken")

// A Key makes one request of many: requests with the same key of the same
// subject are the same order, and get the same answer.
type Key struct {
	Name string // a hash of subject and key: neither is stored
	Body string // a hash of what was ordered
}

// A Record is what a store keeps of a key. It is made together with the sale,
// so that a crash cannot part them; the answer follows.
type Record struct {
	Body       string // hash, as in [Key]
	PurchaseID string
	PetID      int64
	Expires    time.Time
	Answer     *Answer // nil until the answer was made
}

// An Answer is remembered byte by byte.
type Answer struct {
	Status int
	Body   []byte
}

// Tell puts an outcome into the words of an answer.
type Tell func(context.Context, Outcome) (Answer, error)

// keyRounds bounds how often twins may get into each other's way: the first
// one makes the record, all others find it.
const keyRounds = 5

// purchaseOnce is Purchase with a key. Twins that arrive together race for the
// record, which is written with the sale: one sells, the others find its
// record and give its answer, whoever of them is the first to write it down.
func (s *Shop) purchaseOnce(ctx context.Context, order Order, tell Tell) (Reply, error) {
	id := s.newID()
	for range keyRounds {
		record, err := s.Register.Record(ctx, *order.Key)
		switch {
		case err == nil:
			return s.answerAgain(ctx, order, record, id, tell)
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
		return s.answerOnce(ctx, order, outcome, s.record(order, id), id, tell)
	}
	return Reply{}, fmt.Errorf("%w: %w: %w", ErrPurchaseWrite, ErrUnavailable, ErrKeyTaken)
}

func (s *Shop) record(order Order, purchaseID string) Record {
	return Record{Body: order.Key.Body, PurchaseID: purchaseID, PetID: order.PetID, Expires: s.now().Add(KeyLife)}
}

// answerAgain answers from a record: with its answer, or, where the request
// that sold the pet has not come so far, with one made now.
func (s *Shop) answerAgain(ctx context.Context, order Order, record Record, id string, tell Tell) (Reply, error) {
	if record.Body != order.Key.Body {
		return Reply{}, ErrKeyReused
	}
	if record.Answer != nil {
		reply := Reply{Outcome: Outcome{PetID: record.PetID}, Answer: *record.Answer, Replayed: record.PurchaseID != id}
		return reply, nil
	}
	outcome := Outcome{PetID: record.PetID, Sold: true, Resolved: true}
	return s.answerOnce(ctx, order, outcome, record, id, tell)
}

// answerOnce makes the answer and writes it down before it is given: an answer
// that could not be kept could not be repeated.
func (s *Shop) answerOnce(ctx context.Context, order Order, outcome Outcome, record Record, id string, tell Tell) (Reply, error) {
	made, err := tell(ctx, outcome)
	if err != nil {
		return Reply{}, err
	}
	record.Answer = &made
	kept, err := s.Register.Remember(ctx, *order.Key, record)
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrPurchaseWrite, err)
	}
	if kept.PurchaseID != record.PurchaseID {
		return s.answerAgain(ctx, order, kept, id, tell)
	}
	return Reply{Outcome: outcome, Answer: *kept.Answer, Replayed: kept.PurchaseID != id}, nil
}
