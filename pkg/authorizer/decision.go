package authorizer

import (
	"context"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// A Decision is passed to the observer. It contains no token and no claim.
type Decision struct {
	// Route is the route key of API Gateway, such as "POST /pets", or the pattern of net/http's
	// ServeMux; empty where the event has none. It contains nothing that a caller sent.
	Route string
	// Outcome is the [jwtauth.Label] of the decision: "ok", a [jwtauth.Refusal],
	// "key_undecided", "proof_undecided", "jwks_unavailable" or "error". A closed set, fit for the
	// label of a metric.
	Outcome string
	// SubjectHash is the [jwtauth.Token.SubjectHash] of a verified token, allowed or refused; empty
	// without one. It is a pseudonym: for a log, not for the label of a metric.
	SubjectHash string
}

// WithObserver calls f once for every decision, with the context of the request and on its
// goroutine: f must be quick and safe for concurrent use. By default, there is no observer.
func WithObserver(f func(context.Context, Decision)) Option {
	if f == nil {
		panic("authorizer: WithObserver needs a function")
	}
	return func(a *Authorizer) { a.observe = f }
}

// WithRouteName makes f name the route of a net/http request, for a router that does not set
// [http.Request].Pattern. f must return one of the program's own names, such as
// chi.RouteContext(r.Context()).RoutePattern(), and not the path. By default, it is the pattern.
func WithRouteName(f func(*http.Request) string) Option {
	if f == nil {
		panic("authorizer: WithRouteName needs a function")
	}
	return func(a *Authorizer) { a.routeOf = f }
}

// decision tells the observer. The token is nil if none was verified.
func (a *Authorizer) decision(ctx context.Context, route string, token *jwtauth.Token, err error) Decision {
	if a.observe == nil && a.respond == nil {
		return Decision{}
	}
	d := Decision{Route: route, Outcome: jwtauth.Label(err), SubjectHash: token.SubjectHash()}
	if a.observe != nil {
		a.observe(ctx, d)
	}
	return d
}
