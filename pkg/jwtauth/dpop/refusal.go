package dpop

import "example.com/securedpets/pkg/jwtauth"

// Code is the error code of a challenge (RFC 9449 section 7.1). Every refusal of a [Verifier]
// matches exactly one of the constants below, and [jwtauth.InvalidToken], with [errors.Is].
type Code string

// The codes.
const (
	InvalidProof Code = "invalid_dpop_proof" // the proof is not good
	InvalidToken Code = "invalid_token"      // the token is not bound to the key of the proof
	UseNonce     Code = "use_dpop_nonce"     // the proof is good but for its nonce
)

// Error returns the code.
func (c Code) Error() string { return string(c) }

// rule is one broken rule. Rules are package values with a fixed text: refusing a proof allocates
// nothing, and nothing of a proof or a token gets into a log.
type rule struct {
	kinds [2]error
	text  string
}

func newRule(code Code, text string) *rule {
	return &rule{[2]error{jwtauth.InvalidToken, code}, text}
}

func (r *rule) Error() string { return r.kinds[1].Error() + ": " + r.text }

func (r *rule) Unwrap() []error { return r.kinds[:] }

// Challenge returns error and error_description of a WWW-Authenticate header.
func (r *rule) Challenge() (code, description string) { return r.kinds[1].Error(), r.text }

var (
	errUnbound = newRule(InvalidToken, "the token is not bound to a DPoP key")
	errBinding = newRule(InvalidToken, "the token is bound to another key")

	errProofs     = newRule(InvalidProof, "the request must have one DPoP header")
	errSize       = newRule(InvalidProof, "the proof is too long")
	errShape      = newRule(InvalidProof, "the proof is not three base64url segments")
	errHeaderJSON = newRule(InvalidProof, "the header is not one strict JSON object")
	errTyp        = newRule(InvalidProof, "typ is not dpop+jwt")
	errAlgorithm  = newRule(InvalidProof, "the algorithm is not accepted")
	errExtension  = newRule(InvalidProof, "the header asks for processing that a proof must not need")
	errBodyJSON   = newRule(InvalidProof, "the payload is not one strict JSON object")
	errKey        = newRule(InvalidProof, "jwk is not a usable public key")
	errPrivateKey = newRule(InvalidProof, "jwk is a private key")
	errSignature  = newRule(InvalidProof, "the signature does not match")
	errID         = newRule(InvalidProof, "jti is not a usable id")
	errTokenHash  = newRule(InvalidProof, "ath is not the hash of the token")
	errMethod     = newRule(InvalidProof, "htm is not the method of the request")
	errTarget     = newRule(InvalidProof, "htu is not the URI of the request")
	errNonceType  = newRule(InvalidProof, "nonce is not a string")
	errIssuedAt   = newRule(InvalidProof, "iat is not a time")
	errTooOld     = newRule(InvalidProof, "iat is too long ago")
	errTooNew     = newRule(InvalidProof, "iat is in the future")
	errReplayed   = newRule(InvalidProof, "the proof was used before")

	errNoNonce = newRule(UseNonce, "the proof must have a nonce of this server")
	errNonce   = newRule(UseNonce, "the nonce has expired or is not of this server")
)

// undecided is a proof that could not be compared with those used before. Its text is fixed: that
// of the cause may name a host or a table.
type undecided struct{ cause error }

func (u undecided) Error() string { return jwtauth.ErrProofUndecided.Error() }

func (u undecided) Unwrap() []error { return []error{jwtauth.ErrProofUndecided, u.cause} }
