package tenant

// API is the resource server.
type API struct {
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
	Value string `json:"value"`
}

// ScopeNames lists the scopes in the order of the file.
func (a API) ScopeNames() []string {
	names := make([]string, len(a.Scopes))
	for i, s := range a.Scopes {
		names[i] = s.Value
	}
	return names
}

// hasPermissions reports whether access tokens list the permissions.
func (a API) hasPermissions() bool { return a.TokenDialect == "access_token_authz" }

// Client is an application. Its id is the name of the file.
type Client struct {
	ID           string
	Name         string              `json:"name"`
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

// RefreshTokenPolicy has the lifetimes of a refresh token in seconds.
type RefreshTokenPolicy struct {
	TokenLifetime     int `json:"token_lifetime"`
	IdleTokenLifetime int `json:"idle_token_lifetime"`
}

// Connection is a source of users.
type Connection struct {
	Name           string   `json:"name"`
	Strategy       string   `json:"strategy"`
	DisplayName    string   `json:"display_name"`
	EnabledClients []string `json:"enabled_clients"`
}

// IsDatabase reports whether the users have a password.
func (c Connection) IsDatabase() bool { return c.Strategy == "auth0" }

// User is a local user of users.json.
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
	Client string   `json:"client_id"` // the name, which the deployment replaces by the id
	API    string   `json:"audience"`
	Scopes []string `json:"scope"`
}
