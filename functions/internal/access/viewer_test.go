package access_test

import (
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	jt "example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// verified returns the token that the text is.
func verified(t *testing.T, v *jwtauth.Verifier, text string) *jwtauth.Token {
	t.Helper()
	token, err := v.Verify(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestViewer(t *testing.T) {
	issuer := jt.NewIssuer(t)
	v := issuer.Verifier()
	for _, tt := range []struct {
		name  string
		token string
		want  pets.Viewer
	}{
		{"administrator", issuer.Token(jt.Scopes(contract.ScopePurchasePets, contract.ScopeUpdatePets)), pets.Viewer{Subject: jt.Subject, All: true}},

		{"buyer", issuer.Token(jt.Scopes(contract.ScopePurchasePets)), pets.Viewer{Subject: jt.Subject}},
		{"no scope", issuer.Token(jt.Scopes()), pets.Viewer{Subject: jt.Subject}},
		{"a longer scope", issuer.Token(jt.Scopes(contract.ScopeUpdatePets + "2")), pets.Viewer{Subject: jt.Subject}},
		{"in other letters", issuer.Token(jt.Scopes("Update:Pets")), pets.Viewer{Subject: jt.Subject}},
		{"anonymous", "", pets.Viewer{}},
	} {
		ctx := t.Context()
		if tt.token != "" {
			ctx = authorizer.WithIdentity(ctx, verified(t, v, tt.token))
		}
		if got := access.Viewer(ctx); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
