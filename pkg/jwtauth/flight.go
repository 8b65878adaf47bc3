package jwtauth

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	connectTimeout = time.Second
	retryPause     = 50 * time.Millisecond // and as much again at random
	maxRunning     = 3                     // fetches, one of them already canceled
)

// flight is one fetch that any number of callers wait for. It belongs to none of them and goes on
// after all have left: what it finds serves the next one.
type flight struct {
	number  int64
	kid     string    // what the caller that caused it looks for, if anything
	paid    bool      // by the budget for unknown key ids
	began   moment    // by the clock of the key set
	started time.Time // by the real clock, for waiting
	cancel  context.CancelFunc

	done  chan struct{}
	ended bool      // done is closed or about to be; guarded by RemoteKeySet.mu
	found *snapshot // set before done is closed, as err
	err   error
}

var errSlowIssuer error = &keysError{"the issuer did not respond in time", context.DeadlineExceeded}

// wait returns what the flight found, if it ends before until and before the caller's own deadline,
// of which the caller keeps some to be able to respond.
func (f *flight) wait(ctx context.Context, until time.Time) (*snapshot, error) {
	patience := time.Until(until)
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline)-responseReserve)
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
		return nil, errSlowIssuer
	case <-ctx.Done():
		return nil, &keysError{"the caller left", ctx.Err()}
	}
}

// isPrompt reports whether a request that needs a result should wait for this flight only. One that
// takes longer than a caller waits may hang, or the process was frozen in it.
func (f *flight) isPrompt(now moment) bool { return now.since(f.began) < coldWait }

// startFetch starts a flight with this purpose. One that is under way goes on beside it, because an
// issuer may be slow; a third one ends the second. The caller holds mu.
func (r *RemoteKeySet) startFetch(ctx context.Context, purpose flight, now moment) *flight {
	f := &purpose
	f.number, f.began, f.started, f.done = r.fetches.Add(1), now, time.Now(), make(chan struct{})
	switch {
	case r.flight == nil:
	case r.slow == nil:
		r.slow = r.flight
	default:
		r.flight.end(nil, errSlowIssuer)
		close(r.flight.done)
	}
	r.flight = f
	r.running++
	ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go r.run(ctx, f)
	return f
}

// end sets the result. The caller holds mu and closes done.
func (f *flight) end(found *snapshot, err error) {
	f.ended, f.found, f.err = true, found, err
	f.cancel()
}

func (r *RemoteKeySet) run(ctx context.Context, f *flight) {
	got, err := r.fetchSafely(ctx, f)
	event, waiting := r.finish(f, got, err)
	r.reportSafely(event)
	for _, w := range waiting {
		close(w.done)
	}
}

// fetchSafely turns a panic of a transport or of Now into a failed fetch.
func (r *RemoteKeySet) fetchSafely(ctx context.Context, f *flight) (got *document, err *fetchError) {
	defer func() {
		if recover() != nil {
			got, err = nil, &fetchError{text: "the fetch panicked", ended: f.began}
		}
	}()
	got, err = r.fetchTwice(ctx, r.current.Load())
	if err != nil {
		err.ended = r.clock()
	}
	if r.ours {
		r.client.CloseIdleConnections() // a connection kept through a freeze is dead, and costs a failed request
	}
	return got, err
}

// reportSafely keeps a panic of Observe from ending the process.
func (r *RemoteKeySet) reportSafely(e Event) {
	if e.Kind == "" {
		return
	}
	defer func() { _ = recover() }()
	r.report(e)
}

// finish takes the result over. It returns what to report, and the flights whose callers now have a
// result: a good one is for the callers of both.
func (r *RemoteKeySet) finish(f *flight, got *document, err *fetchError) (Event, []*flight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running--
	if f.ended {
		return Event{}, nil
	}
	if err != nil {
		outcome := r.fail(f, err)
		return Event{Kind: EventFetch, Outcome: outcome, Err: f.err, Duration: time.Since(f.started)}, []*flight{f}
	}
	found := got.snapshot(f)
	r.failed, r.empty = failures{}, nil
	r.current.Store(found)
	r.recordMiss(f, found)
	var waiting []*flight
	for _, w := range []*flight{r.flight, r.slow} {
		if w != nil {
			w.end(found, nil)
			waiting = append(waiting, w)
		}
	}
	r.flight, r.slow = nil, nil
	return got.event(f), waiting
}

// fail records a failed flight. The caller holds mu.
func (r *RemoteKeySet) fail(f *flight, err *fetchError) (outcome string) {
	if f == r.slow {
		r.slow = nil
	} else {
		r.flight, r.slow = r.slow, nil
	}
	r.failed = failures{r.failed.count + 1, f.began, err.ended, err.retryAfter, err.public()}
	r.endpoint = ""
	f.end(nil, r.failed.cause)
	if err.empty && r.revoke(f.began) {
		return "revoked"
	}
	return "failed"
}

// revoke withdraws every key if this is the second empty key set in a row, and reports whether it
// did. The caller holds mu.
func (r *RemoteKeySet) revoke(now moment) bool {
	s := r.current.Load()
	switch {
	case s != nil && s.revoked:
		return false
	case r.empty == nil || now.since(*r.empty) < 0:
		r.empty = &now
		return false
	case now.since(*r.empty) < revokeAfter:
		return false
	}
	r.current.Store(&snapshot{at: now, revoked: true})
	return true
}

// recordMiss keeps what a good flight says about the key id that caused it: before another request
// can start another one for the same id. The caller holds mu.
func (r *RemoteKeySet) recordMiss(f *flight, found *snapshot) {
	if f.kid == "" || found.keys[f.kid] != nil {
		return
	}
	r.unknown.add(f.kid, f.began)
	if !f.paid {
		r.budget.take(f.began)
	}
}

// fetchTwice makes one more attempt after a failure that may pass.
func (r *RemoteKeySet) fetchTwice(ctx context.Context, old *snapshot) (*document, *fetchError) {
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
