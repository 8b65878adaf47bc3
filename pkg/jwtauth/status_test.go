package jwtauth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestNewRemoteKeySetComplains(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  jwtauth.RemoteConfig
		want []string
	}{
		"issuer":           {jwtauth.RemoteConfig{Issuer: "https://issuer.example/"}, nil},
		"URL":              {jwtauth.RemoteConfig{URL: "https://issuer.example/jwks?v=1"}, nil},
		"both":             {jwtauth.RemoteConfig{Issuer: "https://issuer.example/", URL: "https://keys.example/"}, nil},
		"http on loopback": {jwtauth.RemoteConfig{URL: "http://localhost:9000/jwks"}, nil},
		"neither":          {jwtauth.RemoteConfig{}, []string{"Issuer is required"}},
		"http":             {jwtauth.RemoteConfig{URL: "http://issuer.example/jwks"}, []string{"URL: must be an https"}},
		"metadata service": {jwtauth.RemoteConfig{URL: "http://169.254.169.254/"}, []string{"URL: must be an https"}},
		"file":             {jwtauth.RemoteConfig{URL: "file:///etc/passwd"}, []string{"URL: must be an https"}},
		"both bad":         {jwtauth.RemoteConfig{Issuer: "x", URL: "y"}, []string{"Issuer: must", "URL: must"}},
		"long timeout":     {jwtauth.RemoteConfig{URL: "https://a.example/", Timeout: 30 * time.Second}, nil},
		"too long":         {jwtauth.RemoteConfig{URL: "https://a.example/", Timeout: 30*time.Second + 1}, []string{"Timeout must be"}},
		"negative timeout": {jwtauth.RemoteConfig{URL: "https://a.example/", Timeout: -1}, []string{"Timeout must be"}},
	} {
		keys, err := jwtauth.NewRemoteKeySet(c.cfg)
		if (err == nil) != (c.want == nil) || (keys == nil) != (err != nil) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range c.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not mention %q", name, err, want)
			}
		}
	}
}

// TestFreshness: the max-age of the response counts where it is sensible. Each row looks a second
// before the keys are old, and then.
func TestFreshness(t *testing.T) {
	for _, c := range []struct {
		control, age string
		want         time.Duration
	}{
		{"", "", 10 * time.Minute},
		{"", "300", 10 * time.Minute},
		// Within bounds.
		{"max-age=300", "", 5 * time.Minute},
		{"public, Max-Age=900, must-revalidate", "", 15 * time.Minute},
		{"max-age=3600", "", time.Hour},
		// Out of bounds, or no number of seconds.
		{"public, max-age=15", "", 10 * time.Minute},
		{"max-age=299", "", 10 * time.Minute},
		{"max-age=3601", "", 10 * time.Minute},
		{"max-age=86400", "", 10 * time.Minute},
		{"max-age=4294967895", "", 10 * time.Minute}, // 600 in 32 bits
		{"max-age=99999999999999999999", "", 10 * time.Minute},
		{"max-age=-1", "", 10 * time.Minute},
		{"max-age=+600", "", 10 * time.Minute},
		{"max-age=x", "", 10 * time.Minute},
		{"max-age", "", 10 * time.Minute},
		{"s-maxage=900", "", 10 * time.Minute},
		{"xmax-age=900", "", 10 * time.Minute},
		// Quoted, and repeated.
		{`max-age="900"`, "", 15 * time.Minute},
		{`max-age="900`, "", 10 * time.Minute},
		{`max-age="`, "", 10 * time.Minute},
		{"max-age=900, max-age=400", "", 400 * time.Second},
		{"max-age=400, max-age=900", "", 400 * time.Second},
		{"max-age=900, max-age=15", "", 10 * time.Minute},
		{"max-age=900\nmax-age=400", "", 400 * time.Second},
		// The time in a cache counts.
		{"max-age=900", "100", 800 * time.Second},
		{"max-age=900", "700", 5 * time.Minute},
		{"max-age=900", "86400", 5 * time.Minute},
		{"max-age=900", "-100", 15 * time.Minute},
		{"max-age=900", "x", 15 * time.Minute},
		// Not to be kept is as short as it can be.
		{"no-store", "", 5 * time.Minute},
		{"max-age=900, No-Store", "", 5 * time.Minute},
		{"no-cache, max-age=3600", "", 5 * time.Minute},
		{`no-cache="set-cookie", max-age=3600`, "", 5 * time.Minute},
	} {
		issuer, now := jwtauthtest.NewIssuer(t), &clock{now: noon}
		keys := issuer.KeySet(jwtauth.RemoteConfig{
			URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Cache-Control"] = strings.Split(c.control, "\n")
				w.Header().Set("Age", c.age)
				_, _ = w.Write(issuer.JWKS())
			})), Now: now.Now,
		})
		if err := keys.Hydrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		now.Move(c.want - time.Second)
		before := keys.Status().Fresh
		now.Move(time.Second)
		if !before || keys.Status().Fresh {
			t.Errorf("%q, age %q: fresh %v, a second later %v", c.control, c.age, before, keys.Status().Fresh)
		}
	}
}

