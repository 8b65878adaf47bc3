package authorizer_test

import (
	"context"
	"errors"
	"time"

	"example.com/securedpets/pkg/jwtauth"
)

// The raw tokens of these tests name the verdict of the verifier. Package jwtauth tests that a
// Verifier returns the right one, and so does TestWithRealTokens, end to end.
const good = "good"

var errBroken = errors.New("an error of the verifier, with a secret in it")

// verdicts are the errors of a verifier by the token that causes them.
var verdicts = map[string]error{
	"missing_token":      jwtauth.MissingToken,
	"invalid_token":      jwtauth.InvalidToken,
	"invalid_signature":  jwtauth.InvalidSignature,
	"invalid_claims":     jwtauth.InvalidClaims,
	"token_expired":      jwtauth.TokenExpired,
	"insufficient_scope": jwtauth.InsufficientScope,
	"forbidden":          jwtauth.Forbidden,
	"future_refusal":     jwtauth.Refusal("future_refusal"),
	"keys":               jwtauth.ErrKeysUnavailable,
	"undecided":          jwtauth.ErrKeyUndecided,
	"wrapped_keys":       errors.Join(errBroken, jwtauth.ErrKeysUnavailable),
	"keys_and_refusal":   errors.Join(jwtauth.InvalidSignature, jwtauth.ErrKeysUnavailable),
	"broken":             errBroken,
	"nothing":            nil,
}

// verifier is a TokenVerifier that knows one good token and the verdicts.
type verifier struct{ asked *[]string }

func (v verifier) Verify(_ context.Context, raw string) (*jwtauth.Token, error) {
	if v.asked != nil {
		*v.asked = append(*v.asked, raw)
	}
	if raw == good {
		return token(), nil
	}
	err, ok := verdicts[raw]
	if !ok {
		return nil, jwtauth.InvalidToken
	}
	return nil, err
}

func token() *jwtauth.Token {
	return &jwtauth.Token{
		Issuer:   "https://issuer.example/",
		Subject:  "auth0|1",
		ClientID: "web",
		Scopes:   []string{"read:pets", "list:pets"},
		Expiry:   time.Unix(2_000_000_000, 0),
	}
}
