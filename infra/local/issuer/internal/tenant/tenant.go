// Package tenant decides which scopes a user or a machine gets, from the files
// of the Auth0 tenant.
//
// [Load] reads the API, applications, connections, roles, grants and post-login
// Actions in the directory format of auth0-deploy-cli. [Tenant.Login] decides
// for users and runs the Actions; [Tenant.Machine] decides for machines.
// Inconsistent files fail the load; an Action that throws fails the login.
package tenant

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Errors of a decision. Their texts are shown to the user.
var (
	// ErrUnknownAudience means that no API of the tenant has the requested
	// identifier.
	ErrUnknownAudience = errors.New("no API has this identifier")
	// ErrNoGrant means that a machine has no grant for the API.
	ErrNoGrant = errors.New("the application has no grant for this API")
	// ErrDenied means that an Action refused the login.
	ErrDenied = errors.New("an Action denied the login")
	// ErrAction means that an Action threw, hung, or used an unsupported API.
	ErrAction = errors.New("an Action failed")
	// ErrConnection means that the user's connection is not enabled for the
	// application.
	ErrConnection = errors.New("the connection is not enabled for this application")
)

// Tenant is the content of the files. It is safe for concurrent use.
type Tenant struct {
	API     API
	Clients []Client
	Users   []User

	connections []Connection
	roles       []role
	grants      []grant
	actions     []action
}

// Load reads the tenant's files for a page with the given origins. The error
// joins all problems.
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

// check returns all references to missing entries.
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

// UserAs finds a user by the short name.
func (t *Tenant) UserAs(as string) (User, bool) {
	return find(t.Users, func(u User) bool { return u.As == as })
}

// User finds a user by subject.
func (t *Tenant) User(id string) (User, bool) {
	return find(t.Users, func(u User) bool { return u.ID == id })
}

// Connection returns the connection of a user.
func (t *Tenant) Connection(u User) Connection {
	c, _ := t.connection(u.ConnectionName)
	return c
}

func (t *Tenant) connection(name string) (Connection, bool) {
	return find(t.connections, func(c Connection) bool { return c.Name == name })
}

// permissions returns the scopes of the user's roles, in the API's order.
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
	return filter(t.API.ScopeNames(), func(s string) bool { return has[s] })
}

func find[T any](list []T, match func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}

// filter returns the distinct matching strings in order, never nil.
func filter(list []string, keep func(string) bool) []string {
	kept := make([]string, 0, len(list))
	for _, s := range list {
		if keep(s) && !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}
