package jwtauth

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	flightBudget   = 3 * time.Second
	attemptTimeout = 1400 * time.Millisecond // two attempts and the pause between them are one flight
	connectTimeout = time.Second
	retryPause     = 50 * time.Millisecond // and as much again at random
)

// flight is one fetch that any number of callers wait for. It belongs to none of them: when one leaves, even the one
// that caused it, the others still get their answer.
type flight struct {
	number  int64
	kid     string    // what the caller that caused it looks for, if anything
	paid    bool      // by the budget for unknown key ids
	started time.Time // by the real clock, for waiting
	done    chan struct{}
	found   *snapshot // set before done is closed, as err
	err     error
}

var errSlowProvider = unavailable("the provider did not answer in time")

// wait returns what the flight found, within patience and the caller's own time. A caller with a deadline keeps
// some of it, to be able to answer.
func (f *flight) wait(ctx context.Context, patience time.Duration) (*snapshot, error) {
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline)-answerReserve)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-f.done:
		return f.found, f.err
	default:
	}
	select {
	case <-f.done:
		return f.found, f.err
	case <-timer.C:
		return nil, errSlowProvider
	case <-ctx.Done():
		return nil, &keysError{"the caller left", ctx.Err()}
	}
}

// take starts a flight with this purpose. The caller holds mu and has seen that there is none.
func (r *RemoteKeySet) take(ctx context.Context, purpose flight, now time.Time) *flight {
	f := &purpose
	f.number, f.started, f.done = r.flights.Add(1), time.Now(), make(chan struct{})
	r.flight = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flightBudget)
	go func() {
		defer cancel()
		r.fly(ctx, f, now)
	}()
	return f
}

func (r *RemoteKeySet) fly(ctx context.Context, f *flight, now time.Time) {
	old := r.current.Load()
	got, err := r.fetchTwice(ctx, old)
	if r.ours {
		r.client.CloseIdleConnections() // a connection kept through a freeze is dead, and costs a failed request
	}
	r.mu.Lock()
	r.flight = nil
	if err != nil {
		r.failed = failures{r.failed.count + 1, now, err.retryAfter, err.public()}
		r.endpoint = ""
		f.err = r.failed.cause
	} else {
		r.failed = failures{}
		f.found = got.snapshot(old, now)
		f.found.flight = f.number
		r.current.Store(f.found)
		r.settle(f, now)
	}
	r.mu.Unlock()
	defer close(f.done)
	r.report(got.event(f, err))
}

// settle keeps what a good flight says about the key id that caused it: before anybody who waits for the flight, or
// comes after it, can start another for the same id. The caller holds mu.
func (r *RemoteKeySet) settle(f *flight, now time.Time) {
	if f.kid == "" || f.found.keys[f.kid] != nil {
		return
	}
	r.unknown.add(f.kid, now)
	if !f.paid {
		r.budget.take(now)
	}
}

// fetchTwice makes one more attempt after a failure that may pass.
func (r *RemoteKeySet) fetchTwice(ctx context.Context, old *snapshot) (*answer, *fetchError) {
	got, err := r.fetch(ctx, old)
	if err == nil || !err.temporary {
		return got, err
	}
	pause := time.NewTimer(retryPause + rand.N(retryPause)) //nolint:gosec // spreads retries, keeps no secret
	defer pause.Stop()
	select {
	case <-pause.C:
		return r.fetch(ctx, old)
	case <-ctx.Done():
		return nil, err
	}
}

// event describes a finished flight.
func (a *answer) event(f *flight, err *fetchError) Event {
	e := Event{Kind: EventFetch, Outcome: "ok", Duration: time.Since(f.started)}
	switch {
	case err != nil:
		e.Outcome, e.Err = "failed", err.public()
	case a.notModified:
		e.Outcome = "not_modified"
	default:
		e.Ignored = a.ignored
	}
	return e
}
