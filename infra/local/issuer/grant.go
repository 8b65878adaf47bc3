package issuer

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"

	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

// errUnsigned means that an access token could not be signed.
var errUnsigned = errors.New("issuer: the access token could not be signed")

// Keys of the grant's store, set at the login.
const (
	keyDecision = "decision" // tenant.Decision
	keyAuthTime = "auth_time"
)

// requestedScopes is the context key of a token request's scopes, which the
// library passes to no callback.
type requestedScopes struct{}

// decideGrant decides the scopes of machines and refreshes. Those of a login
// are decided earlier, so that a denial reaches the application.
func (i *Issuer) decideGrant(ctx context.Context, kind goidc.GrantType, g *goidc.Grant) error {
	requested, _ := ctx.Value(requestedScopes{}).([]string)
	var d tenant.Decision
	var err error
	switch kind {
	case goidc.GrantAuthorizationCode:
		return nil
	case goidc.GrantClientCredentials:
		d, err = i.decideMachine(g, requested)
		g.Scopes = strings.Join(d.Scopes, " ")
	case goidc.GrantRefreshToken:
		d, err = i.decideRefresh(ctx, g, requested)
	default:
		err = goidc.NewError(goidc.ErrorCodeUnsupportedGrantType, "unsupported grant type")
	}
	if err != nil {
		return oauthError(err)
	}
	g.Store = maps.Clone(g.Store)
	if g.Store == nil {
		g.Store = map[string]any{}
	}
	g.Store[keyDecision] = d
	return nil
}

func (i *Issuer) decideMachine(g *goidc.Grant, requested []string) (tenant.Decision, error) {
	c, _ := i.tenant.Client(g.ClientID)
	g.Subject = machineSubject(c.ID)
	return i.tenant.Machine(c, firstOf(g.Resources), requested)
}

func (i *Issuer) decideRefresh(ctx context.Context, g *goidc.Grant, requested []string) (tenant.Decision, error) {
	c, _ := i.tenant.Client(g.ClientID)
	user, ok := i.tenant.User(g.Subject)
	if !ok {
		return tenant.Decision{}, goidc.NewError(goidc.ErrorCodeInvalidGrant, "the user no longer exists")
	}
	return i.tenant.Login(ctx, tenant.Login{
		Client: c, User: user, Audience: firstOf(g.Resources), Scopes: requested,
		Refresh: true, Granted: strings.Fields(g.Scopes),
	})
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// oauthError maps a failed decision to an OAuth error (RFC 6749, sections
// 4.1.2.1 and 5.2; RFC 8707).
func oauthError(err error) error {
	var already goidc.Error
	switch {
	case errors.As(err, &already):
		return err
	case errors.Is(err, tenant.ErrUnknownAudience):
		return goidc.WrapError(goidc.ErrorCodeInvalidTarget, "no API has this audience", err)
	case errors.Is(err, tenant.ErrNoGrant):
		return goidc.WrapError(goidc.ErrorCodeAccessDenied, "the application has no grant for this API", err)
	case errors.Is(err, tenant.ErrDenied), errors.Is(err, tenant.ErrConnection):
		return goidc.WrapError(goidc.ErrorCodeAccessDenied, err.Error(), err)
	default:
		return goidc.WrapError("server_error", "the login could not be decided", err).WithStatusCode(http.StatusInternalServerError)
	}
}

func decisionOf(g *goidc.Grant) tenant.Decision {
	d, _ := g.Store[keyDecision].(tenant.Decision)
	return d
}

// setGrantedScopes sets the scope of the token response to the granted scopes.
func setGrantedScopes(_ context.Context, t *goidc.Token, g *goidc.Grant) error {
	t.Scopes = strings.Join(decisionOf(g).Scopes, " ")
	return nil
}

func (i *Issuer) opaqueToken(_ context.Context, g *goidc.Grant, _ *goidc.Client) goidc.TokenOptions {
	return goidc.NewOpaqueTokenOptions(int(i.lifetime(g.ClientID) / time.Second))
}

func (i *Issuer) lifetime(clientID string) time.Duration {
	if clientID == i.web.ID {
		return time.Duration(i.tenant.API.TokenLifetimeForWeb) * time.Second
	}
	return time.Duration(i.tenant.API.TokenLifetime) * time.Second
}

// accessToken returns the access token of a grant. Without an audience it is
// opaque, as at Auth0. The store refuses the empty string of a failure.
func (i *Issuer) accessToken(_ context.Context, g *goidc.Grant) string {
	d := decisionOf(g)
	if d.Audience == "" {
		return rand.Text() + rand.Text()
	}
	token, err := i.sign(i.accessClaims(g.ClientID, g.Subject, d))
	if err != nil {
		return ""
	}
	return token
}

func (i *Issuer) idTokenClaims(_ context.Context, g *goidc.Grant) map[string]any {
	user, _ := i.tenant.User(g.Subject)
	d := decisionOf(g)
	claims := profileClaims(user, d.Scopes)
	maps.Copy(claims, d.IDClaims)
	claims["auth_time"] = g.Store[keyAuthTime]
	return claims
}
