package authorizer

import (
	"errors"
	"net/http"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// A response is what the guards send instead of calling the handler.
type response struct {
	status     int
	challenge  string // WWW-Authenticate, if any
	retryAfter string // Retry-After, if any
	nonce      string // DPoP-Nonce, if any
}

// retryAfter is in seconds: by then a key set has fetched again, without keys or for an unknown
// key id.
const retryAfter = "2"

// responseFor is the one table from error to status. An unknown error is a bug and becomes 500,
// never 401, which would make clients discard good tokens.
func responseFor(err error, scopes []string) response {
	switch refusal, refused := refusalIn(err); {
	case refused:
		return responseForRefusal(refusal, scopes)
	case errors.Is(err, jwtauth.ErrKeysUnavailable):
		return response{status: http.StatusServiceUnavailable, retryAfter: retryAfter}
	default:
		return response{status: http.StatusInternalServerError}
	}
}

// refusalIn returns the refusal in an error. An error that also matches ErrKeysUnavailable holds no
// decision, so it is not one.
func refusalIn(err error) (refusal jwtauth.Refusal, refused bool) {
	refused = errors.As(err, &refusal) && !errors.Is(err, jwtauth.ErrKeysUnavailable)
	return refusal, refused
}

func responseForRefusal(refusal jwtauth.Refusal, scopes []string) response {
	switch refusal {
	case jwtauth.Forbidden:
		return response{status: http.StatusForbidden}
	case jwtauth.InsufficientScope:
		return response{status: http.StatusForbidden, challenge: insufficientScope(scopes)}
	case jwtauth.MissingToken:
		// RFC 6750 section 3.1: no error code for a request without credentials.
		return response{status: http.StatusUnauthorized, challenge: "Bearer"}
	default:
		return response{status: http.StatusUnauthorized, challenge: invalidToken(refusal)}
	}
}

// invalidToken builds the challenge from fixed texts only: nothing of a token is echoed.
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

// discovery returns the parameters of [WithResourceMetadata]. That of a 403 names its scopes already.
func (a *Authorizer) discovery(status int, scopes []string) string {
	switch {
	case a.metadata == "":
		return ""
	case status != http.StatusUnauthorized || len(scopes) == 0:
		return `resource_metadata="` + a.metadata + `"`
	default:
		return `scope="` + strings.Join(scopes, " ") + `", resource_metadata="` + a.metadata + `"`
	}
}

// withParameters adds parameters to the one challenge of a header.
func withParameters(challenge, parameters string) string {
	switch {
	case parameters == "":
		return challenge
	case strings.Contains(challenge, " "):
		return challenge + ", " + parameters
	default:
		return challenge + " " + parameters
	}
}

// body has the shape of API Gateway's own errors, so that clients handle one shape.
func (r response) body() string {
	return `{"message":"` + http.StatusText(r.status) + `"}`
}

// headers have lower-case names, as in payload 2.0. net/http canonicalizes them.
func (r response) headers() map[string]string {
	h := map[string]string{
		"content-type":           "application/json",
		"x-content-type-options": "nosniff",
		"cache-control":          "no-store",
	}
	if r.challenge != "" {
		h["www-authenticate"] = r.challenge
	}
	if r.retryAfter != "" {
		h["retry-after"] = r.retryAfter
	}
	if r.nonce != "" {
		h[nonceHeader] = r.nonce
	}
	return h
}
