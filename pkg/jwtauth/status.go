package jwtauth

import (
	"context"
	"time"
)

// Status is the state of a key set, for operators.
type Status struct {
	Keys     int           // usable keys; 0 before the first fetch
	Age      time.Duration // since the set was last confirmed by the issuer
	Fresh    bool          // no renewal is due
	Revoked  bool          // the issuer withdrew every key: see RemoteKeySet
	Failures int           // failed fetches since the last good one
	Err      error         // the last failure, nil after a good fetch
}

// Status returns the state of the key set now.
func (r *RemoteKeySet) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	status := Status{Failures: r.failed.count, Err: r.failed.cause}
	if s := r.current.Load(); s != nil {
		status.Keys, status.Age, status.Fresh = len(s.keys), now.since(s.at), s.isFresh(now)
		status.Revoked = s.revoked
	}
	return status
}

// Preload sets keys that came with the deployment, for the time until the first good fetch. They
// are old from the start: the first token causes a fetch, and is verified with them when the issuer
// is slow or down. It changes nothing once there are keys, or the issuer has withdrawn them.
func (r *RemoteKeySet) Preload(jwks []byte) error {
	keys, _, err := parseKeys(jwks)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current.Load() == nil {
		r.current.Store(&snapshot{keys: keys, at: r.clock()})
	}
	return nil
}

// Hydrate fetches the keys if that is due, so that the first token need not wait. It takes at most
// 1.5 seconds; the fetch goes on after that. A failure need not stop a program: it says that the
// first token will have to wait, too.
func (r *RemoteKeySet) Hydrate(ctx context.Context) error {
	_, err := r.refresh(ctx, request{until: time.Now().Add(coldWait)}, false)
	return err
}
