package jwtauth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// These tests run in a bubble of testing/synctest: its clock moves when everybody waits, so the times are exact; and
// it fails when a goroutine is left over.

// transport answers requests without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answered(body string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// after answers with jwks when d has passed.
func after(d time.Duration, jwks string) transport {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return answered(jwks), nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// bubble is a key set over a transport that a test can change.
type bubble struct {
	keys      *jwtauth.RemoteKeySet
	transport transport
	requests  int
}

func newBubble(t *testing.T, f transport) *bubble {
	t.Helper()
	b := &bubble{transport: f}
	var err error
	b.keys, err = jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{
		URL: "https://issuer.example/jwks",
		Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			b.requests++
			return b.transport(r)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// timedKey looks a key up and returns how long that took.
func (b *bubble) timedKey(ctx context.Context, kid string) (time.Duration, error) {
	start := time.Now()
	_, err := b.keys.Key(ctx, kid)
	return time.Since(start), err
}

func TestPatience(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	const never = time.Hour
	for name, c := range map[string]struct {
		answer   time.Duration // how slow the provider is
		age      time.Duration // how old the keys are; 0: there are none
		kid      string
		deadline time.Duration // the caller's; 0: none
		took     time.Duration
		err      error
	}{
		"cold, quick":                 {answer: time.Second, kid: "k1", took: time.Second},
		"cold, slow":                  {answer: never, kid: "k1", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"cold, unknown":               {answer: time.Second, kid: "k2", took: time.Second, err: jwtauth.ErrUnknownKey},
		"cold, slow, hurried caller":  {answer: never, kid: "k1", deadline: time.Second, took: 800 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"cold, slow, very hurried":    {answer: never, kid: "k1", deadline: 100 * time.Millisecond, took: 0, err: jwtauth.ErrKeysUnavailable},
		"fresh":                       {answer: never, age: 9 * time.Minute, kid: "k1", took: 0},
		"fresh, unknown, quick":       {answer: time.Second, age: time.Minute, kid: "k2", took: time.Second, err: jwtauth.ErrUnknownKey},
		"fresh, unknown, slow":        {answer: never, age: time.Minute, kid: "k2", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"old, quick":                  {answer: 200 * time.Millisecond, age: 10 * time.Minute, kid: "k1", took: 200 * time.Millisecond},
		"old, slow":                   {answer: never, age: 10 * time.Minute, kid: "k1", took: 300 * time.Millisecond},
		"old, slow, hurried caller":   {answer: never, age: 10 * time.Minute, kid: "k1", deadline: 300 * time.Millisecond, took: 100 * time.Millisecond},
		"a day old, slow":             {answer: never, age: 24 * time.Hour, kid: "k1", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"a day old, but for a second": {answer: never, age: 24*time.Hour - time.Second, kid: "k1", took: 300 * time.Millisecond},
		"old, slow, unknown":          {answer: never, age: 10 * time.Minute, kid: "k2", took: 1800 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t, after(0, jwks))
				if c.age > 0 {
					if err := b.keys.Hydrate(t.Context()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(c.age)
				}
				b.transport = after(c.answer, jwks)
				ctx := t.Context()
				if c.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.deadline)
					defer cancel()
				}
				took, err := b.timedKey(ctx, c.kid)
				time.Sleep(3 * time.Second) // the fetch ends by itself
				if took != c.took || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
					t.Errorf("took %v with %v, want %v with %v", took, err, c.took, c.err)
				}
			})
		})
	}
}

// TestFlightEnds: what outlives its caller does so for three seconds at most, with a second attempt inside of them.
func TestFlightEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, after(time.Hour, ""))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		if took, err := b.timedKey(ctx, "k1"); took != 0 || !errors.Is(err, context.Canceled) {
			t.Error(took, err)
		}
		for b.keys.Status().Failures == 0 {
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(start); took > 3*time.Second || b.requests != 2 {
			t.Error(took, b.requests, "requests")
		}
	})
}

