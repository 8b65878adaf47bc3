package jwtauth_test

import (
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestIssuers has two issuers with the same key id, different algorithms and different audiences.
func TestIssuers(t *testing.T) {
	a, b, foreign := newIssuer(t), newIssuer(t), newIssuer(t)
	a.Withdraw("k1")
	a.Rotate("k1", "RS256")
	b.Withdraw("k1")
	b.Rotate("k1", "ES256")
	both, err := jwtauth.NewIssuers(
		a.NewVerifier(jwtauth.Config{Algorithms: []string{"RS256"}}),
		b.NewVerifier(jwtauth.Config{Algorithms: []string{"ES256"}, Audiences: []string{"b"}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	toB := jwtauthtest.AudienceOf("b")
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"of a":      {a.Token(), nil},
		"of b":      {b.Token(toB), nil},
		"malformed": {"a.b.c", jwtauth.InvalidToken},
		// One issuer's key says nothing about the other's tokens.
		"of b, signed by a": {b.Token(toB, jwtauthtest.SignedBy(a.Key("k1"))), jwtauth.InvalidToken},
		"of a, signed by b": {a.Token(jwtauthtest.SignedBy(b.Key("k1"))), jwtauth.InvalidToken},
		"of b, signed by a, as ES256": {
			b.Token(toB, jwtauthtest.SignedBy(a.Key("k1")), jwtauthtest.Header("alg", "ES256")), jwtauth.InvalidSignature,
		},
		// Nor does one issuer's policy.
		"of a for b's audience": {a.Token(toB), jwtauth.InvalidClaims},
		"of b for a's audience": {b.Token(), jwtauth.InvalidClaims},
		"of an unknown issuer":  {foreign.Token(), jwtauth.InvalidClaims},
		"of no issuer":          {a.Token(jwtauthtest.Without("iss")), jwtauth.InvalidClaims},
		"of two":                {a.Token(jwtauthtest.Claim("iss", []string{a.URL, b.URL})), jwtauth.InvalidClaims},
		"an algorithm of none":  {a.Token(jwtauthtest.Header("alg", "RS512")), jwtauth.InvalidToken},
	} {
		t.Run(name, func(t *testing.T) { expect(t, both, c.token, c.want) })
	}
	if foreign.Fetches() != 0 {
		t.Error("keys of a foreign issuer were fetched")
	}
}

func TestNewIssuersComplains(t *testing.T) {
	v := newIssuer(t).Verifier()
	for name, list := range map[string][]*jwtauth.Verifier{"none": nil, "nil": {v, nil}, "twice": {v, v}} {
		if got, err := jwtauth.NewIssuers(list...); got != nil || err == nil {
			t.Errorf("%s: %v, %v", name, got != nil, err)
		}
	}
	if v.Issuer() == "" {
		t.Error("a verifier without an issuer")
	}
}
