package dpop

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ReplayStore remembers the proofs that were used. It is called concurrently, and only for proofs
// that are good otherwise.
//
// Use records id at least until the given time, and reports whether it was not recorded before.
// The two are one step: of two equal calls at one time, one reports true. An error means that
// this is not known; the request is then neither allowed nor refused, see
// [jwtauth.ErrProofUndecided].
//
// id is a hash of the key and of the jti: the same jti under another key is another id. All
// processes that serve an API must share one store; otherwise a proof passes once in each of
// them.
type ReplayStore interface {
	Use(ctx context.Context, id [32]byte, until time.Time) (first bool, err error)
}

// MemoryStore is a ReplayStore for a service that is one process. Its zero value is ready for use.
type MemoryStore struct {
	// Capacity is how many proofs are remembered at most. A full store cannot decide: requests
	// get 503 until the first proofs have expired. By default, 65,536, which take about 5 MB.
	Capacity int

	// Now is the clock. By default, time.Now.
	Now func() time.Time

	mu                sync.Mutex
	current, previous generation
}

// generation is a set of ids that is forgotten as a whole, when the last one has expired.
type generation struct {
	ids   map[[32]byte]struct{}
	until time.Time
}

const defaultCapacity = 1 << 16

var errFull = errors.New("dpop: the replay store is full")

// Use implements [ReplayStore].
func (s *MemoryStore) Use(_ context.Context, id [32]byte, until time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); !now.Before(s.previous.until) {
		s.previous, s.current = s.current, generation{ids: make(map[[32]byte]struct{})}
	}
	if s.previous.has(id) || s.current.has(id) {
		return false, nil
	}
	if len(s.previous.ids)+len(s.current.ids) >= s.capacity() {
		return false, errFull
	}
	s.current.add(id, until)
	return true, nil
}

func (s *MemoryStore) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func (s *MemoryStore) capacity() int {
	if s.Capacity <= 0 {
		return defaultCapacity
	}
	return s.Capacity
}

func (g *generation) has(id [32]byte) bool {
	_, ok := g.ids[id]
	return ok
}

func (g *generation) add(id [32]byte, until time.Time) {
	g.ids[id] = struct{}{}
	if until.After(g.until) {
		g.until = until
	}
}
