package pets_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/securedpets/functions/internal/pets"
)

func keyed(petID int64, body string) pets.Order {
	return pets.Order{PetID: petID, Buyer: ann, Key: &pets.Key{Name: "k", Body: body}}
}

func TestKeyRepeatsTheResponse(t *testing.T) {
	f := newFlaky(t, dog, cat)
	s := shop(f)
	reply, err := buy(t, s, keyed(1, "b"))
	wantReply(t, "the first", reply, err, "p1 dog", false, false)
	f.Fill(t)
	reply, err = buy(t, s, keyed(1, "b"))
	wantReply(t, "again", reply, err, "p1 dog", false, true)
	if reply.Outcome.PetID != 1 || reply.Response.Status != 200 {
		t.Errorf("again: %+v", reply)
	}
	_, err = buy(t, s, keyed(2, "another"))
	wantErrors(t, "another order", err, pets.ErrKeyReused)

	record, err := f.Record(t.Context(), *keyed(1, "b").Key)
	if err != nil || record.PurchaseID != "p1" || record.PetID != 1 || !record.Expires.Equal(saleTime.Add(24*time.Hour)) {
		t.Errorf("record %+v, %v", record, err)
	}
}

func TestKeyRepeatsARefusal(t *testing.T) {
	price := dog.Price + 1
	for name, expect := range map[string]pets.Expect{notAvailable: {}, hasChanged: {Price: &price}} {
		f := newFlaky(t, dog)
		order := keyed(1, "b")
		if order.Expect = expect; expect.Price == nil {
			order.PetID = 5
		}
		s := shop(f)
		reply, err := buy(t, s, order)
		wantReply(t, name, reply, err, name, false, false)
		f.Fill(t, pets.Pet{ID: 1, Type: "dog", Price: price}, pets.Pet{ID: 5, Type: "cow", Price: 1})
		reply, err = buy(t, s, order)
		wantReply(t, name+", again", reply, err, name, false, true)
		if f.sales > 0 {
			t.Errorf("%s: %d attempts to sell, want none", name, f.sales)
		}
	}
}

// A crash after the sale leaves a record without a response: the next request
// renders it from the sale.
func TestKeyAfterACrash(t *testing.T) {
	f := newFlaky(t, dog)
	s := shop(f)
	f.save = func(int, func() (pets.Record, error)) (pets.Record, error) { return pets.Record{}, errLost }
	_, err := buy(t, s, keyed(1, "b"))
	wantErrors(t, "crash", err, pets.ErrPurchaseWrite, pets.ErrUnavailable)
	f.save = nil
	f.Fill(t)
	reply, err := buy(t, s, keyed(1, "b"))
	wantReply(t, "again", reply, err, "p1 dog", true, true)
	reply, err = buy(t, s, keyed(1, "b"))
	wantReply(t, "once more", reply, err, "p1 dog", false, true)
	_, err = buy(t, s, keyed(1, "another"))
	wantErrors(t, "another order", err, pets.ErrKeyReused)
}

// Requests with one key compete: the others find the record of the first.
func TestKeyTakenMeanwhile(t *testing.T) {
	f := newFlaky(t, dog)
	s := shop(f)
	f.sell = func(n int, apply func() (bool, error)) (bool, error) {
		if n == 1 {
			reply, err := buy(t, s, keyed(1, "b"))
			wantReply(t, "the other", reply, err, "p2 dog", false, false)
		}
		return apply()
	}
	reply, err := buy(t, s, keyed(1, "b"))
	wantReply(t, "the first", reply, err, "p2 dog", false, true)

	// A refusal meets the record of a sale.
	f = newFlaky(t, dog)
	s = shop(f)
	f.save = func(n int, apply func() (pets.Record, error)) (pets.Record, error) {
		if n == 1 {
			f.Fill(t, dog, pets.Pet{ID: 5, Type: "cow", Price: 1})
			reply, err := buy(t, s, keyed(5, "b"))
			wantReply(t, "the other", reply, err, "p2 cow", false, false)
		}
		return apply()
	}
	reply, err = buy(t, s, keyed(5, "b"))
	wantReply(t, "the refusal", reply, err, "p2 cow", false, true)

	f = newFlaky(t, dog)
	f.sell = func(int, func() (bool, error)) (bool, error) { return false, pets.ErrKeyTaken }
	_, err = buy(t, shop(f), keyed(1, "b"))
	wantErrors(t, "always taken", err, pets.ErrPurchaseWrite, pets.ErrUnavailable, pets.ErrKeyTaken)
	if f.sales != 5 {
		t.Errorf("%d attempts, want 5", f.sales)
	}
}

func TestKeyReportsErrors(t *testing.T) {
	other := errors.New("other")
	f := newFlaky(t, dog)
	f.fail("Record", other)
	_, err := buy(t, shop(f), keyed(1, "b"))
	wantErrors(t, "record", err, pets.ErrPurchaseRead, other)

	f = newFlaky(t, dog)
	f.fail("Pet", other)
	_, err = buy(t, shop(f), keyed(1, "b"))
	wantErrors(t, "pet", err, pets.ErrPurchaseRead, other)

	f = newFlaky(t, dog)
	s := shop(f)
	fail := func(context.Context, pets.Outcome) (pets.Response, error) { return pets.Response{}, other }
	_, err = s.Purchase(t.Context(), keyed(1, "b"), fail)
	wantErrors(t, "render", err, other)
	for cause, want := range map[error]error{other: other, pets.ErrNotAvailable: pets.ErrCorrupt} {
		f.fail("Sale", cause)
		_, err = buy(t, s, keyed(1, "b"))
		wantErrors(t, "sale", err, pets.ErrPurchaseRead, want)
		if errors.Is(err, pets.ErrNotAvailable) {
			t.Errorf("sale: %v is a refusal", err)
		}
	}
}
