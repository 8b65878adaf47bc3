package dpop_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const (
	replayed  = "invalid_dpop_proof: the proof was used before"
	undecided = "proof_undecided: the used proofs are not known"
)

func TestReplay(t *testing.T) {
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{})
	proof := c.proof(claim("jti", "once"))
	expect(t, v.Verify(t.Context(), c.request(proof)), "")
	expect(t, v.Verify(t.Context(), c.request(proof)), replayed)
	expect(t, v.Verify(t.Context(), c.request(c.proof(claim("jti", "once"), claim("iat", noon.Unix()-1)))), replayed)
	expect(t, v.Verify(t.Context(), c.request(c.proof(claim("jti", "Once")))), "")

	other := newClient(t, "ES256") // another key: its ids are its own
	expect(t, v.Verify(t.Context(), other.request(other.proof(claim("jti", "once")))), "")
}

// A proof is remembered for as long as it would be accepted, whatever iat says.
func TestReplayUntilTheEnd(t *testing.T) {
	now := noon
	clock := func() time.Time { return now }
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{Now: clock})
	for _, ahead := range []int64{-59, 0, 60} {
		now = noon
		id := claim("jti", fmt.Sprint(ahead))
		iat := noon.Unix() + ahead
		expect(t, v.Verify(t.Context(), c.request(c.proof(id, claim("iat", iat)))), "")
		for ; now.Unix() < iat+60; now = now.Add(time.Second) {
			expect(t, v.Verify(t.Context(), c.request(c.proof(claim("iat", now.Unix())))), "") // traffic
			expect(t, v.Verify(t.Context(), c.request(c.proof(id, claim("iat", iat)))), replayed)
		}
		expect(t, v.Verify(t.Context(), c.request(c.proof(id, claim("iat", iat)))), tooOld)
	}
}

func TestMemoryStoreForgets(t *testing.T) {
	now := noon
	s := &dpop.MemoryStore{Capacity: 2, Now: func() time.Time { return now }}
	use := func(id byte, want string) {
		t.Helper()
		first, err := s.Use(t.Context(), [32]byte{id}, now.Add(time.Minute))
		if got := fmt.Sprint(first, err); got != want {
			t.Errorf("id %d: %s, want %s", id, got, want)
		}
	}
	const full = "false dpop: the replay store is full"
	use(1, "true <nil>")
	now = now.Add(30 * time.Second)
	use(2, "true <nil>")
	use(2, "false <nil>")
	use(3, full)
	use(1, "false <nil>") // a full store still knows what it holds
	now = now.Add(30 * time.Second)
	use(3, "true <nil>") // 1 has expired
	use(2, "false <nil>")
	now = now.Add(time.Hour)
	use(1, "true <nil>")
}

// Of many equal proofs at one time, one passes.
func TestConcurrentReplay(t *testing.T) {
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{})
	proof := c.proof()
	var passed atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if v.Verify(t.Context(), c.request(proof)) == nil {
				passed.Add(1)
			}
		})
	}
	group.Wait()
	if passed.Load() != 1 {
		t.Errorf("%d passed", passed.Load())
	}
}

// failingStore cannot be reached. Its error even claims to be a refusal.
type failingStore struct{ cause error }

func (s failingStore) Use(context.Context, [32]byte, time.Time) (bool, error) { return true, s.cause }

// Without the store nothing is decided: no refusal, and not accepted.
func TestUndecided(t *testing.T) {
	c := newClient(t, "ES256")
	for name, cause := range map[string]error{
		"unreachable":        errors.New("dial tcp table.internal: refused"),
		"looks like refusal": jwtauth.InvalidToken,
		"canceled":           context.Canceled,
	} {
		t.Run(name, func(t *testing.T) {
			v := newVerifier(t, dpop.Config{Replay: failingStore{cause}})
			err := v.Verify(t.Context(), c.request(c.proof()))
			if err == nil || err.Error() != undecided || !errors.Is(err, jwtauth.ErrProofUndecided) ||
				!errors.Is(err, jwtauth.ErrKeysUnavailable) || !errors.Is(err, cause) {
				t.Errorf("%v", err)
			}
			expect(t, v.Verify(t.Context(), c.request(c.proof(claim("htm", "POST")))), method)
		})
	}
	full := newVerifier(t, dpop.Config{Replay: &dpop.MemoryStore{Capacity: 1, Now: atNoon}})
	expect(t, full.Verify(t.Context(), c.request(c.proof())), "")
	if err := full.Verify(t.Context(), c.request(c.proof())); !errors.Is(err, jwtauth.ErrProofUndecided) {
		t.Errorf("a full store: %v", err)
	}
	if label := jwtauth.Label(full.Verify(t.Context(), c.request(c.proof()))); label != "proof_undecided" {
		t.Errorf("label is %q", label)
	}
}

// countingStore counts what reaches it.
type countingStore struct{ uses int }

func (s *countingStore) Use(context.Context, [32]byte, time.Time) (bool, error) {
	s.uses++
	return true, nil
}

// What is refused never reaches the store.
func TestRefusedProofsAreNotRecorded(t *testing.T) {
	c := newClient(t, "ES256")
	store := &countingStore{}
	v := newVerifier(t, dpop.Config{Replay: store})
	for _, h := range hostileProofs(t, c) {
		var edits []jwtauthtest.Edit
		if h.edit != nil {
			edits = append(edits, h.edit)
		}
		request := c.request(c.proof(edits...))
		if h.request != nil {
			h.request(&request)
		}
		if v.Verify(t.Context(), request) == nil || store.uses != 0 {
			t.Errorf("%s: recorded", h.name)
		}
	}
}
