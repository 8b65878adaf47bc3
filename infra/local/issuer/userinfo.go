package issuer

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// userInfo serves the standard claims (OpenID Connect Core, section 5.3) for both kinds of access token: the opaque one
// and the JWT, which names this endpoint as its second audience.
func (i *Issuer) userInfo(w http.ResponseWriter, r *http.Request) {
	raw, err := jwtauth.ParseBearer(r.Header.Get("Authorization"))
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_request", "error_description": "a bearer token is required"})
		return
	}
	subject, scopes, ok := i.holder(r, raw)
	user, known := i.tenant.User(subject)
	if !ok || !known {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token", "error_description": "the token is invalid, expired or not for this endpoint"})
		return
	}
	if !slices.Contains(scopes, "openid") {
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="openid"`)
		writeJSON(w, http.StatusForbidden, map[string]string{"error": "insufficient_scope", "error_description": "the scope openid is required"})
		return
	}
	claims := map[string]any{"sub": user.ID}
	maps.Copy(claims, profileClaims(user, scopes))
	writeJSON(w, http.StatusOK, claims)
}

// holder tells whose living token it is.
func (i *Issuer) holder(r *http.Request, raw string) (subject string, scopes []string, ok bool) {
	if opaque, err := i.store.Token(r.Context(), raw); err == nil {
		alive := opaque.RevokedAt == 0 && i.now().Unix() < int64(opaque.ExpiresAt)
		_, err := i.store.Grant(r.Context(), opaque.GrantID)
		return opaque.Subject, strings.Fields(opaque.Scopes), alive && err == nil
	}
	token, err := i.verify(r, raw)
	if err != nil {
		return "", nil, false
	}
	return token.Subject, token.Scopes, true
}

// verify checks a JWT of an earlier run, or one made for the command line, with the project's own verifier.
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
