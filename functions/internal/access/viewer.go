package access

import (
	"context"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/pkg/authorizer"
)

// Viewer returns what the verified token of the request lets its caller see of
// the list.
func Viewer(ctx context.Context) pets.Viewer {
	token, verified := authorizer.IdentityFrom(ctx)
	if !verified {
		return pets.Viewer{}
	}
	return pets.Viewer{Subject: token.Subject, All: token.HasScope(contract.ScopeUpdatePets)}
}
