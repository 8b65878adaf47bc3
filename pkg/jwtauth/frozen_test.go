package jwtauth_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// clocks are a wall clock and a monotonic one that a test moves apart.
type clocks struct {
	mu   sync.Mutex
	wall time.Time
	mono time.Duration
}

func (c *clocks) read() (time.Time, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall, c.mono
}

func (c *clocks) Now() time.Time {
	wall, _ := c.read()
	return wall
}

// run lets both clocks run, set only the wall clock: forward, too, while the process is frozen.
func (c *clocks) run(d time.Duration) { c.move(d, d) }

func (c *clocks) set(d time.Duration) { c.move(d, 0) }

func (c *clocks) move(wall, mono time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall, c.mono = c.wall.Add(wall), c.mono+mono
}

// newApart is a day whose clocks can be moved apart.
func newApart(t *testing.T) (*day, *clocks) {
	t.Helper()
	d, c := newDay(t), &clocks{wall: noon}
	d.issuer.Now = c.Now
	d.keys.SetClocks(c.read)
	var err error
	d.v, err = jwtauth.New(jwtauth.Config{
		Issuer: d.issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: c.Now, CacheSize: 4,
	}, d.keys)
	if err != nil {
		t.Fatal(err)
	}
	d.v.SetClocks(c.read)
	return d, c
}

// forever is an expiry that no row of these tables reaches.
var forever = jwtauthtest.ExpiresIn(365 * 24 * time.Hour)

// TestFrozenWithdrawal freezes a process that holds a key which is withdrawn meanwhile. The
// monotonic clock stands still; the age of the keys does not.
func TestFrozenWithdrawal(t *testing.T) {
	for _, c := range []struct {
		frozen time.Duration
		want   error
	}{
		{10*time.Minute - time.Second, nil},
		{10 * time.Minute, jwtauth.InvalidSignature},
		{11 * time.Minute, jwtauth.InvalidSignature},
		{25 * time.Hour, jwtauth.InvalidSignature},
		{30 * 24 * time.Hour, jwtauth.InvalidSignature},
	} {
		t.Run(c.frozen.String(), func(t *testing.T) {
			d, clocks := newApart(t)
			token := d.issuer.Token(forever)
			expect(t, d.v, token, nil)
			d.issuer.Rotate("k2", "ES256")
			d.issuer.Withdraw("k1")
			clocks.set(c.frozen)
			want := map[error]int{nil: 0, jwtauth.InvalidSignature: 1}[c.want]
			if got := d.fetches(func() { expect(t, d.v, token, c.want) }); got != want {
				t.Errorf("%d fetches, want %d", got, want)
			}
		})
	}
}

// TestFrozenOutage has the issuer down after the freeze: the old keys serve for a day, not longer.
func TestFrozenOutage(t *testing.T) {
	for frozen, want := range map[time.Duration]error{
		24*time.Hour - time.Second: nil, 24 * time.Hour: jwtauth.ErrKeysUnavailable, 25 * time.Hour: jwtauth.ErrKeysUnavailable,
	} {
		d, clocks := newApart(t)
		expect(t, d.v, d.issuer.Token(), nil)
		d.issuer.Down()
		clocks.set(frozen)
		expect(t, d.v, d.issuer.Token(), want)
	}
}

