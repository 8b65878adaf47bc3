package contract

// The scopes of the API (RFC 6749, section 3.3). The tenant, infra/auth0, declares and grants them.
const (
	ScopeUpdatePets   = "update:pets"
	ScopePurchasePets = "purchase:pets"
	ScopeReadUnicorn  = "read:unicorn"
	ScopeListUnicorns = "list:unicorns"
)

// Scopes returns every scope of the API with its description.
func Scopes() []ScopeDescription {
	return []ScopeDescription{
		{ScopeUpdatePets, "Save the catalog of pets"},
		{ScopePurchasePets, "Buy a pet"},
		{ScopeReadUnicorn, "Look a unicorn up by its name"},
		{ScopeListUnicorns, "List all unicorns"},
	}
}

// A ScopeDescription is a scope and what it permits.
type ScopeDescription struct {
	Scope       string
	Description string
}
