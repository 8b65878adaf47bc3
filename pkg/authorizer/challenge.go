package authorizer

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

const challengeHeader = "www-authenticate"

// WithRealm puts a realm into every challenge (RFC 9110 section 11.5). By default, there is none:
// no client of bearer tokens needs it.
func WithRealm(realm string) Option {
	if realm == "" || strings.ContainsFunc(realm, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		panic("authorizer: a realm is printable ASCII without quotes")
	}
	return func(a *Authorizer) { a.realm = realm }
}

// parameters are those of one challenge, in their order.
type parameters []string

func (p parameters) and(name, value string) parameters {
	return append(p[:len(p):len(p)], name+`="`+value+`"`)
}

func (p parameters) of(scheme string) string {
	if len(p) == 0 {
		return scheme
	}
	return scheme + " " + strings.Join(p, ", ")
}

// challenge adds WWW-Authenticate to a 401 or 403 (RFC 6750 section 3).
func (a *Authorizer) challenge(resp Response, err error, scopes []string) Response {
	var common parameters
	if a.realm != "" {
		common = common.and("realm", a.realm)
	}
	own := common
	if code, description := errorOf(err); code != "" {
		own = own.and("error", code)
		if description != "" {
			own = own.and("error_description", description)
		}
	}
	discovery := a.discovery(resp.Status, scopes)
	if resp.Status == http.StatusForbidden && len(scopes) > 0 {
		own = own.and("scope", strings.Join(scopes, " "))
	}
	if a.dpop != nil {
		a.dpop.challenge(resp, own, common, discovery, err)
	} else {
		resp.Headers[challengeHeader] = slices.Concat(own, discovery).of("Bearer")
	}
	return resp
}

// discovery returns the parameters of [WithResourceMetadata]. That of a 403 names its scopes
// already.
func (a *Authorizer) discovery(status int, scopes []string) (p parameters) {
	if a.metadata == "" {
		return nil
	}
	if status == http.StatusUnauthorized && len(scopes) > 0 {
		p = p.and("scope", strings.Join(scopes, " "))
	}
	return p.and("resource_metadata", a.metadata)
}

// errorOf returns the error code and fixed texts only: nothing of a token is echoed. RFC 6750
// section 3.1: there is no code for a request without credentials.
func errorOf(err error) (code, description string) {
	var own interface {
		Challenge() (code, description string)
	}
	if errors.As(err, &own) {
		return own.Challenge()
	}
	refusal, _ := refusalIn(err)
	switch refusal {
	case jwtauth.MissingToken:
		return "", ""
	case jwtauth.InsufficientScope:
		return "insufficient_scope", ""
	case jwtauth.InvalidSignature:
		return "invalid_token", "the signature is not valid"
	case jwtauth.InvalidClaims:
		return "invalid_token", "a claim is missing or not valid"
	case jwtauth.TokenExpired:
		return "invalid_token", "the token has expired"
	default:
		return "invalid_token", "the token is malformed"
	}
}