// TestHangingProvider comes back while a request to it hangs. The first success is at most two seconds later,
// whenever that is.
func TestHangingProvider(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	for back := 100 * time.Millisecond; back < 12*time.Second; back += 700 * time.Millisecond {
		for name, down := range map[string]transport{
			"hangs":   after(time.Hour, ""),
			"refuses": func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") },
		} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				b := newBubble(t, func(r *http.Request) (*http.Response, error) {
					if time.Since(start) < back {
						return down(r)
					}
					return answered(jwks), nil
				})
				for {
					if _, err := b.timedKey(t.Context(), "k1"); err == nil {
						break
					}
					time.Sleep(50 * time.Millisecond)
				}
				if late := time.Since(start) - back; late > 2*time.Second {
					t.Errorf("%s: back after %v, used %v later", name, back, late)
				}
				time.Sleep(5 * time.Second)
			})
		}
	}
}

// TestSingleFlight: however many wait, one asks; and however many look for something that is not there, it is looked
// for once.
func TestSingleFlight(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	for name, c := range map[string]struct {
		warm     bool
		kid      func(n int) string
		requests int // at most
	}{
		"cold, one key":                {false, func(int) string { return "k1" }, 1},
		"cold, one that is not there":  {false, func(int) string { return "k2" }, 2}, // who came late may have one of their own
		"cold, half of them not there": {false, func(n int) string { return "k" + strconv.Itoa(1+n%2) }, 2},
		"cold, a hundred not there":    {false, func(n int) string { return "k" + strconv.Itoa(2+n) }, 3},
		"warm, one that is not there":  {true, func(int) string { return "k2" }, 1},
		"warm, a hundred not there":    {true, func(n int) string { return "k" + strconv.Itoa(2+n) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t, after(time.Second, jwks))
				if c.warm {
					if err := b.keys.Hydrate(t.Context()); err != nil {
						t.Fatal(err)
					}
					b.requests = 0
				}
				done := make(chan error)
				for n := range 100 {
					go func() {
						_, err := b.keys.Key(t.Context(), c.kid(n))
						if c.kid(n) != "k1" && errors.Is(err, jwtauth.ErrUnknownKey) {
							err = nil
						}
						done <- err
					}()
				}
				for range 100 {
					if err := <-done; err != nil {
						t.Error(err)
					}
				}
				if b.requests == 0 || b.requests > c.requests {
					t.Errorf("%d requests, at most %d will do", b.requests, c.requests)
				}
			})
		})
	}
}

// TestJoinedFlight: a key is published while a fetch is under way that began too early to see it. Whoever joined that
// fetch with a token of the new key is not told that the key does not exist.
func TestJoinedFlight(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	jwks := string(issuer.JWKS())
	issuer.Rotate("k2", "ES256")
	rotated := string(issuer.JWKS())
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, after(0, jwks))
		if err := b.keys.Hydrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		published := time.Now().Add(500 * time.Millisecond)
		b.transport = func(r *http.Request) (*http.Response, error) {
			if time.Now().Before(published) {
				return after(time.Second, jwks)(r)
			}
			return after(time.Second, rotated)(r)
		}
		forged := make(chan error)
		go func() {
			_, err := b.timedKey(t.Context(), "forged")
			forged <- err
		}()
		time.Sleep(500 * time.Millisecond)
		if took, err := b.timedKey(t.Context(), "k2"); err != nil || took != 1500*time.Millisecond {
			t.Error("the new key took", took, "with", err)
		}
		if err := <-forged; !errors.Is(err, jwtauth.ErrUnknownKey) {
			t.Error("the forged one:", err)
		}
	})
}

// TestClockSetBack moves the clock of the key set. Nothing gets stuck.
func TestClockSetBack(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	for _, jump := range []time.Duration{-time.Hour, 1000 * time.Hour, -2000 * time.Hour} {
		d.issuer.Down()
		_, _ = d.keys.Key(t.Context(), "unknown")
		d.Move(jump)
		d.issuer.Respond(nil)
		expect(t, d.v, d.issuer.Token(), nil)
		d.issuer.Rotate("k"+jump.String(), "ES256")
		expect(t, d.v, d.issuer.Token(), nil)
	}
}
