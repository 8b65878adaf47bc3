package main

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	"example.com/securedpets/functions/internal/pets"
)

// everyone lets the whole crowd fight for every pet at once.
func everyone(t *testing.T, s shop, c *crowd, petIDs []int64) *tally {
	t.Helper()
	results := &tally{}
	var wg sync.WaitGroup
	for buyer := range crowdSize {
		wg.Go(func() {
			for _, i := range rand.New(rand.NewPCG(*seed, uint64(buyer))).Perm(len(petIDs)) {
				results.add(petIDs[i], buyerEmail(buyer), s.buy(t, c.tokens[buyer], petIDs[i]))
			}
		})
	}
	wg.Wait()
	return results
}

func ids(stock []pets.Pet) []int64 {
	all := make([]int64, len(stock))
	for i, p := range stock {
		all[i] = p.ID
	}
	return all
}

func TestProveNoPetIsSoldTwice(t *testing.T) {
	for _, tt := range []struct {
		name    string
		chances map[dynamotest.Fault]float64
		least   float64 // of all requests get 200 or 409
	}{
		{"quiet network", nil, 1},
		{"30 % throttled", map[dynamotest.Fault]float64{dynamotest.Throttled: 0.3}, 0.999},
		{"10 % of responses lost", map[dynamotest.Fault]float64{dynamotest.Lost: 0.05, dynamotest.Cut: 0.03, dynamotest.Broken: 0.02}, 0.999},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCrowd(t)
			stock := kennel(max(*attempts/crowdSize, 1))
			s := c.open(t, &dynamotest.Faults{Plan: drawn(0, tt.chances)}, stock...)
			results := everyone(t, s, c, ids(stock))
			double, refused, lost := results.check(t, s)
			all := len(stock) * crowdSize
			decided := results.status[http.StatusOK] + results.status[http.StatusConflict]
			t.Logf("%d attempts on %d pets: %d sold twice, %d owners refused, %d sales lost, %.3f %% with 200 or 409 (%v)",
				all, len(stock), double, refused, lost, 100*float64(decided)/float64(all), results.status)
			if double > 0 || refused > 0 || lost > 0 {
				t.Errorf("%d pets sold twice, %d owners refused, %d sales lost", double, refused, lost)
			}
			if float64(decided) < tt.least*float64(all) {
				t.Errorf("%d of %d with 200 or 409, want %v", decided, all, tt.least)
			}
			if results.status[http.StatusOK] < len(stock)*99/100 {
				t.Errorf("%d sold, want nearly all of %d", results.status[http.StatusOK], len(stock))
			}
		})
	}
}

// An administrator's page that was opened before the sales sends back all pets
// as unsold, at other prices, again and again.
func TestProveNoSaleIsLostToUpdates(t *testing.T) {
	c := newCrowd(t)
	stock := kennel(crowdSize)
	sold, double, refused, lost := 0, 0, 0, 0
	for round := 0; sold < *attempts/4; round++ {
		s := c.open(t, &dynamotest.Faults{}, stock...)
		stop := make(chan struct{})
		var admin sync.WaitGroup
		admin.Go(func() { keepUpdating(t, s, stock, stop) })
		results := &tally{}
		var wg sync.WaitGroup
		for buyer := range 6 {
			wg.Go(func() {
				for i := buyer; i < len(stock); i += 6 {
					results.add(stock[i].ID, buyerEmail(i), s.buy(t, c.tokens[i], stock[i].ID))
				}
			})
		}
		wg.Wait()
		close(stop)
		admin.Wait()
		d, r, l := results.check(t, s)
		double, refused, lost = double+d, refused+r, lost+l
		sold += results.status[http.StatusOK]
		if results.status[http.StatusOK] != len(stock) {
			t.Fatalf("round %d: %v, want all %d sold", round, results.status, len(stock))
		}
	}
	t.Logf("%d sales under concurrent updates: %d lost, %d sold twice, %d owners refused", sold, lost, double, refused)
	if double > 0 || refused > 0 || lost > 0 {
		t.Errorf("%d sales lost, %d sold twice, %d owners refused", lost, double, refused)
	}
}

func keepUpdating(t *testing.T, s shop, stock []pets.Pet, stop <-chan struct{}) {
	for n := 1; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		changed := append([]pets.Pet(nil), stock...)
		for i := n % 3; i < len(changed); i += 3 {
			changed[i].Price += pets.Price(n)
		}
		if _, err := pets.Update(t.Context(), s.store, changed, nil); err != nil {
			t.Errorf("update: %v", err)
			return
		}
	}
}
