package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// describe returns the error description for a refused token. It parses the
// unverified claims only to choose among fixed texts. Those about segments,
// issuer and audience are API Gateway's [seen] [aws]; the others are ours
// [open].
func (a *authorizer) describe(raw string, err error) string {
	const segments = 3
	parts := strings.SplitN(raw, ".", segments+1)
	switch {
	case len(parts) != segments:
		return "token contains an invalid number of segments"
	case errors.Is(err, jwtauth.TokenExpired):
		return "the token has expired"
	case errors.Is(err, jwtauth.InvalidSignature):
		return "the token's signature or key is not valid"
	case !errors.Is(err, jwtauth.InvalidClaims):
		return "the token is malformed"
	}
	payload, decodeErr := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]json.RawMessage
	if decodeErr != nil || json.Unmarshal(payload, &claims) != nil {
		return "the token is malformed"
	}
	switch {
	case !isOneOf(claims["iss"], []string{a.config.Issuer}):
		return "issuer does not match"
	case !a.hasAudience(claims):
		return "the token does not have a valid audience"
	default:
		return "the token has a claim that is not valid"
	}
}

func (a *authorizer) hasAudience(claims map[string]json.RawMessage) bool {
	if aud, found := claims["aud"]; found {
		return isOneOf(aud, a.config.Audiences)
	}
	return isOneOf(claims["client_id"], a.config.Audiences)
}

// isOneOf reports whether a JSON string, or a list with a string, is wanted.
func isOneOf(claim json.RawMessage, wanted []string) bool {
	var one string
	if json.Unmarshal(claim, &one) == nil {
		return slices.Contains(wanted, one)
	}
	var list []string
	_ = json.Unmarshal(claim, &list) // other types have none
	return slices.ContainsFunc(list, func(text string) bool { return slices.Contains(wanted, text) })
}
