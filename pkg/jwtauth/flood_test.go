package jwtauth_test

import (
	"crypto/rand"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// flood looks up another forged key id every five milliseconds until stop, and sees that none is
// found.
func (b *bubble) flood(t *testing.T, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(5 * time.Millisecond):
		}
		go func() {
			_, err := b.keys.Key(t.Context(), rand.Text())
			if !errors.Is(err, jwtauth.ErrUnknownKey) && !errors.Is(err, jwtauth.ErrKeyUndecided) {
				t.Error("a forged id:", err)
			}
		}()
	}
}

// TestRotationUnderFlood rotates each minute while 200 forged key ids a second arrive, and a good
// token of the newest key each millisecond. None is refused, and all are decided at most two
// seconds and the issuer's own time after the rotation.
func TestRotationUnderFlood(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	const rotations = 3
	var jwks []string
	for n := range rotations + 1 {
		jwks = append(jwks, string(issuer.JWKS()))
		issuer.Rotate("k"+strconv.Itoa(n+2), "ES256")
	}
	for _, slow := range []time.Duration{20 * time.Millisecond, 400 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			b := newBubble(t, after(slow, jwks[0]))
			if err := b.keys.Hydrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			stop := make(chan struct{})
			go b.flood(t, stop)
			time.Sleep(time.Minute)
			for n := range rotations {
				time.Sleep(700 * time.Millisecond) // anywhere between two lookups
				fetched := b.requests.Load()
				b.serve(after(slow, jwks[n+1]))
				rotated, undecided, last := time.Now(), 0, time.Duration(0)
				for since := time.Duration(0); since < time.Minute; since = time.Since(rotated) {
					_, err := b.keys.Key(t.Context(), "k"+strconv.Itoa(n+2))
					switch {
					case errors.Is(err, jwtauth.ErrKeyUndecided):
						undecided, last = undecided+1, since
					case err != nil:
						t.Fatalf("a good token, %v after the rotation: %v", since, err)
					}
					time.Sleep(time.Millisecond)
				}
				if last > 2*time.Second+slow {
					t.Errorf("undecided until %v after the rotation", last)
				}
				if fetches := b.requests.Load() - fetched; fetches > 31 {
					t.Errorf("%d fetches in a minute", fetches)
				} else {
					t.Logf("issuer needs %v: 0 refused, %d undecided until %v, %d fetches in the minute", slow, undecided, last, fetches)
				}
			}
			close(stop)
			time.Sleep(5 * time.Second)
		})
	}
}

// TestFloodOfOneKeyID is a flood that names the key of tomorrow: when it comes, it works.
func TestFloodOfOneKeyID(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	for range 20 {
		_, _ = d.v.Verify(t.Context(), forged(d.issuer, "k2"))
		d.Move(100 * time.Millisecond)
	}
	d.issuer.Rotate("k2", "ES256")
	for waited := time.Duration(0); waited < 2*time.Second; waited += 100 * time.Millisecond {
		switch _, err := d.v.Verify(t.Context(), d.issuer.Token()); {
		case err == nil:
			return
		case errors.Is(err, jwtauth.InvalidSignature) && waited >= time.Second:
			t.Fatal("refused", waited, "after the rotation:", err)
		}
		d.Move(100 * time.Millisecond)
	}
	t.Error("not found in two seconds")
}

// TestUndecidedIsNoOutage: the label of a flood is not that of an issuer that is down, which keeps
// its own in a flood.
func TestUndecidedIsNoOutage(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	for n := range 3 {
		expect(t, d.v, forged(d.issuer, strconv.Itoa(n)), jwtauth.InvalidSignature)
	}
	expectUndecided(t, d.v, forged(d.issuer, "3"))
	d.Move(2 * time.Second)
	d.issuer.Down()
	for n := range 3 {
		_, err := d.v.Verify(t.Context(), forged(d.issuer, strconv.Itoa(n)))
		if errors.Is(err, jwtauth.ErrKeyUndecided) || jwtauth.Label(err) != "jwks_unavailable" {
			t.Errorf("issuer down: %v", err)
		}
	}
}
