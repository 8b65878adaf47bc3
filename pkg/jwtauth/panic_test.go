package jwtauth_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestPanicInAFetch lets foreign code panic in the goroutine of a fetch, where nothing else would
// recover it. The fetch has failed, and the next one is as good as ever.
func TestPanicInAFetch(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	var armed atomic.Bool
	var c atomic.Pointer[clock]
	detonate := func() {
		if armed.Load() {
			panic("foreign code")
		}
	}
	for name, cfg := range map[string]jwtauth.RemoteConfig{
		"transport": {Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			detonate()
			return http.DefaultTransport.RoundTrip(r)
		})}},
		"body": {Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			res, err := http.DefaultTransport.RoundTrip(r)
			if err == nil && armed.Load() {
				res.Body = panickingBody{}
			}
			return res, err
		})}},
		"clock": {
			Now: func() time.Time {
				if armed.Load() && issuer.Discoveries() > 0 { // not yet in the goroutine of the caller
					panic("foreign code")
				}
				return c.Load().Now()
			},
			Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
				return http.DefaultTransport.RoundTrip(r)
			})},
		},
	} {
		t.Run(name, func(t *testing.T) {
			issuer = jwtauthtest.NewIssuer(t)
			c.Store(&clock{now: noon})
			failed := 0
			cfg.Issuer, cfg.Observe = issuer.URL, func(e jwtauth.Event) {
				if e.Kind == jwtauth.EventFetch && e.Outcome == "failed" && errors.Is(e.Err, jwtauth.ErrKeysUnavailable) {
					failed++
				}
			}
			if cfg.Now == nil {
				cfg.Now = func() time.Time { return c.Load().Now() }
			}
			keys := issuer.KeySet(cfg)
			armed.Store(true)
			if name == "clock" {
				issuer.Down() // a failed fetch looks at the clock
			}
			_, err := keys.Key(t.Context(), "k1")
			armed.Store(false)
			issuer.Respond(nil)
			if !errors.Is(err, jwtauth.ErrKeysUnavailable) || failed != 1 || keys.Status().Failures != 1 {
				t.Errorf("%v, reported %d times, %+v", err, failed, keys.Status())
			}
			c.Load().Move(2 * time.Second)
			if _, err := keys.Key(t.Context(), "k1"); err != nil {
				t.Error("the next one:", err)
			}
		})
	}
}

type panickingBody struct{}

func (panickingBody) Read([]byte) (int, error) { panic("foreign code") }
func (panickingBody) Close() error             { return nil }

// TestPanicInObserve loses an event and nothing else.
func TestPanicInObserve(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	keys := issuer.KeySet(jwtauth.RemoteConfig{Observe: func(jwtauth.Event) { panic("foreign code") }})
	if _, err := keys.Key(t.Context(), "k1"); err != nil {
		t.Error(err)
	}
}

// TestPanicOfNow in the goroutine of a caller is the caller's; the key set works on.
func TestPanicOfNow(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	calls, at := 0, 0
	keys := issuer.KeySet(jwtauth.RemoteConfig{Now: func() time.Time {
		if calls++; calls == at {
			panic("foreign code")
		}
		return noon
	}})
	for at = range 6 {
		calls = 0
		func() {
			defer func() { _ = recover() }()
			_, _ = keys.Key(t.Context(), "k2")
		}()
	}
	at = 0
	if _, err := keys.Key(t.Context(), "k1"); err != nil {
		t.Error(err)
	}
}
