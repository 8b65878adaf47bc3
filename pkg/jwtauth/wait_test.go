package jwtauth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// These tests run in a bubble of testing/synctest: its clock moves when every goroutine waits, so
// the times are exact; and it fails when a goroutine is left over.

// transport responds without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func respond(body string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// after responds with jwks when d has passed.
func after(d time.Duration, jwks string) transport {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return respond(jwks), nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// bubble is a key set over a transport that a test can change.
type bubble struct {
	keys     *jwtauth.RemoteKeySet
	requests atomic.Int64

	transport atomic.Pointer[transport]
}

func (b *bubble) serve(f transport) { b.transport.Store(&f) }

func newBubble(t *testing.T, f transport) *bubble {
	t.Helper()
	b := &bubble{}
	b.serve(f)
	var err error
	b.keys, err = jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{
		URL: "https://issuer.example/jwks",
		Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			b.requests.Add(1)
			return (*b.transport.Load())(r)
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

func TestWait(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	const never = time.Hour
	for name, c := range map[string]struct {
		slow     time.Duration // how long the issuer takes
		age      time.Duration // how old the keys are; 0: there are none
		kid      string
		deadline time.Duration // the caller's; 0: none
		took     time.Duration
		err      error
	}{
		"cold, quick":                 {slow: time.Second, kid: "k1", took: time.Second},
		"cold, slow":                  {slow: never, kid: "k1", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"cold, unknown":               {slow: time.Second, kid: "k2", took: time.Second, err: jwtauth.ErrUnknownKey},
		"cold, slow, hurried caller":  {slow: never, kid: "k1", deadline: time.Second, took: 800 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"cold, slow, very hurried":    {slow: never, kid: "k1", deadline: 100 * time.Millisecond, took: 0, err: jwtauth.ErrKeysUnavailable},
		"fresh":                       {slow: never, age: 9 * time.Minute, kid: "k1", took: 0},
		"fresh, unknown, quick":       {slow: time.Second, age: time.Minute, kid: "k2", took: time.Second, err: jwtauth.ErrUnknownKey},
		"fresh, unknown, slow":        {slow: never, age: time.Minute, kid: "k2", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"old, quick":                  {slow: 200 * time.Millisecond, age: 10 * time.Minute, kid: "k1", took: 200 * time.Millisecond},
		"old, slow":                   {slow: never, age: 10 * time.Minute, kid: "k1", took: 300 * time.Millisecond},
		"old, slow, hurried caller":   {slow: never, age: 10 * time.Minute, kid: "k1", deadline: 300 * time.Millisecond, took: 100 * time.Millisecond},
		"a day old, slow":             {slow: never, age: 24 * time.Hour, kid: "k1", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
		"a day old, but for a second": {slow: never, age: 24*time.Hour - time.Second, kid: "k1", took: 300 * time.Millisecond},
		"old, slow, unknown":          {slow: never, age: 10 * time.Minute, kid: "k2", took: 1500 * time.Millisecond, err: jwtauth.ErrKeysUnavailable},
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
				b.serve(after(c.slow, jwks))
				ctx := t.Context()
				if c.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.deadline)
					defer cancel()
				}
				took, err := b.timedKey(ctx, c.kid)
				time.Sleep(5 * time.Second) // the fetch ends by itself
				if took != c.took || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
					t.Errorf("took %v with %v, want %v with %v", took, err, c.took, c.err)
				}
			})
		})
	}
}

// TestFetchGoesOn: an issuer that is slower than its callers are patient serves the next ones, if
// it needs less than the timeout for each document. Otherwise the fetch ends there, without another
// attempt that would be as slow.
func TestFetchGoesOn(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	const discovery = `{"issuer":"https://issuer.example/","jwks_uri":"https://issuer.example/jwks"}`
	for name, c := range map[string]struct {
		timeout   time.Duration
		discovery time.Duration // how long each document takes
		keys      time.Duration
		over      time.Duration
		err       error
	}{
		"1.5 seconds each":          {0, 1500 * time.Millisecond, 1500 * time.Millisecond, 3 * time.Second, nil},
		"just in time":              {0, 4999 * time.Millisecond, 4999 * time.Millisecond, 9998 * time.Millisecond, nil},
		"the first too slow":        {0, 5001 * time.Millisecond, 0, 5 * time.Second, context.DeadlineExceeded},
		"the second too slow":       {0, 2 * time.Second, 5001 * time.Millisecond, 7 * time.Second, context.DeadlineExceeded},
		"a longer timeout":          {30 * time.Second, 29 * time.Second, 29 * time.Second, 58 * time.Second, nil},
		"a shorter timeout":         {time.Second, 999 * time.Millisecond, 999 * time.Millisecond, 1998 * time.Millisecond, nil},
		"a shorter one is exceeded": {time.Second, 1001 * time.Millisecond, 0, time.Second, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, took, requests := time.Now(), time.Duration(0), 0
				keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{
					Issuer: "https://issuer.example/", Timeout: c.timeout,
					Observe: func(jwtauth.Event) { took = time.Since(start) },
					Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
						requests++
						if r.URL.Path == "/jwks" {
							return after(c.keys, jwks)(r)
						}
						return after(c.discovery, discovery)(r)
					})},
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				if _, err := keys.Key(ctx, "k1"); !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
					t.Error(time.Since(start), err)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				status := keys.Status()
				if took != c.over || !errors.Is(status.Err, c.err) || (c.err == nil) != (status.Err == nil) {
					t.Errorf("over after %v with %v, want %v with %v", took, status.Err, c.over, c.err)
				}
				if requests > 2 {
					t.Error(requests, "requests")
				}
			})
		})
	}
}

