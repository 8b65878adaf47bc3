package jwtauth

import (
	"math"
	"time"
)

// moment is one reading of both clocks, in nanoseconds. Neither is enough alone: the monotonic
// clock stands still while the process is frozen (a Lambda function between invocations, a laptop
// whose lid is closed), and the wall clock can be set.
type moment struct{ wall, mono int64 }

// clock reads both clocks.
type clock func() moment

// newClock returns the clock behind now; nil means time.Now. The difference of two times is
// monotonic where both have that reading; a time without it is wall-clock time and nothing else.
func newClock(now func() time.Time) clock {
	if now == nil {
		now = time.Now
	}
	start := time.Now()
	return func() moment {
		t := now()
		return moment{t.UnixNano(), int64(t.Sub(start))}
	}
}

// since returns the larger of the two differences: it sees the time in a frozen process, and no
// setting of the wall clock makes it smaller than what the monotonic clock measured. It is negative
// only where the wall clock is all there is, and was set back.
func (m moment) since(earlier moment) time.Duration {
	return time.Duration(max(m.wall-earlier.wall, m.mono-earlier.mono))
}

// within reports whether m is less than d after at. Below zero nothing is known about the time in
// between, and it counts as over.
func (m moment) within(d time.Duration, at moment) bool {
	age := m.since(at)
	return age >= 0 && age < d
}

func (m moment) add(d time.Duration) moment {
	return moment{m.wall + int64(d), m.mono + int64(d)}
}

// wallClock is a time of a token's claims as moment.wall. What is beyond its range, in the year
// 2262, is at its end.
func wallClock(t time.Time) int64 {
	const last = math.MaxInt64 / int64(time.Second)
	if t.Unix() >= last {
		return math.MaxInt64
	}
	return t.UnixNano()
}
