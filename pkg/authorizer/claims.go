package authorizer

import (
	"encoding/json"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// ownClaims are the names that contextOf sets itself.
var ownClaims = []string{"iss", "sub", "scope", "exp", "client_id", "permissions"}

// WithContextClaims makes the Lambda authorizers hand over more claims of the token: strings,
// numbers and booleans as they are, lists and objects as their JSON text. An absent claim or null
// is left out. By default, the context holds iss, sub, scope, exp and client_id, and permissions
// where one of them and no scope opened the route.
//
// The integration and the access log get the context: name no claims that must not be there.
func WithContextClaims(names ...string) Option {
	for _, name := range names {
		if name == "" || slices.Contains(ownClaims, name) {
			panic("authorizer: not a claim to add to the context: " + name)
		}
	}
	names = slices.Clone(names)
	return func(a *Authorizer) { a.contextClaims = names }
}

// contextOf returns what the API's integration and access log get about the caller, without
// personal data such as an e-mail address or a name. REST APIs allow strings, numbers and booleans
// only.
func (a *Authorizer) contextOf(token *jwtauth.Token, route string) map[string]any {
	claims := map[string]any{
		"iss":   token.Issuer,
		"sub":   token.Subject,
		"scope": joined(token.Scopes),
		"exp":   token.Expiry.Unix(),
	}
	if token.ClientID != "" {
		claims["client_id"] = token.ClientID
	}
	if a.neededPermissions(token, route) {
		claims["permissions"] = joined(token.Permissions)
	}
	a.addClaims(claims, token)
	return claims
}

// joined leaves out the names of roles with a space: "a b" would become the scopes a and b.
func joined(scopes []string) string {
	scopes = slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return strings.Contains(s, " ") })
	return strings.Join(scopes, " ")
}

// neededPermissions reports whether the scopes of the token alone would not have opened the route.
func (a *Authorizer) neededPermissions(token *jwtauth.Token, route string) bool {
	if len(token.Permissions) == 0 {
		return false
	}
	return a.rule(a.routeScopes[route])(&jwtauth.Token{Scopes: token.Scopes}) != nil
}

func (a *Authorizer) addClaims(claims map[string]any, token *jwtauth.Token) {
	if len(a.contextClaims) == 0 {
		return
	}
	var all map[string]json.RawMessage
	if token.Claims(&all) != nil {
		return // a TokenVerifier of another package may make tokens without claims
	}
	for _, name := range a.contextClaims {
		raw, ok := all[name]
		if !ok {
			continue
		}
		var value any = json.Number(raw)
		switch raw[0] {
		case 'n': // null
			continue
		case '{', '[':
			value = string(raw)
		case '"', 't', 'f':
			if json.Unmarshal(raw, &value) != nil {
				continue
			}
		}
		claims[name] = value
	}
}
