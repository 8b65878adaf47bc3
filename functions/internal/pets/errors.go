package pets

import (
	"errors"
	"strconv"
)

// Errors of the shop. A store reports its failures as [ErrUnavailable],
// [ErrCorrupt] or [ErrLayout]; the operations add the step that failed.
var (
	// ErrInvalid is wrapped by every error about a caller's input.
	ErrInvalid = errors.New("invalid input")
	// ErrNotAvailable means that a pet is sold or unknown: one error for both.
	ErrNotAvailable = errors.New("that pet is not available")
	// ErrChanged means that an unsold pet is not what the buyer expects.
	ErrChanged = errors.New("that pet has changed")
	// ErrStale means that the catalog is not the one the caller has seen.
	ErrStale = errors.New("the catalog has changed")
	// ErrTooManyChanges means that an update takes longer than a function may run.
	ErrTooManyChanges = errors.New("an update may make at most " + strconv.Itoa(MaxChanges) + " changes")
	// ErrKeyReused means that an idempotency key was used for another order.
	ErrKeyReused = errors.New("the idempotency key belongs to another request")

	// ErrNoBuyer means that the request has no buyer with a verified e-mail.
	ErrNoBuyer = errors.New("authorization failure")
	// ErrMachine means that a client without a user tries to buy.
	ErrMachine = errors.New("a machine cannot buy")
	// ErrUndecided means that the caller could not be verified for now.
	ErrUndecided = errors.New("the caller could not be verified")

	// ErrUnavailable means that the store did not respond; a write that ends
	// with it may have been applied.
	ErrUnavailable = errors.New("the store is unavailable")
	// ErrCorrupt means that an item in the store is not one that this program writes.
	ErrCorrupt = errors.New("the store holds a corrupt item")
	// ErrLayout means that the store was filled by an earlier version of this program.
	ErrLayout = errors.New("the table has the layout of an earlier version: use an empty table")
	// ErrConflict means that the store has changed since it was read; nothing was written.
	ErrConflict = errors.New("the store has changed since it was read")

	// ErrList, ErrUpdate, ErrPurchaseRead and ErrPurchaseWrite name the step
	// that failed; each wraps the cause too.
	ErrList          = errors.New("list pets")
	ErrUpdate        = errors.New("update pets")
	ErrPurchaseRead  = errors.New("purchase: read")
	ErrPurchaseWrite = errors.New("purchase: write")
)

// A FieldError is an error about one field of a caller's input. It names the
// rule and never repeats the value.
type FieldError struct {
	Field string
	Want  string
}

func (e *FieldError) Error() string { return e.Field + " must be " + e.Want }

// Unwrap makes every FieldError an [ErrInvalid].
func (e *FieldError) Unwrap() error { return ErrInvalid }
