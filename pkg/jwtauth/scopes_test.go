package jwtauth_test

import (
	"slices"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestScopes(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	for name, c := range map[string]struct {
		claims string // JSON members
		want   []string
		err    error
	}{
		"one":          {`"scope":"a:b"`, []string{"a:b"}, nil},
		"two":          {`"scope":"a b"`, []string{"a", "b"}, nil},
		"spaces":       {`"scope":"  a  b "`, []string{"a", "b"}, nil},
		"list":         {`"scope":["a","b"]`, []string{"a", "b"}, nil},
		"nine":         {`"scope":"a b c d e f g h i"`, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}, nil},
		"scp":          {`"scp":"a b"`, []string{"a", "b"}, nil},
		"scp list":     {`"scp":["a","b"]`, []string{"a", "b"}, nil},
		"escaped text": {`"scope":"\u0061 b"`, []string{"a", "b"}, nil},
		// Nothing grants nothing, and is no fault of the token.
		"absent":     {`"x":1`, nil, nil},
		"empty":      {`"scope":""`, nil, nil},
		"space":      {`"scope":" "`, nil, nil},
		"empty list": {`"scope":[]`, nil, nil},
		// scp decides alone where it is there: adding scope to it would grant what neither claim
		// does.
		"scp before scope":      {`"scp":"a","scope":"b"`, []string{"a"}, nil},
		"scope before scp":      {`"scope":"b","scp":["a"]`, []string{"a"}, nil},
		"empty scp":             {`"scp":"","scope":"b"`, nil, nil},
		"bad scp, good scope":   {`"scp":5,"scope":"b"`, nil, jwtauth.InvalidClaims},
		"null scp, good scope":  {`"scp":null,"scope":"b"`, nil, jwtauth.InvalidClaims},
		"permissions, no scope": {`"permissions":["a"]`, nil, nil},
		// Only spaces separate (RFC 6749 section 3.3).
		"comma":          {`"scope":"a,b"`, []string{"a,b"}, nil},
		"tab":            {`"scope":"a\tb"`, []string{"a\tb"}, nil},
		"no-break space": {`"scope":"a\u00a0b"`, []string{"a\u00a0b"}, nil},
		// An element of a list is one scope. Joined for a log or a header, "a b" would grant a and
		// b.
		"list with a space":   {`"scope":["a b"]`, nil, jwtauth.InvalidClaims},
		"second has a space":  {`"scope":["a","b c"]`, nil, jwtauth.InvalidClaims},
		"space at the end":    {`"scp":["a "]`, nil, jwtauth.InvalidClaims},
		"escaped space":       {`"scp":["a\u0020b"]`, nil, jwtauth.InvalidClaims},
		"good scope, bad scp": {`"scp":["a b"],"scope":"a"`, nil, jwtauth.InvalidClaims},
		// Another shape is refused and not guessed at.
		"null":         {`"scope":null`, nil, jwtauth.InvalidClaims},
		"number":       {`"scope":5`, nil, jwtauth.InvalidClaims},
		"true":         {`"scope":true`, nil, jwtauth.InvalidClaims},
		"object":       {`"scope":{"a":true}`, nil, jwtauth.InvalidClaims},
		"mixed list":   {`"scope":[1,"a"]`, nil, jwtauth.InvalidClaims},
		"list of null": {`"scope":["a",null]`, nil, jwtauth.InvalidClaims},
		"nested list":  {`"scope":[["a"]]`, nil, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			body := payload(issuer, jwtauthtest.Without("scope"))
			token := issuer.Token(jwtauthtest.ClaimsJSON(with(body, c.claims)))
			expect(t, v, token, c.err)
			if got, err := v.Verify(t.Context(), token); err == nil && !slices.Equal(got.Scopes, c.want) {
				t.Errorf("scopes %q, want %q", got.Scopes, c.want)
			}
		})
	}
}

func TestHasScope(t *testing.T) {
	token := &jwtauth.Token{Scopes: []string{"list:unicorns", "*", ""}}
	for scope, want := range map[string]bool{
		"list:unicorns": true, "*": true,
		// No prefix, no part, no other case, no wildcard, and not the empty scope.
		"list:unicorn": false, "unicorns": false, "list": false, "xlist:unicorns": false, "LIST:UNICORNS": false,
		"list:unicorns ": false, "list:*": false, "update:pets": false, "": false,
	} {
		if token.HasScope(scope) != want {
			t.Errorf("%q: %v", scope, !want)
		}
	}
	if (*jwtauth.Token)(nil).HasScope("*") {
		t.Error("no token has a scope")
	}
}

func TestPermissions(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{Permissions: true})
	for name, c := range map[string]struct {
		permissions string
		has         bool
		err         error
	}{
		"listed":     {`["update:pets"]`, true, nil},
		"not listed": {`["read:pets"]`, false, nil},
		"empty":      {`[]`, false, nil},
		"a string":   {`"update:pets"`, false, jwtauth.InvalidClaims},
		"null":       {`null`, false, jwtauth.InvalidClaims},
		"mixed":      {`["update:pets",5]`, false, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			token := issuer.Token(claim("permissions", c.permissions)...)
			expect(t, v, token, c.err)
			if got, err := v.Verify(t.Context(), token); err == nil && got.HasScope("update:pets") != c.has {
				t.Errorf("has it: %v", !c.has)
			}
		})
	}
}
