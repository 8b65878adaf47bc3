// Package access authorizes the callers of a function: it makes the guard of a route from the
// environment, and a buyer from verified tokens. Nothing outside a verified token counts.
package access

import (
	"context"
	"errors"
	"maps"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// A Guard calls next for authorized requests only.
type Guard func(next rest.Handler) rest.Handler

// RequireScopes makes a guard that wants a token with any one of the route's scopes.
func RequireScopes(p rest.Program) (Guard, error) {
	g, err := newGuards(p)
	if err != nil {
		return nil, err
	}
	return g.required(), nil
}

// Optional makes a guard that lets requests without a token through. A bad token is refused; when
// keys are unavailable, the request goes on as anonymous.
func Optional(p rest.Program) (Guard, error) {
	g, err := newGuards(p)
	if err != nil {
		return nil, err
	}
	return func(next rest.Handler) rest.Handler {
		return rest.Handler(g.authorizer.Optional(authorizer.HTTPHandler(next)))
	}, nil
}

// UpdateGuard makes the guard of the update route. See [guards.orIAM].
func UpdateGuard(p rest.Program) (Guard, error) {
	g, err := newGuards(p)
	if err != nil {
		return nil, err
	}
	return g.orIAM(), nil
}

// PurchaseGuard makes the guard of the purchase route, and the reader of its buyers. See
// [guards.orIAM].
func PurchaseGuard(p rest.Program) (Guard, *Buyers, error) {
	g, err := newGuards(p)
	if err := errors.Join(err, g.settings.checkClientID()); err != nil {
		return nil, nil, err
	}
	idTokens, err := jwtauth.New(jwtauth.Config{
		Issuer: g.settings.Issuer.Issuer, Audiences: []string{g.settings.ClientID}, Profile: jwtauth.IDToken,
	}, g.keys)
	if err != nil {
		return nil, nil, err
	}
	return g.orIAM(), &Buyers{IDTokens: idTokens, EmailClaims: g.settings.emailClaims(), Telemetry: p.Telemetry}, nil
}

// guards is what the guards of a program share.
type guards struct {
	settings   Settings
	scopes     []string
	keys       *jwtauth.RemoteKeySet // of access tokens and ID tokens: one issuer signs both
	authorizer *authorizer.Authorizer
}

func newGuards(p rest.Program) (g guards, err error) {
	if g.settings, err = FromEnvironment(p.Getenv); err != nil {
		return g, err
	}
	g.scopes = p.Route.Scopes
	v, keys, err := g.settings.Verifier(observeKeys(p.Telemetry))
	if err != nil {
		return g, err
	}
	g.keys = keys
	g.authorizer = authorizer.New(v, authorizer.WithObserver(func(ctx context.Context, d authorizer.Decision) {
		if d.Outcome != jwtauth.Label(nil) {
			p.Telemetry.Refused(ctx, d.Outcome)
		}
	}))
	return g, nil
}

func observeKeys(tel *telemetry.Telemetry) func(jwtauth.Event) {
	return func(e jwtauth.Event) {
		switch {
		case e.Kind == jwtauth.EventStale:
			tel.Count(contract.MetricKeysStale)
		case e.Kind == jwtauth.EventFetch && e.Err == nil:
			tel.Count(contract.MetricKeysFetched)
		}
	}
}

func (g guards) required() Guard {
	return func(next rest.Handler) rest.Handler {
		return rest.Handler(g.authorizer.Require(authorizer.HTTPHandler(next), g.scopes...))
	}
}

// orIAM also lets requests through that IAM authorized, if the settings say that an API with
// AWS_IAM routes calls the function: their Authorization header is a signature, not a token.
// Clients cannot set requestContext, but without such an API nothing vouches for it.
func (g guards) orIAM() Guard {
	if !g.settings.IAMAuthorized {
		return g.required()
	}
	return func(next rest.Handler) rest.Handler {
		guarded := g.required()(next)
		return func(ctx context.Context, req rest.Request) (rest.Response, error) {
			if !isIAMAuthorized(req) {
				return guarded(ctx, req)
			}
			resp, err := next(ctx, req)
			headers := map[string]string{"cache-control": "no-store"} // as a guard of tokens does
			maps.Copy(headers, resp.Headers)
			resp.Headers = headers
			return resp, err
		}
	}
}

func isIAMAuthorized(req events.APIGatewayV2HTTPRequest) bool {
	a := req.RequestContext.Authorizer
	return a != nil && a.IAM != nil && a.IAM.UserARN != ""
}
