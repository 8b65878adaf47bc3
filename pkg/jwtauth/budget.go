package jwtauth

import "time"

const (
	seekEvery = 10 * time.Second
	seekBurst = 3

	unknownKeep  = 30 * time.Second
	unknownCount = 64

	backOffFirst = time.Second
	backOffWarm  = time.Minute
	backOffCold  = 2 * time.Second
)

// bucket is the budget of fetches that unknown key ids may cause: seekBurst at once, then one each seekEvery.
type bucket struct {
	spent int
	since time.Time // when the oldest spent one began to come back
}

func (b *bucket) take(now time.Time) bool {
	if now.Before(b.since) { // the clock was set back
		b.since = now
	}
	if back := int(now.Sub(b.since) / seekEvery); b.spent > 0 && back > 0 {
		b.spent = max(0, b.spent-back)
		b.since = b.since.Add(time.Duration(back) * seekEvery)
	}
	if b.spent == seekBurst {
		return false
	}
	if b.spent == 0 {
		b.since = now
	}
	b.spent++
	return true
}

// negatives remembers the key ids that a provider was asked for and does not have.
type negatives struct {
	since map[string]time.Time
	order [unknownCount]string
	next  int
}

func (n *negatives) has(kid string, now time.Time) bool {
	since, ok := n.since[kid]
	return ok && within(now, since, unknownKeep)
}

func (n *negatives) add(kid string, now time.Time) {
	if n.since == nil {
		n.since = make(map[string]time.Time, unknownCount)
	}
	if _, known := n.since[kid]; !known {
		delete(n.since, n.order[n.next])
		n.order[n.next] = kid
		n.next = (n.next + 1) % unknownCount
	}
	n.since[kid] = now
}

// failures is the row of failed fetches since the last good one, and when the next may be made.
type failures struct {
	count      int
	at         time.Time     // when the last of them began
	retryAfter time.Duration // what the provider asked for
	cause      error
}

// wait returns an error when it is too early for another fetch. Without usable keys every request is being turned
// away, so the back-off is short.
func (f *failures) wait(now time.Time, usable bool) error {
	if f.count == 0 {
		return nil
	}
	limit := backOffCold
	if usable {
		limit = backOffWarm
	}
	pause := backOffFirst << min(f.count-1, 6)
	if within(now, f.at, min(max(pause, f.retryAfter), limit)) {
		return f.cause
	}
	return nil
}
