package access

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/functions/internal/telemetry"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// A Guard lets a request through to next if it has any one of the scopes.
type Guard func(next authorizer.HTTPHandler, scopes ...string) authorizer.HTTPHandler

// Guard makes the guard of a function.
func (s Settings) Guard(tel *telemetry.Telemetry) (*authorizer.Authorizer, error) {
	keys, err := s.keySet(tel)
	if err != nil {
		return nil, err
	}
	return s.guard(tel, keys)
}

// keySet is shared by the verifiers of both kinds of token: one issuer signs both.
func (s Settings) keySet(tel *telemetry.Telemetry) (*jwtauth.RemoteKeySet, error) {
	return jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: s.Issuer, URL: s.JWKSURL, Observe: func(e jwtauth.Event) {
		switch {
		case e.Kind == jwtauth.EventStale:
			tel.Count(telemetry.KeysStale)
		case e.Kind == jwtauth.EventFetch && e.Err == nil:
			tel.Count(telemetry.KeysFetched)
		}
	}})
}

func (s Settings) guard(tel *telemetry.Telemetry, keys jwtauth.KeySet) (*authorizer.Authorizer, error) {
	v, err := jwtauth.New(jwtauth.Config{Issuer: s.Issuer, Audiences: s.Audiences}, keys)
	if err != nil {
		return nil, err
	}
	return authorizer.New(v, authorizer.WithObserver(func(ctx context.Context, d authorizer.Decision) {
		if d.Outcome != jwtauth.Label(nil) {
			tel.Refused(ctx, d.Outcome)
		}
	})), nil
}

// Selling makes the guard of the purchase route and the reader of its buyers.
func (s Settings) Selling(tel *telemetry.Telemetry) (Guard, *Buyers, error) {
	keys, err := s.keySet(tel)
	if err != nil {
		return nil, nil, err
	}
	guard, err := s.guard(tel, keys)
	if err != nil {
		return nil, nil, err
	}
	idTokens, err := jwtauth.New(jwtauth.Config{
		Issuer: s.Issuer, Audiences: []string{s.ClientID}, Profile: jwtauth.IDToken,
	}, keys)
	if err != nil {
		return nil, nil, err
	}
	buyers := &Buyers{IDTokens: idTokens, EmailClaims: s.emailClaims(), Telemetry: tel}
	return s.orIAM(guard), buyers, nil
}

// Updating makes the guard of the update route.
func (s Settings) Updating(tel *telemetry.Telemetry) (Guard, error) {
	guard, err := s.Guard(tel)
	if err != nil {
		return nil, err
	}
	return s.orIAM(guard), nil
}

// orIAM also lets through what IAM has authorized, where the settings say that
// an API with AWS_IAM routes calls the function: its Authorization header is a
// signature, and no token. API Gateway fills requestContext, a client cannot;
// but only where somebody has made such an API does it stand for anything.
func (s Settings) orIAM(guard *authorizer.Authorizer) Guard {
	return func(next authorizer.HTTPHandler, scopes ...string) authorizer.HTTPHandler {
		guarded := guard.Require(next, scopes...)
		return func(ctx context.Context, req events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			if !s.IAMAuthorized || !byIAM(req) {
				return guarded(ctx, req)
			}
			resp, err := next(ctx, req)
			if resp.Headers != nil {
				resp.Headers["cache-control"] = "no-store"
			}
			return resp, err
		}
	}
}

func byIAM(req events.APIGatewayV2HTTPRequest) bool {
	a := req.RequestContext.Authorizer
	return a != nil && a.IAM != nil && a.IAM.UserARN != ""
}
