package authorizer

import (
	"errors"
	"net/http"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// An answer is what the guards send instead of calling the handler.
type answer struct {
	status     int
	challenge  string // WWW-Authenticate, if any
	retryAfter string // Retry-After, if any
}

// retryAfter is in seconds: by then a key set has fetched again, for want of keys or for an unknown
// key id.
const retryAfter = "2"

// answerFor is the one table from error to status. Whatever it does not know is a bug, answered
// with 500: never with 401, which would make clients throw good tokens away.
func answerFor(err error, scopes []string) answer {
	switch refusal, refused := refusalIn(err); {
	case refused:
		return answerForRefusal(refusal, scopes)
	case errors.Is(err, jwtauth.ErrKeysUnavailable):
		return answer{status: http.StatusServiceUnavailable, retryAfter: retryAfter}
	default:
		return answer{status: http.StatusInternalServerError}
	}
}

// refusalIn tells "refused" from "could not decide". An error that says both decided nothing.
func refusalIn(err error) (refusal jwtauth.Refusal, refused bool) {
	refused = errors.As(err, &refusal) && !errors.Is(err, jwtauth.ErrKeysUnavailable)
	return refusal, refused
}

func answerForRefusal(refusal jwtauth.Refusal, scopes []string) answer {
	switch refusal {
	case jwtauth.Forbidden:
		return answer{status: http.StatusForbidden}
	case jwtauth.InsufficientScope:
		return answer{status: http.StatusForbidden, challenge: insufficientScope(scopes)}
	case jwtauth.MissingToken:
		// RFC 6750 section 3.1: no error code for a request without credentials.
		return answer{status: http.StatusUnauthorized, challenge: "Bearer"}
	default:
		return answer{status: http.StatusUnauthorized, challenge: invalidToken(refusal)}
	}
}

// invalidToken builds the challenge from fixed texts only: nothing of a token is ever echoed.
func invalidToken(refusal jwtauth.Refusal) string {
	description := "the token is malformed"
	switch refusal {
	case jwtauth.InvalidSignature:
		description = "the signature is not valid"
	case jwtauth.InvalidClaims:
		description = "a claim is missing or not valid"
	case jwtauth.TokenExpired:
		description = "the token has expired"
	}
	return `Bearer error="invalid_token", error_description="` + description + `"`
}

func insufficientScope(scopes []string) string {
	if len(scopes) == 0 {
		return `Bearer error="insufficient_scope"`
	}
	return `Bearer error="insufficient_scope", scope="` + strings.Join(scopes, " ") + `"`
}

// body is API Gateway's own error shape, so that a client meets one shape only.
func (a answer) body() string {
	return `{"message":"` + http.StatusText(a.status) + `"}`
}

// headers are named in lower case, as in payload 2.0; net/http makes its own spelling of them.
func (a answer) headers() map[string]string {
	h := map[string]string{
		"content-type":           "application/json",
		"x-content-type-options": "nosniff",
		"cache-control":          "no-store",
	}
	if a.challenge != "" {
		h["www-authenticate"] = a.challenge
	}
	if a.retryAfter != "" {
		h["retry-after"] = a.retryAfter
	}
	return h
}
