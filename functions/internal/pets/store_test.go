package pets_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/pets/petstest"
)

var (
	dog = pets.Pet{ID: 1, Type: "dog", Price: 24999}
	cat = pets.Pet{ID: 2, Type: "cat", Price: 12499}
	ann = pets.Buyer{Subject: "google|1", Email: "ann@example.com"}
	bob = pets.Buyer{Subject: "google|2", Email: "bob@example.com"}
)

func sold(p pets.Pet, to pets.Buyer) pets.Pet {
	p.Buyer = pets.TagOf(to.Subject)
	return p
}

// errLost stands for a response that did not arrive.
var errLost = errors.Join(pets.ErrUnavailable, errors.New("lost"))

// A flaky store runs hooks around the writes of a store in memory.
type flaky struct {
	*petstest.Store
	calls  []string
	modify func(n int, apply func() error) error
	sell   func(n int, apply func() (bool, error)) (bool, error)
	save   func(n int, apply func() (pets.Record, error)) (pets.Record, error)

	modified, sales, saved int
}

func newFlaky(t *testing.T, stock ...pets.Pet) *flaky {
	t.Helper()
	f := &flaky{Store: petstest.New()}
	f.Fill(t, stock...)
	f.Fail = func(method string) error {
		f.calls = append(f.calls, method)
		return nil
	}
	return f
}

// fail makes the calls of a method return an error.
func (f *flaky) fail(method string, err error) {
	f.Fail = func(m string) error {
		f.calls = append(f.calls, m)
		if m == method {
			return err
		}
		return nil
	}
}

func (f *flaky) Modify(ctx context.Context, next pets.State, changes []pets.Change) error {
	apply := func() error { return f.Store.Modify(ctx, next, changes) }
	if f.modified++; f.modify != nil {
		return f.modify(f.modified, apply)
	}
	return apply()
}

func (f *flaky) Sell(ctx context.Context, sale pets.Sale, key *pets.Key) (bool, error) {
	apply := func() (bool, error) { return f.Store.Sell(ctx, sale, key) }
	if f.sales++; f.sell != nil {
		return f.sell(f.sales, apply)
	}
	return apply()
}

func (f *flaky) SaveResponse(ctx context.Context, key pets.Key, record pets.Record) (pets.Record, error) {
	apply := func() (pets.Record, error) { return f.Store.SaveResponse(ctx, key, record) }
	if f.saved++; f.save != nil {
		return f.save(f.saved, apply)
	}
	return apply()
}

func (f *flaky) want(t *testing.T, name string, want ...pets.Pet) {
	t.Helper()
	_, got, err := f.Load(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s: %v, catalog (-want +got):\n%s", name, err, diff)
	}
}

func (f *flaky) wantCalls(t *testing.T, name string, want ...string) {
	t.Helper()
	if !slices.Equal(f.calls, want) {
		t.Errorf("%s: calls %v, want %v", name, f.calls, want)
	}
	f.calls = nil
}

func wantErrors(t *testing.T, name string, err error, want ...error) {
	t.Helper()
	for _, w := range want {
		if !errors.Is(err, w) {
			t.Errorf("%s: error %v, want %v", name, err, w)
		}
	}
	if len(want) == 0 && err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
