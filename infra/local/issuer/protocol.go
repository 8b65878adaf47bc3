package issuer

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"

	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

const codeLifetimeSeconds = 60

// errNoAssertions means that a client tried to authenticate with a JWT.
var errNoAssertions = errors.New("issuer: client assertions are not supported")

// newProtocol configures the library, which implements the protocol. The tenant
// decides the scopes. [Issuer.sign] writes the access tokens, which are opaque
// strings for the library: its own JWTs have claims that Auth0's lack.
func (i *Issuer) newProtocol() (http.Handler, error) {
	config := provider.Config{
		Issuer: i.url, Manager: i.store, JWKS: i.privateKeys,
		IDTokenAlgs: []goidc.SignatureAlgorithm{goidc.SigAlgRS256},
	}
	server, err := provider.New(config, slices.Concat(i.clientOptions(), i.tokenOptions(), i.grantOptions(), i.logoutOptions())...)
	if err != nil {
		return nil, err
	}
	return server.Handler(), nil
}

func (i *Issuer) clientOptions() []provider.Option {
	return []provider.Option{
		provider.WithStaticClients(i.clients()...),
		provider.WithNoneAuthn(),
		provider.WithSecretPostAuthn(),
		provider.WithJTIConsumer(func(context.Context, string) error { return errNoAssertions }),
		provider.WithErrorRenderer(i.showError),
		provider.WithErrorHandler(i.logError),
	}
}

func (i *Issuer) tokenOptions() []provider.Option {
	return []provider.Option{
		provider.WithTokenEndpoint(pathToken),
		provider.WithJWKSEndpoint(pathJWKS),
		provider.WithUserInfoEndpoint(pathUserInfo),
		provider.WithScopes(i.scopes()...),
		provider.WithResourceIndicators([]goidc.ResourceIndicator{i.tenant.API.Identifier}),
		provider.WithIDTokenLifetime(i.web.IDTokens.LifetimeSeconds),
		provider.WithIDTokenClaims(i.idTokenClaims),
		provider.WithTokenOptions(i.opaqueToken, provider.WithOpaqueTokens(i.store), provider.WithOpaqueTokenFunc(i.accessToken)),
		provider.WithGrantHandler(i.decideGrant),
		provider.WithTokenHandler(setGrantedScopes),
	}
}

func (i *Issuer) grantOptions() []provider.Option {
	code := provider.AuthCodeGrantConfig{Manager: i.store, ResponseTypes: []goidc.ResponseType{goidc.ResponseTypeCode}}
	return []provider.Option{
		provider.WithAuthorizeEndpoint(pathAuthorize),
		provider.WithAuthCodeGrant(
			code,
			provider.WithAuthPolicies(goidc.NewPolicy("login", always, i.login)),
			provider.WithAuthCodeLifetime(codeLifetimeSeconds),
			provider.WithIssuerResponseParameter(),
			provider.WithPKCE([]goidc.CodeChallengeMethod{goidc.CodeChallengeMethodSHA256}, provider.WithPKCERequired()),
		),
		provider.WithRefreshTokenGrant(
			i.store,
			provider.WithRefreshTokenRotation(),
			provider.WithRefreshTokenLifetime(i.refreshPolicy().IdleTokenLifetime),
			provider.WithRefreshTokenShouldIssue(wantsRefresh),
		),
		provider.WithClientCredentialsGrant(),
	}
}

func (i *Issuer) logoutOptions() []provider.Option {
	return []provider.Option{
		provider.WithTokenRevocation(
			func(context.Context, *goidc.Client) bool { return true },
			provider.WithTokenRevocationEndpoint(pathRevoke),
		),
		provider.WithLogout(
			provider.LogoutConfig{Manager: i.store, HandleFunc: i.showSignedOut},
			provider.WithLogoutEndpoint(pathLogout),
			provider.WithLogoutPolicies(goidc.NewLogoutPolicy("logout", func(*http.Request, *goidc.LogoutSession) bool { return true }, i.logout)),
		),
	}
}

func wantsRefresh(_ context.Context, _ *goidc.Client, g *goidc.Grant) bool {
	return slices.Contains(strings.Fields(g.Scopes), "offline_access")
}

func always(*http.Request, *goidc.AuthnSession, *goidc.Client) bool { return true }

func (i *Issuer) refreshPolicy() tenant.RefreshTokenPolicy {
	if i.web.RefreshToken == nil {
		return tenant.RefreshTokenPolicy{}
	}
	return *i.web.RefreshToken
}

func (i *Issuer) scopeNames() []string {
	return slices.Concat(userScopes, []string{"offline_access"}, i.tenant.API.ScopeNames())
}

func (i *Issuer) scopes() []goidc.Scope {
	var scopes []goidc.Scope
	for _, name := range i.scopeNames() {
		scopes = append(scopes, goidc.NewScope(name))
	}
	return scopes
}

// clients converts the tenant's applications for the library.
func (i *Issuer) clients() []*goidc.Client {
	var clients []*goidc.Client
	for _, c := range i.tenant.Clients {
		meta := goidc.ClientMeta{
			Name: c.Name, ApplicationType: goidc.ApplicationTypeWeb, TokenAuthnMethod: goidc.AuthnMethod(c.AuthMethod),
			RedirectURIs: c.Callbacks, PostLogoutRedirectURIs: c.LogoutURLs, ScopeIDs: strings.Join(i.scopeNames(), " "),
			ResponseTypes: []goidc.ResponseType{goidc.ResponseTypeCode},
		}
		for _, g := range c.GrantTypes {
			meta.GrantTypes = append(meta.GrantTypes, goidc.GrantType(g))
		}
		client := &goidc.Client{ID: c.ID, ClientMeta: meta}
		if meta.TokenAuthnMethod != goidc.AuthnMethodNone {
			client.Secret = i.keys.machineSecret()
		}
		clients = append(clients, client)
	}
	return clients
}

func (i *Issuer) privateKeys(context.Context) (goidc.JSONWebKeySet, error) {
	var set goidc.JSONWebKeySet
	for _, k := range i.keys.current() {
		set.Keys = append(set.Keys, goidc.JSONWebKey{Key: k.private, KeyID: k.id, Algorithm: "RS256", Use: "sig"})
	}
	return set, nil
}
