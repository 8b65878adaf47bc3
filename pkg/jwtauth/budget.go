package jwtauth

import "time"

const (
	lookupEvery = 2 * time.Second
	lookupBurst = 3

	unknownKeep  = time.Second
	unknownCount = 64

	backOffFirst = time.Second
	backOffWarm  = time.Minute
	backOffCold  = 2 * time.Second

	retryAfterWarm = time.Hour
	retryAfterCold = time.Minute
)

// bucket is the budget of fetches that unknown key ids may cause: lookupBurst at once, then one
// each lookupEvery.
type bucket struct {
	spent int
	since moment // when the oldest spent one began to come back
}

func (b *bucket) take(now moment) bool {
	age := now.since(b.since)
	if age < 0 { // the clock was set back
		b.since, age = now, 0
	}
	if back := int(age / lookupEvery); back > 0 {
		b.spent = max(0, b.spent-back)
		b.since = b.since.add(time.Duration(back) * lookupEvery)
	}
	if b.spent == lookupBurst {
		return false
	}
	if b.spent == 0 {
		b.since = now
	}
	b.spent++
	return true
}

// unknownKIDs remembers the key ids that the issuer was asked for and does not have, each with the
// moment at which that fetch began.
type unknownKIDs struct {
	asked map[string]moment
	order [unknownCount]string
	next  int
}

func (u *unknownKIDs) has(kid string, arrived moment) bool {
	asked, ok := u.asked[kid]
	return ok && arrived.within(unknownKeep, asked)
}

func (u *unknownKIDs) add(kid string, asked moment) {
	if u.asked == nil {
		u.asked = make(map[string]moment, unknownCount)
	}
	if _, known := u.asked[kid]; !known {
		delete(u.asked, u.order[u.next])
		u.order[u.next] = kid
		u.next = (u.next + 1) % unknownCount
	}
	u.asked[kid] = asked
}

// urgency is what a fetch is for. It decides how long a failed one puts off the next.
type urgency int

const (
	renewal urgency = iota // old keys serve meanwhile
	lookup                 // a request cannot be decided without it
	cold                   // no request can
)

// failures counts the failed fetches since the last good one, and knows when the next may be made.
type failures struct {
	count      int
	began      moment        // of the last one
	ended      moment        // of the last one
	retryAfter time.Duration // after ended, as the issuer asked
	cause      error
}

// wait returns an error when it is too early for another fetch.
func (f *failures) wait(now moment, why urgency) error {
	if f.count == 0 {
		return nil
	}
	pause, asked := backOffFirst<<min(f.count-1, 6), min(f.retryAfter, retryAfterCold)
	switch why {
	case renewal:
		pause, asked = min(pause, backOffWarm), min(f.retryAfter, retryAfterWarm)
	case lookup:
		pause = min(pause, backOffWarm)
	case cold:
		pause = min(pause, backOffCold)
	}
	if now.within(pause, f.began) || now.within(asked, f.ended) {
		return f.cause
	}
	return nil
}
