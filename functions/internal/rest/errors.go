package rest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/telemetry"
)

// A Problem is an error with a response of its own.
type Problem struct {
	Status  int
	Message string
}

func (p *Problem) Error() string { return p.Message }

// row maps an error to a response. By default, the message is the error's own text.
type row struct {
	err     error
	status  int
	message string
}

// table is the one table from error to response. The first match counts: reasons come before the
// steps that failed.
var table = []row{
	{pets.ErrInvalid, http.StatusBadRequest, ""},
	{pets.ErrNoBuyer, http.StatusUnauthorized, "authorization failure"},
	{pets.ErrMachine, http.StatusForbidden, "Forbidden"},
	{pets.ErrNotAvailable, http.StatusConflict, "That pet is not available."},
	{pets.ErrChanged, http.StatusPreconditionFailed, "That pet has changed."},
	{pets.ErrTooManyChanges, http.StatusRequestEntityTooLarge, ""},
	{pets.ErrStale, http.StatusPreconditionFailed, "Precondition Failed"},
	{pets.ErrKeyReused, http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request."},
	{pets.ErrCorrupt, http.StatusInternalServerError, internalError},
	{pets.ErrLayout, http.StatusInternalServerError, internalError},
	{pets.ErrList, http.StatusServiceUnavailable, "Unable to retrieve pet information at this time"},
	{pets.ErrUpdate, http.StatusServiceUnavailable, "unable to update pets at this time"},
	{pets.ErrPurchaseRead, http.StatusServiceUnavailable, "failed to retrieve pet information"},
	{pets.ErrPurchaseWrite, http.StatusServiceUnavailable, "failed on update"},
	{pets.ErrUndecided, http.StatusServiceUnavailable, "Service Unavailable"},
}

const internalError = "Internal Server Error"

// retryAfter returns seconds: about how long throttling lasts, and when keys are looked up again.
func retryAfter(err error) string {
	if errors.Is(err, pets.ErrUndecided) {
		return "2"
	}
	return "1"
}

// ErrorResponse returns the error's response by the table, in the shape of API Gateway's own, and
// logs the cause. Caches do not keep it.
func ErrorResponse(ctx context.Context, err error) Response {
	status, message := lookup(err)
	telemetry.Note(ctx, slog.String("error", err.Error()))
	body, _ := json.Marshal(map[string]string{"message": message}) // strings only: cannot fail
	resp := Response{StatusCode: status, Headers: map[string]string{"cache-control": "no-store"}, Body: string(body)}
	switch status {
	case http.StatusServiceUnavailable:
		resp.Headers["retry-after"] = retryAfter(err)
	case http.StatusUnauthorized:
		// RFC 9110, section 15.5.2: a 401 has a challenge.
		resp.Headers["www-authenticate"] = `Bearer error="invalid_token", error_description="no verified e-mail"`
	}
	return resp
}

func lookup(err error) (status int, message string) {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Status, p.Message
	}
	for _, r := range table {
		if !errors.Is(err, r.err) {
			continue
		}
		if r.message == "" {
			return r.status, err.Error()
		}
		return r.status, r.message
	}
	return http.StatusInternalServerError, internalError
}
