package issuer

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
)

// Auth0's paths.
const (
	pathDiscovery = "/.well-known/openid-configuration"
	pathJWKS      = "/.well-known/jwks.json"
	pathAuthorize = "/authorize"
	pathToken     = "/oauth/token" //nolint:gosec // a path, not a credential
	pathRevoke    = "/oauth/revoke"
	pathUserInfo  = "/userinfo"
	pathLogout    = "/oidc/logout"
)

// configuration returns the discovery document. The library's own would double
// the issuer's slash.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
func (i *Issuer) configuration() map[string]any {
	at := func(path string) string { return i.url + path[1:] }
	return map[string]any{
		"issuer":                                         i.url,
		"authorization_endpoint":                         at(pathAuthorize),
		"token_endpoint":                                 at(pathToken),
		"revocation_endpoint":                            at(pathRevoke),
		"userinfo_endpoint":                              at(pathUserInfo),
		"end_session_endpoint":                           at(pathLogout),
		"jwks_uri":                                       at(pathJWKS),
		"scopes_supported":                               i.scopeNames(),
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query", "fragment"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token", "client_credentials"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"none", "client_secret_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"claims_supported":                               []string{"sub", "iss", "aud", "exp", "iat", "name", "nickname", "email", "email_verified"},
		"authorization_response_iss_parameter_supported": true,
	}
}

// publicKeys returns the JWK set (RFC 7517) of all published keys.
func (i *Issuer) publicKeys() map[string]any {
	keys := []map[string]string{}
	for _, k := range i.keys.current() {
		keys = append(keys, map[string]string{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": k.id,
			"n": base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
		})
	}
	return map[string]any{"keys": keys}
}

// writeError writes an OAuth error (RFC 6749, section 5.2).
func writeError(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, map[string]string{"error": code, "error_description": description})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
