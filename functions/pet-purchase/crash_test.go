package main

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
)

// moments are before and after the k-th call, for every k that there is; each
// is tried on a shop of its own until the work is done without dying.
func moments(t *testing.T, try func(d *dynamotest.Dying) (finished bool)) {
	t.Helper()
	for _, after := range []bool{false, true} {
		for k := 1; ; k++ {
			if !try(&dynamotest.Dying{K: k, After: after}) {
				continue
			}
			if k < 3 {
				t.Errorf("done with %d calls: what was to be tried?", k-1)
			}
			break
		}
	}
}

func TestProvePurchaseSurvivesEveryCrash(t *testing.T) {
	c := newCrowd(t)
	for _, edits := range [][]ft.Edit{nil, {key("k")}} {
		keyed := len(edits) > 0
		moments(t, func(d *dynamotest.Dying) bool {
			ctx, end := context.WithCancel(t.Context())
			defer end()
			d.End = end
			s := c.open(t, &dynamotest.Faults{}, dog, cat)
			ann := s.buyer("ann")
			mortal := s.function(t, dynamotest.Proxy(t, d))
			event := ft.Event(t, "purchase", append(edits, ann)...)
			resp := mortal.Call(ctx, t, event)
			if !d.Died() {
				ft.Want(t, "undisturbed", resp, http.StatusOK, annsDog)
				return true
			}
			sold := len(s.table.Sales(t)) == 1
			again := s.f.Call(t.Context(), t, event)
			switch {
			case keyed || !sold:
				ft.Want(t, "again", again, http.StatusOK, annsDog)
			default:
				// Without a key this is another order, and the pet is sold: to her.
				ft.Want(t, "again", again, http.StatusConflict, unavailable)
			}
			s.wantOwners(t, "at the end", map[int64]string{1: "ann@example.com"})
			if sales := s.table.Sales(t); len(sales) != 1 {
				t.Errorf("crash at call %d (after %t): %d sales", d.K, d.After, len(sales))
			}
			return false
		})
	}
}

func TestProveUpdateSurvivesEveryCrash(t *testing.T) {
	c := newCrowd(t)
	before := kennel(200)
	wanted := slices.Clone(before[:100]) // a hundred go, fifty change, seventy come
	for i := range 50 {
		wanted[i].Type = "hound"
	}
	for i := range 70 {
		wanted = append(wanted, pets.Pet{ID: int64(1000 + i), Type: "cat", Price: 1})
	}
	moments(t, func(d *dynamotest.Dying) bool {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		d.End = end
		s := c.open(t, &dynamotest.Faults{}, before...)
		_, err := pets.Update(ctx, s.table.Store(t, d), wanted, nil)
		if !d.Died() {
			if err != nil {
				t.Errorf("undisturbed: %v", err)
			}
			return true
		}
		// A sale in the middle of it all, of a pet that stays.
		if resp := s.buy(t, c.tokens[0], 99); resp.StatusCode != http.StatusOK {
			t.Errorf("crash at call %d: sale: %d %s", d.K, resp.StatusCode, resp.Body)
		}
		s.stock(t, wanted...)
		_, list, err := s.store.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range list {
			if p.IsSold() != (p.ID == 99) {
				t.Errorf("crash at call %d: pet %d sold %t", d.K, p.ID, p.IsSold())
			}
			list[i].Buyer = ""
		}
		if diff := cmp.Diff(wanted, list); diff != "" {
			t.Errorf("crash at call %d (-want +got):\n%s", d.K, diff)
		}
		return false
	})
}
