package pets_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/pets"
)

var saleTime = time.Unix(1_800_000_000, 0)

// shop sells with the ids p1, p2, and so on.
func shop(f *flaky) *pets.Shop {
	n := 0
	f.Now = func() time.Time { return saleTime }
	return &pets.Shop{Store: f, Now: func() time.Time { return saleTime }, NewID: func() string {
		n++
		return "p" + strconv.Itoa(n)
	}}
}

// render renders an outcome so that tests can read it.
func render(_ context.Context, o pets.Outcome) (pets.Response, error) {
	if o.Refusal != nil {
		return pets.Response{Status: 409, Body: []byte(o.Refusal.Error())}, nil //nolint:nilerr // a refusal is an outcome
	}
	return pets.Response{Status: 200, Body: []byte(o.Sale.PurchaseID + " " + o.Sale.Type)}, nil
}

func buy(t *testing.T, s *pets.Shop, order pets.Order) (pets.Reply, error) {
	t.Helper()
	return s.Purchase(t.Context(), order, render)
}

func wantReply(t *testing.T, name string, reply pets.Reply, err error, body string, resolved, replayed bool) {
	t.Helper()
	if err != nil || string(reply.Response.Body) != body || reply.Outcome.Resolved != resolved || reply.Replayed != replayed {
		t.Errorf("%s: %q, resolved %t, replayed %t, %v, want %q, %t, %t",
			name, reply.Response.Body, reply.Outcome.Resolved, reply.Replayed, err, body, resolved, replayed)
	}
}

const (
	notAvailable = "that pet is not available"
	hasChanged   = "that pet has changed"
)

func TestPurchase(t *testing.T) {
	f := newFlaky(t, dog, cat)
	s := shop(f)
	for _, tt := range []struct {
		name  string
		order pets.Order
		want  string
	}{
		{"the first", pets.Order{PetID: 1, Buyer: ann}, "p1 dog"},
		{"again", pets.Order{PetID: 1, Buyer: ann}, notAvailable},
		{"another buyer", pets.Order{PetID: 1, Buyer: bob}, notAvailable},
		{"unknown", pets.Order{PetID: 3, Buyer: bob}, notAvailable},
		{"no number", pets.Order{PetID: 0, Buyer: bob}, notAvailable},
		{"a negative number", pets.Order{PetID: -1, Buyer: bob}, notAvailable},
		{"another pet", pets.Order{PetID: 2, Buyer: bob}, "p7 cat"},
	} {
		reply, err := buy(t, s, tt.order)
		wantReply(t, tt.name, reply, err, tt.want, false, false)
	}
	f.want(t, "at the end", sold(dog, ann), sold(cat, bob))
	sale, err := f.Sale(t.Context(), 2)
	want := pets.Sale{PurchaseID: "p7", PetID: 2, Type: "cat", Price: cat.Price, Buyer: bob, At: saleTime}
	if diff := cmp.Diff(want, sale); diff != "" || err != nil {
		t.Errorf("sale: %v (-want +got):\n%s", err, diff)
	}
	if pet := sale.Pet(); pet != sold(cat, bob) {
		t.Errorf("pet of the sale: %+v", pet)
	}
}

func TestNothingIsReadForNumbersThatNoPetHas(t *testing.T) {
	f := newFlaky(t, dog)
	_, err := buy(t, shop(f), pets.Order{PetID: 0, Buyer: ann})
	wantErrors(t, "0", err)
	f.wantCalls(t, "0")
}

func TestPurchaseByDefault(t *testing.T) {
	f := newFlaky(t, dog, cat)
	s := &pets.Shop{Store: f}
	before := time.Now()
	for id := range int64(2) {
		_, err := buy(t, s, pets.Order{PetID: id + 1, Buyer: ann})
		wantErrors(t, "buy", err)
	}
	sales, err := f.Sales(t.Context(), 1, 2)
	if err != nil || len(sales) != 2 || sales[0].At.Before(before) || len(sales[0].PurchaseID) < 20 || sales[0].PurchaseID == sales[1].PurchaseID {
		t.Errorf("sales %+v, %v, want two with their own ids, now", sales, err)
	}
}

func TestExpect(t *testing.T) {
	kind, otherKind, price, otherPrice := "dog", "crocodile", dog.Price, dog.Price+1
	for _, tt := range []struct {
		name   string
		expect pets.Expect
		want   string
	}{
		{"nothing", pets.Expect{}, "p1 dog"},
		{"the type", pets.Expect{Type: &kind}, "p1 dog"},
		{"the price", pets.Expect{Price: &price}, "p1 dog"},
		{"both", pets.Expect{Type: &kind, Price: &price}, "p1 dog"},
		{"another type", pets.Expect{Type: &otherKind}, hasChanged},
		{"another price", pets.Expect{Price: &otherPrice}, hasChanged},
		{"another type at the price", pets.Expect{Type: &otherKind, Price: &price}, hasChanged},
		{"the type at another price", pets.Expect{Type: &kind, Price: &otherPrice}, hasChanged},
	} {
		f := newFlaky(t, dog)
		reply, err := buy(t, shop(f), pets.Order{PetID: 1, Buyer: ann, Expect: tt.expect})
		wantReply(t, tt.name, reply, err, tt.want, false, false)
		if err == nil && reply.Outcome.Sale == nil {
			f.Buy(t, 1, bob)
		}
		reply, err = buy(t, shop(f), pets.Order{PetID: 1, Buyer: ann, Expect: tt.expect})
		wantReply(t, tt.name+", of a sold pet", reply, err, notAvailable, false, false)
	}
}

