package pets

import "errors"

// Errors of the shop. A store reports its troubles as [ErrUnavailable] or
// [ErrCorrupt]; the operations wrap them in the error that names the step.
var (
	// ErrInvalid is wrapped by every complaint about what a caller sent.
	ErrInvalid = errors.New("invalid input")
	// ErrNotAvailable says that a pet is sold or unknown: one answer for both.
	ErrNotAvailable = errors.New("that pet is not available")
	// ErrStale says that the catalog is not the one the caller has seen.
	ErrStale = errors.New("the catalog has changed")
	// ErrKeyReused says that an idempotency key came with another order before.
	ErrKeyReused = errors.New("the idempotency key belongs to another request")

	// ErrNoBuyer says that nobody with a proven e-mail stands behind the request.
	ErrNoBuyer = errors.New("authorization failure")
	// ErrMachine says that a program asks to buy; only people do.
	ErrMachine = errors.New("a machine cannot buy")
	// ErrUndecided says that who asks could not be found out.
	ErrUndecided = errors.New("the caller could not be verified")

	// ErrUnavailable says that the store could not be asked or did not answer;
	// a write that ends with it may have happened.
	ErrUnavailable = errors.New("the store is unavailable")
	// ErrCorrupt says that an item in the store is not what this program writes.
	ErrCorrupt = errors.New("the store holds a corrupt item")

	// ErrList, ErrUpdate, ErrPurchaseRead and ErrPurchaseWrite name the step
	// that failed; the cause is wrapped beside them.
	ErrList          = errors.New("list pets")
	ErrUpdate        = errors.New("update pets")
	ErrPurchaseRead  = errors.New("purchase: read")
	ErrPurchaseWrite = errors.New("purchase: write")
)

// A FieldError is a complaint about one field of what a caller sent. It says
// what is wrong and never repeats the value.
type FieldError struct {
	Field string
	Want  string
}

func (e *FieldError) Error() string { return e.Field + " must be " + e.Want }

// Unwrap makes every FieldError an [ErrInvalid].
func (e *FieldError) Unwrap() error { return ErrInvalid }
