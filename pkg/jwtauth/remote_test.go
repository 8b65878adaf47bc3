package jwtauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

func (c *clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// day is an issuer, a verifier of its tokens and the clock of both.
type day struct {
	*clock
	issuer *jwtauthtest.Issuer
	keys   *jwtauth.RemoteKeySet
	v      *jwtauth.Verifier

	mu     sync.Mutex
	events []jwtauth.Event
	ended  chan struct{} // gets a value when a fetch has ended
}

func newDay(t *testing.T) *day {
	t.Helper()
	return newDayWith(t, jwtauth.RemoteConfig{})
}

func newDayWith(t *testing.T, cfg jwtauth.RemoteConfig) *day {
	t.Helper()
	d := &day{clock: &clock{now: noon}, issuer: jwtauthtest.NewIssuer(t), ended: make(chan struct{}, 1000)}
	d.issuer.Now = d.Now
	cfg.Now, cfg.Observe = d.Now, d.observe
	d.keys = d.issuer.KeySet(cfg)
	d.v = dayVerifier(t, d, d.keys)
	return d
}

func dayVerifier(t *testing.T, d *day, keys jwtauth.KeySet) *jwtauth.Verifier {
	t.Helper()
	v, err := jwtauth.New(jwtauth.Config{Issuer: d.issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: d.Now}, keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (d *day) observe(e jwtauth.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, e)
	if e.Kind == jwtauth.EventFetch {
		d.ended <- struct{}{}
	}
}

// seen counts the events of this kind and outcome.
func (d *day) seen(kind jwtauth.EventKind, outcome string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.events {
		if e.Kind == kind && e.Outcome == outcome {
			n++
		}
	}
	return n
}

// fetches counts the requests for keys during f.
func (d *day) fetches(f func()) int {
	before := d.issuer.Fetches()
	f()
	return d.issuer.Fetches() - before
}

// forged names a key that does not exist; its signature is never looked at.
func forged(issuer *jwtauthtest.Issuer, kid string) string {
	return issuer.Token(jwtauthtest.Header("kid", kid), jwtauthtest.Signature(func(string) []byte { return []byte("none") }))
}

// expectUndecided fails the test unless the token is neither accepted nor refused, for the reason
// that too many unknown key ids arrive.
func expectUndecided(t *testing.T, v verifier, token string) {
	t.Helper()
	expect(t, v, token, jwtauth.ErrKeyUndecided)
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, jwtauth.ErrKeysUnavailable) || jwtauth.Label(err) != "key_undecided" {
		t.Errorf("%v with the label %s", err, jwtauth.Label(err))
	}
}

func TestForgedKeyIDs(t *testing.T) {
	for name, cold := range map[string]bool{"warm": false, "cold": true} {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			if !cold {
				expect(t, d.v, d.issuer.Token(), nil)
			}
			got := d.fetches(func() {
				for n := range 3 {
					expect(t, d.v, forged(d.issuer, fmt.Sprint("forged", n)), jwtauth.InvalidSignature)
				}
				for n := range 200 {
					expect(t, d.v, forged(d.issuer, fmt.Sprint("more", n)), jwtauth.ErrKeyUndecided)
				}
			})
			if got != 3 {
				t.Errorf("203 forged key ids caused %d fetches, want 3", got)
			}
			if got := d.seen(jwtauth.EventThrottled, "budget"); got != 200 {
				t.Errorf("%d of them were throttled, want 200", got)
			}
			expectUndecided(t, d.v, forged(d.issuer, "label"))
		})
	}
}

// TestLookupBudget comes back one by one, and good tokens are never affected.
func TestLookupBudget(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	for row, c := range []struct {
		wait time.Duration
		want int
	}{{0, 3}, {0, 0}, {1999 * time.Millisecond, 0}, {time.Millisecond, 1}, {4 * time.Second, 2}, {time.Hour, 3}} {
		d.Move(c.wait)
		got := d.fetches(func() {
			for n := range 20 {
				want := error(jwtauth.InvalidSignature)
				if n >= c.want {
					want = jwtauth.ErrKeyUndecided
				}
				expect(t, d.v, forged(d.issuer, fmt.Sprint(row, " ", n)), want)
				if c.wait < time.Hour {
					expect(t, d.v, d.issuer.Token(), nil)
				}
			}
		})
		if got != c.want {
			t.Errorf("after %v: %d fetches, want %d", c.wait, got, c.want)
		}
	}
}

// TestSameForgedKeyID is looked up once in a second, whatever budget there is.
func TestSameForgedKeyID(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	for _, c := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {999 * time.Millisecond, 0}, {time.Millisecond, 1}} {
		d.Move(c.wait)
		got := d.fetches(func() {
			for range 5 {
				expect(t, d.v, forged(d.issuer, "forged"), jwtauth.InvalidSignature)
			}
		})
		if got != c.want {
			t.Errorf("after %v more: %d fetches, want %d", c.wait, got, c.want)
		}
	}
}

func TestBadSignatures(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	token := d.issuer.Token(jwtauthtest.SignedBy(d.issuer.NewKey("k1", "RS256")))
	got := d.fetches(func() {
		for range 200 {
			expect(t, d.v, token, jwtauth.InvalidSignature)
		}
	})
	if got != 0 {
		t.Errorf("200 bad signatures caused %d fetches", got)
	}
}

