package pets

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause waits longer each round, and at random, so that two conflicting
// operations do not meet again.
func pause(ctx context.Context, round int) error {
	limit := min(10*time.Millisecond<<min(round, 5), 200*time.Millisecond)
	timer := time.NewTimer(rand.N(limit)) //nolint:gosec // a waiting time is no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