// TestSlowIssuerServes needs 1.5 seconds for each document. The first callers are undecided; the
// third is not, although none of them waited for longer than 1.5 seconds.
func TestSlowIssuerServes(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, after(2*time.Second, jwks))
		for n, want := range []error{jwtauth.ErrKeysUnavailable, nil, nil} {
			took, err := b.timedKey(t.Context(), "k1")
			if !errors.Is(err, want) || (want == nil) != (err == nil) || took > 1500*time.Millisecond {
				t.Errorf("caller %d: %v after %v", n, err, took)
			}
		}
		time.Sleep(2 * time.Second)
	})
}

// TestHangingIssuer comes back while a request to it hangs. The first success is at most two
// seconds later, whenever that is, and at most two requests run at a time.
func TestHangingIssuer(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	for back := 100 * time.Millisecond; back < 12*time.Second; back += 700 * time.Millisecond {
		for name, down := range map[string]transport{
			"hangs":   after(time.Hour, ""),
			"refuses": func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") },
		} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var mu sync.Mutex
				var running []context.Context
				b := newBubble(t, func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					running = slices.DeleteFunc(append(running, r.Context()), func(ctx context.Context) bool { return ctx.Err() != nil })
					if len(running) > 2 {
						t.Error(len(running), "requests at a time")
					}
					mu.Unlock()
					if time.Since(start) < back {
						return down(r)
					}
					return respond(jwks), nil
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
				synctest.Wait()
			})
		}
	}
}

// TestSharedFetch: however many wait, one request is made; and however many ids are unknown, the
// budget holds.
func TestSharedFetch(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	for name, c := range map[string]struct {
		warm     bool
		kid      func(n int) string
		requests int // at most
	}{
		"cold, one key":                {false, func(int) string { return "k1" }, 1},
		"cold, one that is not there":  {false, func(int) string { return "k2" }, 1},
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
					b.requests.Store(0)
				}
				done := make(chan error)
				for n := range 100 {
					go func() {
						_, err := b.keys.Key(t.Context(), c.kid(n))
						if c.kid(n) != "k1" && (errors.Is(err, jwtauth.ErrUnknownKey) || errors.Is(err, jwtauth.ErrKeyUndecided)) {
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
				time.Sleep(2 * time.Second) // the last fetch ends by itself
				synctest.Wait()
				if got := int(b.requests.Load()); got == 0 || got > c.requests {
					t.Errorf("%d requests, at most %d will do", got, c.requests)
				}
			})
		})
	}
}

// TestJoinedFetch: a key is published while a fetch is under way that began too early to see it. A
// request that joined that fetch with a token of the new key is not refused.
func TestJoinedFetch(t *testing.T) {
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
		b.serve(func(r *http.Request) (*http.Response, error) {
			if time.Now().Before(published) {
				return after(700*time.Millisecond, jwks)(r)
			}
			return after(700*time.Millisecond, rotated)(r)
		})
		forged := make(chan error)
		go func() {
			_, err := b.timedKey(t.Context(), "forged")
			forged <- err
		}()
		time.Sleep(500 * time.Millisecond)
		if took, err := b.timedKey(t.Context(), "k2"); err != nil || took != 900*time.Millisecond {
			t.Error("the new key took", took, "with", err)
		}
		if err := <-forged; !errors.Is(err, jwtauth.ErrUnknownKey) {
			t.Error("the forged one:", err)
		}
	})
}

// TestClockSetBack moves a wall clock that is all there is. Nothing gets stuck.
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
