// Package tenant reads the files of the Auth0 tenant and decides as Auth0 does who gets which scopes.
//
// [Load] reads the API, the applications, the connections, the roles, the grants and the post-login Actions from the
// directory format of auth0-deploy-cli, with the keywords replaced for a laptop. [Tenant.Login] and [Tenant.Machine]
// are the only decisions: a login in the browser, a refresh and a token for the command line all go through them, and
// they run the real Actions. Files that do not fit together fail the load, and an Action that throws fails the login:
// in doubt nothing is granted.
package tenant

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Errors of a decision. They are for the person who signs in or asks for a token, and contain nothing secret.
var (
	// ErrUnknownAudience says that no API of the tenant has the requested identifier.
	ErrUnknownAudience = errors.New("no API has this identifier")
	// ErrNoGrant says that a machine asked for an API that it has no grant for.
	ErrNoGrant = errors.New("the application has no grant for this API")
	// ErrDenied says that an Action refused the login.
	ErrDenied = errors.New("an Action denied the login")
	// ErrAction says that an Action threw, hung, or used what is not there.
	ErrAction = errors.New("an Action failed")
	// ErrConnection says that the user's connection is not enabled for the application.
	ErrConnection = errors.New("the connection is not enabled for this application")
)

// Tenant is what the files say. It is read-only after Load and safe for concurrent use.
type Tenant struct {
	API     API
	Clients []Client
	Users   []User

	connections []Connection
	roles       []role
	grants      []grant
	actions     []action
}

// API is the resource server.
type API struct {
	Name                string  `json:"name"`
	Identifier          string  `json:"identifier"`
	EnforcePolicies     bool    `json:"enforce_policies"`
	TokenDialect        string  `json:"token_dialect"`
	AllowOfflineAccess  bool    `json:"allow_offline_access"`
	TokenLifetime       int     `json:"token_lifetime"`
	TokenLifetimeForWeb int     `json:"token_lifetime_for_web"`
	Scopes              []Scope `json:"scopes"`
}

// Scope is one permission of the API.
type Scope struct {
	Value       string `json:"value"`
	Description string `json:"description"`
}

// ScopeNames lists the scopes in the order of the file.
func (a API) ScopeNames() []string {
	names := make([]string, len(a.Scopes))
	for i, s := range a.Scopes {
		names[i] = s.Value
	}
	return names
}

// Client is an application. Auth0 invents the id when it creates one; here it is the name of the file.
type Client struct {
	ID           string
	Name         string              `json:"name"`
	AppType      string              `json:"app_type"`
	AuthMethod   string              `json:"token_endpoint_auth_method"`
	GrantTypes   []string            `json:"grant_types"`
	Callbacks    []string            `json:"callbacks"`
	LogoutURLs   []string            `json:"allowed_logout_urls"`
	WebOrigins   []string            `json:"web_origins"`
	IDTokens     IDTokenRules        `json:"jwt_configuration"`
	RefreshToken *RefreshTokenPolicy `json:"refresh_token"`
}

// IDTokenRules are an application's rules for ID tokens.
type IDTokenRules struct {
	LifetimeSeconds int `json:"lifetime_in_seconds"`
}

// RefreshTokenPolicy says how long a refresh token lives; rotation is not optional for a page.
type RefreshTokenPolicy struct {
	RotationType      string `json:"rotation_type"`
	TokenLifetime     int    `json:"token_lifetime"`
	IdleTokenLifetime int    `json:"idle_token_lifetime"`
}

// Connection is where users come from.
type Connection struct {
	Name           string   `json:"name"`
	Strategy       string   `json:"strategy"`
	DisplayName    string   `json:"display_name"`
	EnabledClients []string `json:"enabled_clients"`
}

// IsDatabase reports whether its users have a password.
func (c Connection) IsDatabase() bool { return c.Strategy == "auth0" }

// User is a person of the laptop's users.json.
type User struct {
	As             string   `json:"as"`
	ID             string   `json:"user_id"`
	ConnectionName string   `json:"connection"`
	Name           string   `json:"name"`
	Email          string   `json:"email"`
	EmailVerified  bool     `json:"email_verified"`
	Roles          []string `json:"roles"`
}

type role struct {
	Name        string `json:"name"`
	Permissions []struct {
		API  string `json:"resource_server_identifier"`
		Name string `json:"permission_name"`
	} `json:"permissions"`
}

type grant struct {
	Client string   `json:"client_id"` // the name: the deployment tool turns it into the id
	API    string   `json:"audience"`
	Scopes []string `json:"scope"`
}

// Load reads the tenant's files. Every web origin takes the place of the keyword for the page's origin in turn.
func Load(files fs.FS, webOrigins []string) (*Tenant, error) {
	if len(webOrigins) == 0 {
		return nil, errors.New("tenant: no web origin")
	}
	r := reader{files: files, origins: webOrigins}
	t := &Tenant{
		API:         first(readAll[API](&r, "resource-servers/*.json")),
		Clients:     r.clients(),
		connections: readAll[Connection](&r, "connections/*.json", "database-connections/*/database.json"),
		roles:       readAll[role](&r, "roles/*.json"),
		grants:      readAll[grant](&r, "grants/*.json"),
		actions:     r.actions(),
		Users:       r.users(),
	}
	r.fail(t.check())
	return t, errors.Join(r.errs...)
}

func first(apis []API) API {
	if len(apis) == 0 {
		return API{}
	}
	return apis[0]
}

// check complains about everything that a decision would stumble over later.
func (t *Tenant) check() error {
	var errs []error
	if t.API.Identifier == "" {
		errs = append(errs, errors.New("tenant: no API with an identifier"))
	}
	for _, u := range t.Users {
		if _, ok := t.connection(u.ConnectionName); !ok {
			errs = append(errs, fmt.Errorf("tenant: user %q: unknown connection %q", u.As, u.ConnectionName))
		}
		for _, name := range u.Roles {
			if !slices.ContainsFunc(t.roles, func(r role) bool { return r.Name == name }) {
				errs = append(errs, fmt.Errorf("tenant: user %q: unknown role %q", u.As, name))
			}
		}
	}
	return errors.Join(errs...)
}

// Client finds an application by its id.
func (t *Tenant) Client(id string) (Client, bool) {
	return find(t.Clients, func(c Client) bool { return c.ID == id })
}

// UserAs finds a user by the short name that people type.
func (t *Tenant) UserAs(as string) (User, bool) {
	return find(t.Users, func(u User) bool { return u.As == as })
}

// User finds a user by subject.
func (t *Tenant) User(id string) (User, bool) {
	return find(t.Users, func(u User) bool { return u.ID == id })
}

// Connection tells where a user comes from.
func (t *Tenant) Connection(u User) Connection {
	c, _ := t.connection(u.ConnectionName)
	return c
}

func (t *Tenant) connection(name string) (Connection, bool) {
	return find(t.connections, func(c Connection) bool { return c.Name == name })
}

// permissions lists what the user's roles allow at the API, in the order of the API's scopes.
func (t *Tenant) permissions(u User) []string {
	has := map[string]bool{}
	for _, r := range t.roles {
		if !slices.Contains(u.Roles, r.Name) {
			continue
		}
		for _, p := range r.Permissions {
			has[p.Name] = has[p.Name] || p.API == t.API.Identifier
		}
	}
	return only(t.API.ScopeNames(), func(s string) bool { return has[s] })
}

func find[T any](list []T, match func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}

// only keeps the order and never returns nil: these lists become JSON arrays.
func only(list []string, keep func(string) bool) []string {
	kept := make([]string, 0, len(list))
	for _, s := range list {
		if keep(s) && !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}