// TestNotModified: a set that did not change is confirmed without sending it again, and its keys
// stay the same keys.
func TestNotModified(t *testing.T) {
	d := newDay(t)
	set, full := d.issuer.JWKS(), 0
	d.keys = d.issuer.KeySet(jwtauth.RemoteConfig{Now: d.Now, URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		full++
		_, _ = w.Write(set)
	}))})
	first, err := d.keys.Key(t.Context(), "k1")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		d.Move(10 * time.Minute)
		again, err := d.keys.Key(t.Context(), "k1")
		if err != nil || again != first || d.keys.Status().Age != 0 {
			t.Error(err, again == first, d.keys.Status())
		}
	}
	if full != 1 {
		t.Errorf("the set was sent %d times", full)
	}
}

// TestPreload: keys from a file are for the time until the first good fetch, and never instead of
// it.
func TestPreload(t *testing.T) {
	d := newDay(t)
	file := d.issuer.JWKS()
	if err := d.keys.Preload([]byte(`{"keys":[]}`)); err == nil {
		t.Error("an empty file was taken")
	}
	if err := d.keys.Preload(file); err != nil {
		t.Fatal(err)
	}
	d.issuer.Respond(http.NotFoundHandler())
	expect(t, d.v, d.issuer.Token(), nil)
	if got := d.seen(jwtauth.EventStale, "served"); got != 1 {
		t.Errorf("reported as old %d times", got)
	}
	d.issuer.Respond(nil)
	d.Move(2 * time.Second)
	old := d.issuer.Key("k1")
	d.issuer.Rotate("k2", "ES256")
	d.issuer.Withdraw("k1")
	expect(t, d.v, d.issuer.Token(), nil)
	expect(t, d.v, d.issuer.Token(jwtauthtest.SignedBy(old)), jwtauth.InvalidSignature)
	if err := d.keys.Preload(file); err != nil {
		t.Fatal(err)
	}
	expect(t, d.v, d.issuer.Token(jwtauthtest.SignedBy(old)), jwtauth.InvalidSignature)
}

// TestPreloadEnds: without the issuer they serve for a day.
func TestPreloadEnds(t *testing.T) {
	d := newDay(t)
	if err := d.keys.Preload(d.issuer.JWKS()); err != nil {
		t.Fatal(err)
	}
	d.issuer.Respond(http.NotFoundHandler())
	d.Move(24*time.Hour - time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
	d.Move(time.Second)
	expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
}

func TestHydrate(t *testing.T) {
	d := newDay(t)
	d.issuer.Respond(http.NotFoundHandler())
	if err := d.keys.Hydrate(t.Context()); !errors.Is(err, jwtauth.ErrKeysUnavailable) {
		t.Error(err)
	}
	if status := d.keys.Status(); status.Keys != 0 || status.Failures != 1 || !errors.Is(status.Err, jwtauth.ErrKeysUnavailable) || status.Fresh {
		t.Errorf("status %+v", status)
	}
	d.issuer.Respond(nil)
	d.Move(time.Second)
	for range 3 {
		if err := d.keys.Hydrate(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if status := d.keys.Status(); status != (jwtauth.Status{Keys: 1, Fresh: true}) || d.issuer.Fetches() != 1 {
		t.Errorf("status %+v after %d fetches", status, d.issuer.Fetches())
	}
	if got := d.fetches(func() { expect(t, d.v, d.issuer.Token(), nil) }); got != 0 {
		t.Errorf("the first token caused %d fetches", got)
	}
	d.Move(3 * time.Minute)
	if got := d.keys.Status().Age; got != 3*time.Minute {
		t.Error("age", got)
	}
}

// TestDiscoveryMoves: the discovered URL is kept while it works, and looked up anew when it does
// not.
func TestDiscoveryMoves(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	d.Move(10 * time.Minute)
	expect(t, d.v, d.issuer.Token(), nil)
	if d.issuer.Discoveries() != 1 || d.issuer.Fetches() != 2 {
		t.Error(d.issuer.Discoveries(), "discoveries,", d.issuer.Fetches(), "fetches")
	}
	d.issuer.Respond(http.NotFoundHandler())
	d.Move(10 * time.Minute)
	expect(t, d.v, d.issuer.Token(), nil)
	d.issuer.Respond(nil)
	d.Move(time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
	if d.issuer.Discoveries() != 2 {
		t.Error(d.issuer.Discoveries(), "discoveries")
	}
}
