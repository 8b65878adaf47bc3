package issuer

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// userInfo serves the standard claims (OpenID Connect Core, section 5.3) for
// opaque access tokens and for JWTs with this endpoint as an audience.
func (i *Issuer) userInfo(w http.ResponseWriter, r *http.Request) {
	raw, err := jwtauth.ParseBearer(r.Header.Get("Authorization"))
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeError(w, http.StatusUnauthorized, "invalid_request", "a bearer token is required")
		return
	}
	subject, scopes, ok := i.holder(r, raw)
	user, known := i.tenant.User(subject)
	if !ok || !known {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeError(w, http.StatusUnauthorized, "invalid_token", "the token is invalid, expired or not for this endpoint")
		return
	}
	if !slices.Contains(scopes, "openid") {
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="openid"`)
		writeError(w, http.StatusForbidden, "insufficient_scope", "the scope openid is required")
		return
	}
	claims := map[string]any{"sub": user.ID}
	maps.Copy(claims, profileClaims(user, scopes))
	writeJSON(w, http.StatusOK, claims)
}

// holder returns the subject and scopes of a valid token.
func (i *Issuer) holder(r *http.Request, raw string) (subject string, scopes []string, ok bool) {
	if opaque, err := i.store.Token(r.Context(), raw); err == nil {
		valid := opaque.RevokedAt == 0 && i.now().Unix() < int64(opaque.ExpiresAt)
		_, err := i.store.Grant(r.Context(), opaque.GrantID)
		return opaque.Subject, strings.Fields(opaque.Scopes), valid && err == nil
	}
	token, err := i.verify(r, raw)
	if err != nil {
		return "", nil, false
	}
	return token.Subject, token.Scopes, true
}

// verify verifies a JWT with the published keys.
func (i *Issuer) verify(r *http.Request, raw string) (*jwtauth.Token, error) {
	set, err := json.Marshal(i.publicKeys())
	if err != nil {
		return nil, err
	}
	keys, err := jwtauth.ParseKeySet(set)
	if err != nil {
		return nil, err
	}
	v, err := jwtauth.New(jwtauth.Config{Issuer: i.url, Audiences: []string{i.url + "userinfo"}, Now: i.now}, keys)
	if err != nil {
		return nil, err
	}
	return v.Verify(r.Context(), raw)
}
