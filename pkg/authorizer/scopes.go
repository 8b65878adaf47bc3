package authorizer

import (
	"maps"
	"slices"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// A rule decides whether a request with a valid token is let through.
type rule func(*jwtauth.Token) error

// rule requires one of the scopes, or all of them. Without scopes, any token satisfies it.
func (a *Authorizer) rule(scopes []string) rule {
	all := a.allScopes
	return func(token *jwtauth.Token) error {
		lacks := func(scope string) bool { return !token.HasScope(scope) }
		switch {
		case len(scopes) == 0:
			return nil
		case all && !slices.ContainsFunc(scopes, lacks), !all && slices.ContainsFunc(scopes, token.HasScope):
			return nil
		}
		return jwtauth.InsufficientScope
	}
}

func anyToken(*jwtauth.Token) error { return nil }

func forbidden(*jwtauth.Token) error { return jwtauth.Forbidden }

// mustScopes panics for a string that cannot be a scope (RFC 6749 section 3.3): a typo would close
// the route for every caller, or break the quoting of WWW-Authenticate.
func mustScopes(scopes []string) {
	for _, scope := range scopes {
		if !isScope(scope) {
			panic("authorizer: not a scope (RFC 6749 section 3.3), give each as its own argument: " + scope)
		}
	}
}

func isScope(s string) bool {
	bad := func(r rune) bool { return r < '!' || r > '~' || r == '"' || r == '\\' }
	return s != "" && !strings.ContainsFunc(s, bad)
}

// WithRouteScopes makes the Lambda authorizers (HandleHTTP, HandleREST and the others) require a
// scope per route, any one of the list: API Gateway itself compares scopes for its own JWT
// authorizer only. The key is the route key, "POST /pets" or "$connect"; for REST APIs the method
// and the resource, "GET /pets/{id}". A route that is not in the map is refused; an empty list
// requires a valid token only. The guards ignore it: they have scopes of their own.
//
// By default, the Lambda authorizers require a valid token only, and the functions compare scopes.
//
// Do not let API Gateway cache such a response for other routes: see "Caching" at
// [Authorizer.HandleREST].
func WithRouteScopes(scopes map[string][]string) Option {
	for _, list := range scopes {
		mustScopes(list)
	}
	routes := maps.Clone(scopes)
	if routes == nil {
		routes = map[string][]string{}
	}
	return func(a *Authorizer) { a.routeScopes = routes }
}

// routeRule is the rule of a route for the Lambda authorizers.
func (a *Authorizer) routeRule(route string) rule {
	if a.routeScopes == nil {
		return anyToken
	}
	scopes, ok := a.routeScopes[route]
	if !ok {
		return forbidden
	}
	return a.rule(scopes)
}
