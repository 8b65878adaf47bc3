package jwtauth_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestRotationUnderLoad verifies good and forged tokens from many goroutines while keys come and
// go, for the race detector. A good token is never refused; a forged one is never accepted.
func TestRotationUnderLoad(t *testing.T) {
	d := cachedDay(t)
	other, err := jwtauth.NewIssuers(d.v)
	if err != nil {
		t.Fatal(err)
	}
	foreign := d.issuer.NewKey("k1", "RS256")
	bad := d.issuer.Token(jwtauthtest.SignedBy(foreign))
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for n := range 60 {
				if worker == 0 && n%10 == 0 {
					d.issuer.Rotate(fmt.Sprint("r", n), "ES256")
					d.Move(4 * time.Minute)
				}
				// With more rotations than the budget allows, a key may be found later.
				if _, err := d.v.Verify(t.Context(), d.issuer.Token()); err != nil && !errors.Is(err, jwtauth.ErrKeyUndecided) {
					t.Error("a good token:", err)
				}
				if _, err := other.Verify(t.Context(), bad); !errors.Is(err, jwtauth.InvalidSignature) {
					t.Error("a forged token:", err)
				}
				_ = d.keys.Status()
			}
		})
	}
	wg.Wait()
}
