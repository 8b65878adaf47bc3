package jwtauth

import "time"

// EventKind is what an [Event] is about.
type EventKind string

// The kinds of events. They and the outcomes are labels for metrics.
const (
	EventVerify    EventKind = "verify"    // a token was verified or refused; Outcome as Label gives it
	EventFetch     EventKind = "fetch"     // keys were fetched; Outcome ok, not_modified, failed or revoked
	EventStale     EventKind = "stale"     // old keys were used because no newer ones came in time; Outcome served
	EventThrottled EventKind = "throttled" // an unknown key id led to no fetch; Outcome budget, remembered or paused
)

// Event is what an observer is called with. It holds no token, claim, key id or URL, so all of it
// may be logged.
type Event struct {
	Kind     EventKind
	Outcome  string
	Err      error         // the error of a verification or of a fetch; nil when it went well
	Duration time.Duration // of a fetch; 0 for other kinds
	Ignored  int           // of a fetch: keys left out because they are weak, malformed or not for signatures
}
