package jwtauth

import "errors"

// Refusal is the reason why a token was refused, and the label for a metric. Every refusal that
// this package returns matches exactly one of the constants below with [errors.Is]. The text of an
// error may say more, but it never contains anything that came from the token, so it may be logged.
type Refusal string

// The closed set of refusals. Respond to all of them with status 401, except for InsufficientScope
// and Forbidden, which are 403. This package returns the first five; the last two are for the
// guards built on it.
const (
	MissingToken      Refusal = "missing_token"
	InvalidToken      Refusal = "invalid_token"
	InvalidSignature  Refusal = "invalid_signature"
	InvalidClaims     Refusal = "invalid_claims"
	TokenExpired      Refusal = "token_expired"
	InsufficientScope Refusal = "insufficient_scope"
	Forbidden         Refusal = "forbidden"
)

// Error returns the label.
func (r Refusal) Error() string { return string(r) }

// ErrKeysUnavailable means that nothing was decided, because the keys that would tell a good token
// from a forged one are not available. It is not a Refusal and never a 401 or a 403: respond with
// status 503 and Retry-After: 2, or let a Lambda authorizer fail, because the gateway may cache a
// denial. Its text is the metric label.
var ErrKeysUnavailable = errors.New("jwks_unavailable")

// ErrKeyUndecided is the [ErrKeysUnavailable] of a token whose key id is unknown and was not looked
// up, because too many unknown ones arrive. The issuer may be well, and the token good: respond as
// to ErrKeysUnavailable. It has a label of its own, so that a flood of forged tokens does not look
// like an outage.
var ErrKeyUndecided error = undecidedError{"key_undecided", "too many unknown key ids"}

// ErrProofUndecided is the [ErrKeysUnavailable] of a bound token whose proof could not be compared
// with those used before. The proof may be good, and may be a replay: respond as to
// ErrKeysUnavailable.
var ErrProofUndecided error = undecidedError{"proof_undecided", "the used proofs are not known"}

// undecidedError has a label of its own for metrics.
type undecidedError struct{ label, text string }

func (e undecidedError) Error() string { return e.label + ": " + e.text }

func (undecidedError) Unwrap() error { return ErrKeysUnavailable }

// ErrUnknownKey is what a [KeySet] returns for a key id that its issuer does not publish. A
// [Verifier] turns it into InvalidSignature.
var ErrUnknownKey = errors.New("jwtauth: no such key")

// Label returns the metric label of an error of this package: "ok" for nil, the refusal,
// "key_undecided", "proof_undecided", "jwks_unavailable", or "error" for anything else.
func Label(err error) string {
	var r Refusal
	var undecided undecidedError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &r):
		return string(r)
	case errors.As(err, &undecided):
		return undecided.label
	case errors.Is(err, ErrKeysUnavailable):
		return ErrKeysUnavailable.Error()
	}
	return "error"
}

// rule is one broken rule: a refusal with a fixed sentence. Rules are package values, and hold
// their refusal as the error that Unwrap returns, so refusing a token allocates nothing.
type rule struct {
	refusal error // a Refusal
	text    string
}

func (r *rule) Error() string { return r.refusal.Error() + ": " + r.text }

func (r *rule) Unwrap() error { return r.refusal }
