package tenant

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// oidcScopes are not the API's: OpenID Connect Core, sections 3.1.2.1, 5.4 and 11.
var oidcScopes = []string{"openid", "profile", "email", "offline_access"}

// Login is a person who signs in to an application, or whose application refreshes.
type Login struct {
	Client   Client
	User     User
	Audience string   // the API's identifier, or empty: then the access token is opaque and good for userinfo only
	Scopes   []string // as requested
	Refresh  bool
	Granted  []string // of the refreshed grant: a refresh never widens it (RFC 6749, section 6)
}

// Decision is what a token may say.
type Decision struct {
	Audience     string
	Scopes       []string
	Permissions  []string // in the access_token_authz dialect: what the roles allow, requested or not
	AccessClaims map[string]any
	IDClaims     map[string]any
}

// Login decides what a person gets: the requested scopes, cut to what roles permit, and then changed by the Actions.
// What is not permitted is left out silently, as Auth0 does.
func (t *Tenant) Login(ctx context.Context, l Login) (Decision, error) {
	if err := t.admissible(l); err != nil {
		return Decision{}, err
	}
	permissions := t.permissions(l.User)
	wanted := l.Scopes
	if l.Refresh && len(wanted) == 0 {
		wanted = l.Granted
	}
	allowed := only(wanted, func(s string) bool { return t.permitted(l, permissions, s) })

	var out effects
	for _, a := range t.actions {
		if err := ctx.Err(); err != nil {
			return Decision{}, err
		}
		if err := a.run(t.event(l), &out); err != nil {
			return Decision{}, err
		}
	}
	if out.deniedCode != "" {
		return Decision{}, fmt.Errorf("%w: %s", ErrDenied, out.deniedReason)
	}

	d := Decision{Audience: l.Audience, AccessClaims: out.accessClaims, IDClaims: out.idClaims}
	d.Scopes = outcome(l, wanted, allowed, out)
	if t.API.TokenDialect == "access_token_authz" {
		d.Permissions = permissions
	}
	return d, nil
}

func (t *Tenant) admissible(l Login) error {
	if l.Audience != "" && l.Audience != t.API.Identifier {
		return ErrUnknownAudience
	}
	if !slices.Contains(t.Connection(l.User).EnabledClients, l.Client.Name) {
		return ErrConnection
	}
	return nil
}

// permitted says whether a scope may be granted before any Action runs.
func (t *Tenant) permitted(l Login, permissions []string, scope string) bool {
	switch {
	case scope == "offline_access":
		return l.Audience != "" && t.API.AllowOfflineAccess && slices.Contains(l.Client.GrantTypes, "refresh_token")
	case slices.Contains(oidcScopes, scope):
		return true
	case l.Audience == "" || !slices.Contains(t.API.ScopeNames(), scope):
		return false
	default:
		return !t.API.EnforcePolicies || slices.Contains(permissions, scope)
	}
}

// outcome keeps the order of the request. Auth0 grants what an Action adds even if nobody requested it; after a refresh
// the cut to the first grant is our choice [open].
func outcome(l Login, wanted, allowed []string, out effects) []string {
	asked := append(slices.Clone(wanted), out.added...)
	return only(asked, func(s string) bool {
		granted := (slices.Contains(allowed, s) || slices.Contains(out.added, s)) && !slices.Contains(out.removed, s)
		return granted && (!l.Refresh || slices.Contains(l.Granted, s))
	})
}

// event tells the Actions what Auth0 would: a refresh has no requested_scopes, and what it names stands in its body.
func (t *Tenant) event(l Login) event {
	protocol, requested, body := "oidc-basic-profile", append([]string{}, l.Scopes...), map[string]any{}
	if l.Refresh {
		protocol, requested = "oauth2-refresh-token", []string{}
		if len(l.Scopes) > 0 {
			body["scope"] = strings.Join(l.Scopes, " ")
		}
	}
	connection := t.Connection(l.User)
	ev := event{
		Authorization: map[string]any{"roles": append([]string{}, l.User.Roles...)},
		Client:        map[string]any{"client_id": l.Client.ID, "name": l.Client.Name},
		Connection:    map[string]any{"name": connection.Name, "strategy": connection.Strategy},
		Transaction:   map[string]any{"protocol": protocol, "requested_scopes": requested},
		Request:       map[string]any{"body": body},
		User: map[string]any{
			"user_id": l.User.ID, "name": l.User.Name, "email": l.User.Email, "email_verified": l.User.EmailVerified,
		},
	}
	if l.Audience != "" {
		ev.ResourceServer = map[string]any{"identifier": l.Audience}
	}
	return ev
}

// Machine decides what a program without a user gets: its grant, cut to what it requested if it requested anything.
func (t *Tenant) Machine(c Client, audience string, scopes []string) (Decision, error) {
	if audience != t.API.Identifier {
		return Decision{}, ErrUnknownAudience
	}
	g, ok := find(t.grants, func(g grant) bool { return g.Client == c.Name && g.API == audience })
	if !ok {
		return Decision{}, ErrNoGrant
	}
	granted := only(g.Scopes, func(s string) bool { return len(scopes) == 0 || slices.Contains(scopes, s) })
	d := Decision{Audience: audience, Scopes: granted}
	if t.API.TokenDialect == "access_token_authz" {
		d.Permissions = granted
	}
	return d, nil
}