// The pet changes after it was read: it is read again, and compared again.
func TestExpectIsAConditionOfTheSale(t *testing.T) {
	price := dog.Price
	for _, tt := range []struct {
		name    string
		changed pets.Pet
		expect  pets.Expect
		want    string
	}{
		{"another price, expected as before", pets.Pet{ID: 1, Type: "dog", Price: 1}, pets.Expect{Price: &price}, hasChanged},
		{"another type at the price", pets.Pet{ID: 1, Type: "hound", Price: price}, pets.Expect{Price: &price}, "p1 hound"},
		{"nothing expected", pets.Pet{ID: 1, Type: "crocodile", Price: 2}, pets.Expect{}, "p1 crocodile"},
		{"gone", pets.Pet{ID: 7, Type: "dog", Price: price}, pets.Expect{Price: &price}, notAvailable},
	} {
		f := newFlaky(t, dog)
		f.sell = func(n int, apply func() (bool, error)) (bool, error) {
			if n == 1 {
				f.Fill(t, tt.changed)
			}
			return apply()
		}
		reply, err := buy(t, shop(f), pets.Order{PetID: 1, Buyer: ann, Expect: tt.expect})
		wantReply(t, tt.name, reply, err, tt.want, false, false)
	}
}

func TestPurchaseResolvesALostResponse(t *testing.T) {
	order := pets.Order{PetID: 1, Buyer: ann}
	f := newFlaky(t, dog)
	f.sell = func(_ int, apply func() (bool, error)) (bool, error) {
		if _, err := apply(); err != nil {
			return false, err
		}
		f.Fill(t) // the pet is gone by now; its sale is not
		return false, errLost
	}
	reply, err := buy(t, shop(f), order)
	wantReply(t, "applied", reply, err, "p1 dog", true, false)

	f = newFlaky(t, dog)
	f.sell = func(int, func() (bool, error)) (bool, error) { return true, nil }
	reply, err = buy(t, shop(f), order)
	wantReply(t, "found by the store", reply, err, "p1 dog", true, false)

	f = newFlaky(t, dog)
	f.sell = func(int, func() (bool, error)) (bool, error) { return false, errLost }
	_, err = buy(t, shop(f), order)
	wantErrors(t, "not applied", err, pets.ErrPurchaseWrite, pets.ErrUnavailable)

	f = newFlaky(t, dog)
	f.sell = func(int, func() (bool, error)) (bool, error) {
		f.Buy(t, 1, bob)
		return false, errLost
	}
	_, err = buy(t, shop(f), order)
	wantErrors(t, "sold by another purchase", err, pets.ErrPurchaseWrite, pets.ErrUnavailable)
}

func TestPurchaseReportsErrors(t *testing.T) {
	other := errors.New("other")
	order := pets.Order{PetID: 1, Buyer: ann}
	for method, step := range map[string]error{"Pet": pets.ErrPurchaseRead, "Sell": pets.ErrPurchaseWrite} {
		for _, cause := range []error{other, pets.ErrCorrupt, pets.ErrLayout, pets.ErrUnavailable} {
			f := newFlaky(t, dog)
			f.fail(method, cause)
			_, err := buy(t, shop(f), order)
			wantErrors(t, method, err, step, cause)
		}
	}
	f := newFlaky(t, dog)
	_, err := shop(f).Purchase(t.Context(), order, func(context.Context, pets.Outcome) (pets.Response, error) {
		return pets.Response{}, other
	})
	wantErrors(t, "render", err, other)

	ctx, cancel := context.WithCancel(t.Context())
	f = newFlaky(t, dog)
	f.sell = func(int, func() (bool, error)) (bool, error) {
		cancel()
		return false, pets.ErrConflict
	}
	_, err = shop(f).Purchase(ctx, order, render)
	wantErrors(t, "canceled", err, pets.ErrPurchaseWrite, pets.ErrUnavailable, context.Canceled)
}

func TestPurchaseGivesUpAfterManyConflicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlaky(t, dog)
		f.sell = func(int, func() (bool, error)) (bool, error) { return false, pets.ErrConflict }
		_, err := buy(t, shop(f), pets.Order{PetID: 1, Buyer: ann})
		wantErrors(t, "always another pet", err, pets.ErrPurchaseWrite, pets.ErrUnavailable, pets.ErrConflict)
		if f.sales != 20 {
			t.Errorf("%d attempts, want 20", f.sales)
		}
	})
}
