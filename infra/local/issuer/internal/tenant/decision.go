package tenant

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// oidcScopes are defined in OpenID Connect Core, sections 3.1.2.1, 5.4 and 11.
var oidcScopes = []string{"openid", "profile", "email", "offline_access"}

// Login is the login of a user at an application, or a refresh.
type Login struct {
	Client   Client
	User     User
	Audience string   // the API's identifier; empty for userinfo only
	Scopes   []string // as requested
	Refresh  bool
	Granted  []string // scopes of the refreshed grant
}

// Decision is the content of the tokens.
type Decision struct {
	Audience     string
	Scopes       []string
	Permissions  []string // all scopes of the roles; nil without the authz dialect
	AccessClaims map[string]any
	IDClaims     map[string]any
}

// Login grants the requested scopes that the roles permit, changed by the
// Actions. Like Auth0, it silently omits scopes that are not permitted.
func (t *Tenant) Login(ctx context.Context, l Login) (Decision, error) {
	if err := t.checkLogin(l); err != nil {
		return Decision{}, err
	}
	permissions := t.permissions(l.User)
	requested := l.Scopes
	if l.Refresh && len(requested) == 0 {
		requested = l.Granted
	}
	permitted := filter(requested, func(s string) bool { return t.permitted(l, permissions, s) })

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
	d.Scopes = grantedScopes(l, requested, permitted, out)
	if t.API.hasPermissions() {
		d.Permissions = permissions
	}
	return d, nil
}

func (t *Tenant) checkLogin(l Login) error {
	if l.Audience != "" && l.Audience != t.API.Identifier {
		return ErrUnknownAudience
	}
	if !slices.Contains(t.Connection(l.User).EnabledClients, l.Client.Name) {
		return ErrConnection
	}
	return nil
}

// permitted reports whether a scope may be granted before any Action runs.
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

// grantedScopes applies the Actions. Auth0 also grants added scopes that were
// not requested; that a refresh is limited to the first grant is [open].
func grantedScopes(l Login, requested, permitted []string, out effects) []string {
	return filter(slices.Concat(requested, out.added), func(s string) bool {
		granted := (slices.Contains(permitted, s) || slices.Contains(out.added, s)) && !slices.Contains(out.removed, s)
		return granted && (!l.Refresh || slices.Contains(l.Granted, s))
	})
}

// event returns Auth0's event. A refresh has its scopes in the request body
// instead of requested_scopes.
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

// Machine grants the scopes of the machine's grant, limited to the requested
// ones if there are any.
func (t *Tenant) Machine(c Client, audience string, scopes []string) (Decision, error) {
	if audience != t.API.Identifier {
		return Decision{}, ErrUnknownAudience
	}
	g, ok := find(t.grants, func(g grant) bool { return g.Client == c.Name && g.API == audience })
	if !ok {
		return Decision{}, ErrNoGrant
	}
	granted := filter(g.Scopes, func(s string) bool { return len(scopes) == 0 || slices.Contains(scopes, s) })
	d := Decision{Audience: audience, Scopes: granted}
	if t.API.hasPermissions() {
		d.Permissions = granted
	}
	return d, nil
}
