package jwtauth

import (
	"slices"
	"time"
)

// Token is a verified token. A non-nil *Token from [Verifier.Verify] was signed by the issuer,
// names this audience and had not expired at that moment. Treat it as read-only: with a cache,
// callers share it.
type Token struct {
	Issuer    string // exactly the configured one
	Subject   string // never empty, at most 256 bytes
	ClientID  string // client_id, else azp, cid or appid; empty when none was present
	ID        string // jti; empty when absent
	KeyID     string // kid of the key that signed
	Algorithm string // for example "RS256"; "EdDSA" for a token that says Ed25519 too

	Audiences   []string // aud, in the token's order
	Scopes      []string // Config.ScopeClaim, by default scp, else scope; empty when absent
	Permissions []string // permissions; only with Config.Permissions

	Confirmation Confirmation // what the client must prove; zero for a bearer token

	Expiry    time.Time
	IssuedAt  time.Time // zero when absent
	NotBefore time.Time // zero when absent

	payload string // the claims, already checked to be one strict JSON object
}

// HasScope reports whether the token has exactly this scope (or permission, with
// [Config].Permissions). There are no wildcards and no prefixes, it is case-sensitive, and no token
// has the empty scope.
func (t *Token) HasScope(scope string) bool {
	if t == nil || scope == "" {
		return false
	}
	return slices.Contains(t.Scopes, scope) || slices.Contains(t.Permissions, scope)
}
