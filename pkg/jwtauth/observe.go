package jwtauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

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
// but the context may be logged.
type Event struct {
	Kind     EventKind
	Outcome  string
	Err      error         // the error of a verification or of a fetch; nil when it went well
	Duration time.Duration // of a fetch; 0 for other kinds
	Ignored  int           // of a fetch: keys left out because they are weak, malformed or not for signatures

	Context     context.Context //nolint:containedctx // of a verification, nil for other kinds: an event does not outlive the call
	Route       string          // of a verification whose context is from WithRoute
	SubjectHash string          // of a verified token: [Token.SubjectHash]
}

type routeKey struct{}

// WithRoute returns a context with the name of a route, for the [Event] of a verification. The
// route must be one of the program's own names, not the path of a request.
func WithRoute(ctx context.Context, route string) context.Context {
	return context.WithValue(ctx, routeKey{}, route)
}

const subjectHashSize = 16

// SubjectHash returns 32 hexadecimal digits that stand for the subject at its issuer: the start of
// the SHA-256 of both. It is a pseudonym for logs: it is the same for every token of a subject, and
// a person who knows a subject can compute it.
func (t *Token) SubjectHash() string {
	if t == nil {
		return ""
	}
	text := strconv.Itoa(len(t.Issuer)) + ":" + t.Issuer + t.Subject
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:subjectHashSize])
}
