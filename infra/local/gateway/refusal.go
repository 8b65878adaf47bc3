package gateway

import "net/http"

// refused is an error response of API Gateway itself.
type refused struct {
	status  int
	message string
	kind    string // $context.error.responseType
}

// The bodies of 413 and 429, and the statuses 400 and 431, are [open].
var (
	badRequest         = refused{http.StatusBadRequest, "Bad Request", "BAD_REQUEST"}
	unauthorized       = refused{http.StatusUnauthorized, "Unauthorized", "UNAUTHORIZED"}
	forbidden          = refused{http.StatusForbidden, "Forbidden", "ACCESS_DENIED"}
	notFound           = refused{http.StatusNotFound, "Not Found", "NOT_FOUND"}
	bodyTooLarge       = refused{http.StatusRequestEntityTooLarge, "Request Entity Too Large", "REQUEST_TOO_LARGE"}
	tooManyRequests    = refused{http.StatusTooManyRequests, "Too Many Requests", "THROTTLED"}
	headersTooLarge    = refused{http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large", "REQUEST_TOO_LARGE"}
	internalError      = refused{http.StatusInternalServerError, "Internal Server Error", "INTEGRATION_FAILURE"}
	serviceUnavailable = refused{http.StatusServiceUnavailable, "Service Unavailable", "INTEGRATION_TIMEOUT"}
)

// refusal returns the response with the exact body of API Gateway.
func refusal(of refused) *response {
	r := newResponse(of.status)
	r.refused = of
	r.header.Set("Content-Type", "application/json")
	r.body = []byte(`{"message":"` + of.message + `"}`)
	return r
}

// fail returns the refusal for a failed integration. Only the access log shows
// the reason.
func (x *exchange) fail(of refused, why string) *response {
	x.integrationError = why
	return refusal(of)
}