// TestFrozenCache: a remembered token ends at its exp, and after a minute, by whichever clock.
func TestFrozenCache(t *testing.T) {
	for name, c := range map[string]struct {
		expires    time.Duration
		wall, mono time.Duration
		want       error
		same       bool
	}{
		"not frozen":               {30 * time.Second, 29 * time.Second, 29 * time.Second, nil, true},
		"frozen until before exp":  {30 * time.Second, 29 * time.Second, 0, nil, true},
		"frozen until exp":         {30 * time.Second, 30 * time.Second, 0, jwtauth.TokenExpired, false},
		"frozen for a month":       {30 * time.Second, 30 * 24 * time.Hour, 0, jwtauth.TokenExpired, false},
		"frozen for a minute":      {time.Hour, time.Minute, 0, nil, false},
		"wall clock stands still":  {time.Hour, 0, time.Minute, nil, false},
		"wall clock was set back":  {time.Hour, -time.Second, 10 * time.Second, nil, false},
		"wall clock stands, exp":   {30 * time.Second, 29 * time.Second, 31 * time.Second, nil, true},
		"wall clock is set to exp": {time.Hour, time.Hour, time.Second, jwtauth.TokenExpired, false},
	} {
		t.Run(name, func(t *testing.T) {
			d, clocks := newApart(t)
			token := d.issuer.Token(jwtauthtest.ExpiresIn(c.expires))
			first, err := d.v.Verify(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			clocks.move(c.wall, c.mono)
			expect(t, d.v, token, c.want)
			if second, _ := d.v.Verify(t.Context(), token); c.want == nil && (first == second) != c.same {
				t.Errorf("from the cache: %v, want %v", !c.same, c.same)
			}
		})
	}
}

// TestWallClockIsSet: back changes nothing, ahead costs one fetch at most.
func TestWallClockIsSet(t *testing.T) {
	for _, jump := range []time.Duration{-time.Second, -time.Hour, -1000 * time.Hour, time.Minute, time.Hour, 1000 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			d, clocks := newApart(t)
			d.issuer.Now = func() time.Time { return noon.Add(1000 * time.Hour) } // for the times in the tokens
			var err error
			d.v, err = jwtauth.New(jwtauth.Config{Issuer: d.issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: d.issuer.Now}, d.keys)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, d.v, d.issuer.Token(), nil)
			for n := range 3 { // the budget is spent
				expect(t, d.v, forged(d.issuer, fmt.Sprint(n)), jwtauth.InvalidSignature)
			}
			clocks.set(jump)
			most := 0
			if jump >= 10*time.Minute {
				most = 1
			}
			if got := d.fetches(func() {
				for range 10 {
					expect(t, d.v, d.issuer.Token(), nil)
				}
			}); got != most {
				t.Errorf("%d fetches, want %d", got, most)
			}
			if jump < 0 { // the budget and the memory go on by the monotonic clock
				expectUndecided(t, d.v, forged(d.issuer, "forged"))
				clocks.run(999 * time.Millisecond)
				expect(t, d.v, forged(d.issuer, "0"), jwtauth.InvalidSignature)
				clocks.run(1001 * time.Millisecond)
				expect(t, d.v, forged(d.issuer, "forged"), jwtauth.InvalidSignature)
				clocks.run(10*time.Minute - 4*time.Second)
				if got := d.fetches(func() { expect(t, d.v, d.issuer.Token(), nil) }); got != 0 {
					t.Errorf("%d fetches of keys that are fresh", got)
				}
				clocks.run(4 * time.Second)
			}
			expect(t, d.v, d.issuer.Token(), nil)
		})
	}
}

// TestFrozenBackOff: the pause after a failed fetch is over after a freeze.
func TestFrozenBackOff(t *testing.T) {
	d, clocks := newApart(t)
	d.issuer.Down()
	expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
	d.issuer.Respond(nil)
	expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
	clocks.set(time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
}

// TestFrozenFetch freezes a process in the middle of a fetch. The next request does not wait for
// it.
func TestFrozenFetch(t *testing.T) {
	d, clocks := newApart(t)
	asked, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	d.issuer.Respond(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	left := make(chan error)
	go func() {
		_, err := d.v.Verify(t.Context(), d.issuer.Token())
		left <- err
	}()
	<-asked
	d.issuer.Respond(nil)
	clocks.set(11 * time.Minute)
	expect(t, d.v, d.issuer.Token(), nil)
	if err := <-left; err != nil {
		t.Error("the request that was frozen:", err)
	}
	if got := d.seen(jwtauth.EventFetch, "failed"); got != 0 {
		t.Errorf("%d failed fetches", got)
	}
}

// TestMonotonicReading moves a clock whose times have both readings, and one whose times have lost
// the monotonic one. Ages are the same.
func TestMonotonicReading(t *testing.T) {
	for name, now := range map[string]func(time.Duration) time.Time{
		"both": func(d time.Duration) time.Time { return time.Now().Add(d) },
		"wall": func(d time.Duration) time.Time { return time.Now().Add(d).Round(0) },
	} {
		issuer := jwtauthtest.NewIssuer(t)
		moved := time.Duration(0)
		keys := issuer.KeySet(jwtauth.RemoteConfig{Now: func() time.Time { return now(moved) }})
		if err := keys.Hydrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		fresh := keys.Status()
		moved = 11 * time.Minute
		old := keys.Status()
		issuer.Down()
		moved = 25 * time.Hour
		_, err := keys.Key(t.Context(), "k1")
		if !fresh.Fresh || old.Fresh || old.Age < moved-25*time.Hour+11*time.Minute || !errors.Is(err, jwtauth.ErrKeysUnavailable) {
			t.Errorf("%s: %+v, then %+v, then %v", name, fresh, old, err)
		}
	}
}
