package jwtauth_test

import (
	"slices"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestScopeClaim(t *testing.T) {
	issuer := newIssuer(t)
	roles := issuer.NewVerifier(jwtauth.Config{ScopeClaim: "roles"})
	groups := issuer.NewVerifier(jwtauth.Config{ScopeClaim: "cognito:groups"})
	nested := issuer.NewVerifier(jwtauth.Config{ScopeClaim: "realm_access.roles"})
	deep := issuer.NewVerifier(jwtauth.Config{ScopeClaim: "resource_access.pets.roles"})
	url := issuer.NewVerifier(jwtauth.Config{ScopeClaim: "https://api.example/roles"})
	for name, c := range map[string]struct {
		v      verifier
		claims string // JSON members
		want   []string
		err    error
	}{
		"list":           {roles, `"roles":["a","b"]`, []string{"a", "b"}, nil},
		"text":           {roles, `"roles":"a b"`, []string{"a", "b"}, nil},
		"space in list":  {roles, `"roles":["Pet Admin"]`, []string{"Pet Admin"}, nil},
		"escaped name":   {roles, `"rol\u0065s":["a"]`, []string{"a"}, nil},
		"colon":          {groups, `"cognito:groups":["a"]`, []string{"a"}, nil},
		"nested":         {nested, `"realm_access":{"x":1,"roles":["a","\u0062"]}`, []string{"a", "b"}, nil},
		"nested text":    {nested, `"realm_access":{"roles":"a b"}`, []string{"a", "b"}, nil},
		"three levels":   {deep, `"resource_access":{"pets":{"roles":["a"]}}`, []string{"a"}, nil},
		"URL":            {url, `"https://api.example/roles":["a"]`, []string{"a"}, nil},
		"far behind":     {roles, numbered(100) + "," + `"roles":["a"]`, []string{"a"}, nil},
		"nested in many": {nested, numbered(100) + "," + `"realm_access":{` + numbered(100) + "," + `"roles":["a"]}`, []string{"a"}, nil},
		// Nothing else grants anything.
		"absent":                   {roles, `"x":1`, nil, nil},
		"scope instead":            {roles, `"scope":"a"`, nil, nil},
		"scp instead":              {roles, `"scp":["a"]`, nil, nil},
		"beside scope and scp":     {roles, `"scope":"a","roles":["b"],"scp":"c"`, []string{"b"}, nil},
		"another case":             {roles, `"Roles":["a"]`, nil, nil},
		"nested elsewhere":         {roles, `"realm_access":{"roles":["a"]}`, nil, nil},
		"not nested":               {nested, `"roles":["a"]`, nil, nil},
		"a name with the dot":      {nested, `"realm_access.roles":["a"]`, nil, nil},
		"nested, absent":           {nested, `"realm_access":{}`, nil, nil},
		"nested, half of the path": {deep, `"resource_access":{"roles":["a"]}`, nil, nil},
		"nested, another client":   {deep, `"resource_access":{"account":{"roles":["a"]}}`, nil, nil},
		"URL in parts":             {url, `"https://api":{"example/roles":["a"]}`, nil, nil},
		"empty":                    {roles, `"roles":[]`, nil, nil},
		// Another shape is refused and not guessed at.
		"null":               {roles, `"roles":null`, nil, jwtauth.InvalidClaims},
		"number":             {roles, `"roles":5`, nil, jwtauth.InvalidClaims},
		"object":             {roles, `"roles":{"a":true}`, nil, jwtauth.InvalidClaims},
		"mixed list":         {roles, `"roles":["a",5]`, nil, jwtauth.InvalidClaims},
		"nested null":        {nested, `"realm_access":{"roles":null}`, nil, jwtauth.InvalidClaims},
		"parent is null":     {nested, `"realm_access":null`, nil, jwtauth.InvalidClaims},
		"parent is a list":   {nested, `"realm_access":["roles"]`, nil, jwtauth.InvalidClaims},
		"parent is a string": {nested, `"realm_access":"roles"`, nil, jwtauth.InvalidClaims},
		"parent is a number": {deep, `"resource_access":{"pets":5}`, nil, jwtauth.InvalidClaims},
		"twice":              {roles, `"roles":["a"],"roles":["b"]`, nil, jwtauth.InvalidClaims},
		"nested, twice":      {nested, `"realm_access":{"roles":["a"],"roles":["b"]}`, nil, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			token := issuer.Token(jwtauthtest.ClaimsJSON(with(payload(issuer, jwtauthtest.Without("scope")), c.claims)))
			expect(t, c.v, token, c.err)
			if got, err := c.v.Verify(t.Context(), token); err == nil && !slices.Equal(got.Scopes, c.want) {
				t.Errorf("scopes %q, want %q", got.Scopes, c.want)
			}
		})
	}
}

// TestScopesOfDecisions makes sure that scopes of an issuer's own claim count as any others.
func TestScopesOfDecisions(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{ScopeClaim: "roles", CacheSize: 4})
	token := issuer.Token(jwtauthtest.Claim("roles", []string{"read:pets"}), jwtauthtest.Scopes("update:pets"))
	for range 2 {
		got, err := v.Verify(t.Context(), token)
		if err != nil || !got.HasScope("read:pets") || got.HasScope("update:pets") {
			t.Error("roles count, and scope does not:", got, err)
		}
	}
}