// TestNothingFetches lists what must be refused without a fetch, even in a cold process.
func TestNothingFetches(t *testing.T) {
	d := newDay(t)
	for name, token := range map[string]string{
		"malformed":       "a.b.c",
		"algorithm":       d.issuer.Token(jwtauthtest.Header("alg", "HS256")),
		"crit":            d.issuer.Token(jwtauthtest.Header("crit", []string{"x"})),
		"no kid":          d.issuer.Token(jwtauthtest.WithoutHeader("kid")),
		"foreign issuer":  d.issuer.Token(jwtauthtest.Claim("iss", "https://foreign.example/")),
		"no issuer":       d.issuer.Token(jwtauthtest.Without("iss")),
		"repeated claims": d.issuer.Token(jwtauthtest.ClaimsJSON(with(payload(d.issuer), `"a":1,"a":1`))),
		"no claims":       d.issuer.Token(jwtauthtest.ClaimsJSON("null")),
	} {
		if got := d.fetches(func() { _, _ = d.v.Verify(t.Context(), token) }); got != 0 || d.issuer.Discoveries() != 0 {
			t.Errorf("%s: %d fetches, %d discoveries", name, got, d.issuer.Discoveries())
		}
	}
}

func TestRotation(t *testing.T) {
	for name, before := range map[string]func(*day){
		"at once": func(*day) {},
		"after a forged key id": func(d *day) {
			expect(t, d.v, forged(d.issuer, "forged"), jwtauth.InvalidSignature)
		},
		"after two": func(d *day) {
			expect(t, d.v, forged(d.issuer, "forged"), jwtauth.InvalidSignature)
			expect(t, d.v, forged(d.issuer, "again"), jwtauth.InvalidSignature)
		},
		"of an old set": func(d *day) { d.Move(11 * time.Minute) },
		// The response comes from a cache in front of the issuer, which has the new key a little
		// later.
		"a second after its first token": func(d *day) {
			expect(t, d.v, forged(d.issuer, "k2"), jwtauth.InvalidSignature)
			d.Move(time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			old := d.issuer.Key("k1")
			expect(t, d.v, d.issuer.Token(), nil)
			before(d)
			d.issuer.Rotate("k2", "ES256")
			if got := d.fetches(func() { expect(t, d.v, d.issuer.Token(), nil) }); got != 1 {
				t.Errorf("%d fetches, want 1", got)
			}
			expect(t, d.v, d.issuer.Token(jwtauthtest.SignedBy(old)), nil)
		})
	}
}

func TestWithdrawal(t *testing.T) {
	d := newDay(t)
	old := d.issuer.Key("k1")
	expect(t, d.v, d.issuer.Token(), nil)
	d.issuer.Rotate("k2", "RS256")
	d.issuer.Withdraw("k1")
	token := d.issuer.Token(jwtauthtest.SignedBy(old))
	d.Move(10*time.Minute - time.Second)
	expect(t, d.v, token, nil)
	d.Move(time.Second)
	expect(t, d.v, token, jwtauth.InvalidSignature)
}

// TestOutage takes the issuer away from a process that has keys. They serve for a day; each renewal
// is one more chance, with pauses that grow to a minute.
func TestOutage(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	d.issuer.Respond(http.NotFoundHandler())
	for passed := time.Duration(0); passed < 24*time.Hour-10*time.Minute; passed += 10 * time.Minute {
		expect(t, d.v, d.issuer.Token(), nil)
		d.Move(10 * time.Minute)
	}
	d.Move(10*time.Minute - time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
	d.Move(time.Second)
	expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
	d.issuer.Respond(nil)
	d.Move(2 * time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
}

// TestBackOff counts the requests to an issuer that is down, with a token each second.
func TestBackOff(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	d.issuer.Respond(http.NotFoundHandler())
	d.Move(10 * time.Minute)
	var at []int
	for second := range 200 {
		before := d.issuer.Discoveries() + d.issuer.Fetches()
		expect(t, d.v, d.issuer.Token(), nil)
		if d.issuer.Discoveries()+d.issuer.Fetches() > before {
			at = append(at, second)
		}
		d.Move(time.Second)
	}
	if want := "[0 1 3 7 15 31 63 123 183]"; fmt.Sprint(at) != want {
		t.Errorf("fetched at seconds %v, want %v", at, want)
	}
	if stale := d.seen(jwtauth.EventStale, "served"); stale != 200 {
		t.Errorf("%d times old keys were reported, want 200", stale)
	}
	// An unknown key id cannot be decided now, and is not called a forgery.
	expect(t, d.v, forged(d.issuer, "k2"), jwtauth.ErrKeysUnavailable)
}

// TestBackOffWhenCold is short: every request is being turned away.
func TestBackOffWhenCold(t *testing.T) {
	d := newDay(t)
	d.issuer.Respond(http.NotFoundHandler())
	var at []int
	for tenth := range 100 {
		before := d.issuer.Discoveries()
		expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
		if d.issuer.Discoveries() > before {
			at = append(at, tenth)
		}
		d.Move(time.Second / 10)
	}
	if want := "[0 10 30 50 70 90]"; fmt.Sprint(at) != want {
		t.Errorf("fetched at tenths %v, want %v", at, want)
	}
}

// TestCancelledFirstCaller lets the caller that caused the first fetch leave while twenty others
// wait for it.
func TestCancelledFirstCaller(t *testing.T) {
	d := newDay(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	d.issuer.Respond(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(arrived) })
		select {
		case <-release:
			d.issuer.Respond(nil)
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		case <-r.Context().Done():
		}
	}))
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		_, err := d.v.Verify(ctx, d.issuer.Token())
		first <- err
	}()
	<-arrived
	results := make(chan error)
	for range 20 {
		go func() {
			_, err := d.v.Verify(t.Context(), d.issuer.Token())
			results <- err
		}()
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) || !errors.Is(err, jwtauth.ErrKeysUnavailable) {
		t.Error("the caller that left got", err)
	}
	close(release)
	for range 20 {
		if err := <-results; err != nil {
			t.Error("another caller got", err)
		}
	}
	if got := d.issuer.Fetches(); got != 1 {
		t.Errorf("%d fetches, want 1", got)
	}
}
