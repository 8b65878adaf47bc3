package jwtauth

import (
	"context"
	"time"
)

// Status is what an operator wants to know about a key set.
type Status struct {
	Keys     int           // usable keys; 0 before the first fetch
	Age      time.Duration // since the set was last seen at the provider
	Fresh    bool          // no look at the provider is due
	Failures int           // failed fetches since the last good one
	Err      error         // the last failure, nil after a good fetch
}

// Status returns the state of the key set now.
func (r *RemoteKeySet) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	status := Status{Failures: r.failed.count, Err: r.failed.cause}
	if s := r.current.Load(); s != nil {
		status.Keys, status.Age, status.Fresh = len(s.keys), now.Sub(s.at), s.isFresh(now)
	}
	return status
}

// Preload sets keys that came with the deployment, for the time until the provider has answered. They are old from
// the start: the first token causes a fetch, and is verified with them when the provider is slow or down. Keys that
// were already fetched stay.
func (r *RemoteKeySet) Preload(jwks []byte) error {
	keys, _, err := parseKeys(jwks)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current.Load() == nil {
		r.current.Store(&snapshot{keys: keys, at: r.now()})
	}
	return nil
}

// Hydrate fetches the keys if that is due, so that the first token need not wait. It takes at most 1.5 seconds. A
// failure need not stop a program: it says that the first token will have to try again.
func (r *RemoteKeySet) Hydrate(ctx context.Context) error {
	_, err := r.refresh(ctx, "", false)
	return err
}
