package authorizer

import (
	"context"
	"maps"
	"strings"
)

// An Option configures an [Authorizer].
type Option func(*Authorizer)

// A Decision is passed to the observer. It contains nothing of the token or of its owner.
type Decision struct {
	// Route is the route key of API Gateway, such as "POST /pets", or the pattern of net/http's
	// ServeMux; empty where the event has none. It contains nothing that a caller sent.
	Route string
	// Outcome is the [jwtauth.Label] of the decision: "ok", a [jwtauth.Refusal],
	// "key_undecided", "proof_undecided", "jwks_unavailable" or "error". A closed set, fit for the label of a metric.
	Outcome string
}

// WithObserver calls f once for every decision, on the goroutine of the request: f must be quick
// and safe for concurrent use. By default, there is no observer.
func WithObserver(f func(context.Context, Decision)) Option {
	if f == nil {
		panic("authorizer: WithObserver needs a function")
	}
	return func(a *Authorizer) { a.observe = f }
}

// WithBareTokens also accepts a header that is the token alone, without "Bearer", as API Gateway's
// own JWT authorizer does. By default, RFC 6750's form is required.
func WithBareTokens() Option {
	return func(a *Authorizer) { a.bareTokens = true }
}

// WithRouteScopes makes the Lambda authorizers (HandleHTTP, HandleREST and the others) require a
// scope per route, any one of the list: API Gateway itself compares scopes for its own JWT
// authorizer only. The key is the route key, "POST /pets"; for REST APIs the method and the
// resource, "GET /pets/{id}". A route that is not in the map is refused; an empty list requires a
// valid token only. The guards ignore it: they have scopes of their own.
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

// WithStagePolicy widens an allowing IAM policy from the one method that was called to every
// method of the API's stage, so that API Gateway may cache it by the token alone. By default, a
// policy names the one method.
//
// It is right when all methods behind the authorizer have the same rule, "a valid token". It
// cannot go together with [WithRouteScopes].
func WithStagePolicy() Option {
	return func(a *Authorizer) { a.stagePolicy = true }
}

// WithResourceMetadata adds the address of the API's [ResourceMetadata] to every challenge, and the
// scopes of the route to those of a 401, so that a client without a token learns where to get one and
// for which scopes (RFC 9728 section 5). Clients of the Model Context Protocol depend on it. By
// default, a 401 names neither.
//
// It panics unless the URL is https, or http on a loopback host, without user information and
// fragment.
func WithResourceMetadata(url string) Option {
	_, err := parseURL(url)
	if strings.Contains(url, "#") {
		err = errFragment
	}
	if err != nil {
		panic("authorizer: the URL of WithResourceMetadata " + err.Error())
	}
	return func(a *Authorizer) { a.metadata = url }
}
