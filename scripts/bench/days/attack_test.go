package days

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/securedpets/pkg/jwtauth"
)

// attackDays are about tokens that anyone can send.
var attackDays = []day{
	{name: "200 forged tokens with unknown key ids; fetches", run: forgedKeyIDs},
	{name: "200 forged tokens with a known key id; fetches", run: forgedSignatures},
	{name: "a new key after one forged token; its tokens refused for", run: rotationAfterForged},
	{name: "a new key, with 20 forged tokens a second; its tokens refused for", run: rotationInFlood},
}

func forgedKeyIDs(r *run) string {
	return r.fetchesOf(func() string { return r.forged(rand.Text()) })
}

func forgedSignatures(r *run) string {
	return r.fetchesOf(func() string { return r.forged("k1") })
}

// fetchesOf counts the fetches for 200 tokens within a fifth of a second.
func (r *run) fetchesOf(token func() string) string {
	r.warm()
	before := r.count()
	for range 200 {
		_ = r.check(token())
		time.Sleep(time.Millisecond) // until a fetch that goes on in the background is over
	}
	return fmt.Sprint(r.count() - before)
}

func rotationAfterForged(r *run) string {
	r.warm()
	_ = r.check(r.forged("forged"))
	r.Rotate("k2", "ES256")
	return r.refusedFor(r.token(), time.Second)
}

// rotationInFlood rotates at several moments between two lookups and keeps the longest times. A
// good token is undecided here until the key is looked up.
func rotationInFlood(r *run) string {
	r.warm()
	stop := make(chan struct{})
	go r.flood(stop)
	defer close(stop)
	time.Sleep(time.Minute + 10*time.Millisecond) // so that no two things happen at the same time
	var refused, undecided time.Duration
	for n := range 3 {
		time.Sleep(700 * time.Millisecond)
		r.Rotate(fmt.Sprint("flooded-", n), "ES256")
		r401, r503 := r.untilAccepted(r.token())
		refused, undecided = max(refused, r401), max(undecided, r503)
	}
	if undecided > refused {
		return format(undecided) + decision(jwtauth.ErrKeysUnavailable)
	}
	return format(refused)
}

// untilAccepted returns how long a token is refused, and how long undecided. A request begins every
// 100 milliseconds, however long the ones before it take; all of a minute must be accepted.
func (r *run) untilAccepted(token string) (refused, undecided time.Duration) {
	const step = 100 * time.Millisecond
	var mu sync.Mutex
	rotated, last := time.Now(), time.Duration(0)
	for began := time.Duration(0); began < limit; began = time.Since(rotated) {
		go func() {
			err := r.check(token)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, jwtauth.ErrKeysUnavailable):
				undecided = max(undecided, began+step)
			case err != nil:
				refused = max(refused, began+step)
			}
			last = max(refused, undecided)
		}()
		time.Sleep(step)
		mu.Lock()
		over := began-last > time.Minute
		mu.Unlock()
		if over {
			break
		}
	}
	return refused, undecided
}

// flood sends a forged token with another key id every 50 milliseconds.
func (r *run) flood(stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(50 * time.Millisecond):
		}
		forged := r.forged(fmt.Sprint("forged-", n))
		go func() { _ = r.check(forged) }()
	}
}
