// Package access knows who calls: it makes the verifiers of a function from its
// environment, and a buyer from verified tokens. What a caller says about
// himself outside of a token is nothing to it.
package access

import (
	"errors"
	"fmt"
	"strings"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// Scopes of the API.
const (
	UpdatePets   = "update:pets"
	PurchasePets = "purchase:pets"
	ReadUnicorn  = "read:unicorn"
	ListUnicorns = "list:unicorns"
)

// Settings of an issuer, from the environment.
type Settings struct {
	Issuer     string   // JWT_ISSUER
	Audiences  []string // JWT_AUDIENCE, separated by spaces
	JWKSURL    string   // JWT_JWKS_URL; by default, it is discovered
	ClientID   string   // JWT_CLIENT_ID: the audience of ID tokens
	EmailClaim string   // EMAIL_CLAIM; by default, "<first audience>/email", then "email"
}

// FromEnvironment reads the settings. It returns every complaint, joined.
func FromEnvironment(getenv func(string) string) (Settings, error) {
	s := Settings{
		Issuer:     getenv("JWT_ISSUER"),
		Audiences:  strings.Fields(getenv("JWT_AUDIENCE")),
		JWKSURL:    getenv("JWT_JWKS_URL"),
		ClientID:   getenv("JWT_CLIENT_ID"),
		EmailClaim: getenv("EMAIL_CLAIM"),
	}
	var complaints []error
	if s.Issuer == "" {
		complaints = append(complaints, errors.New("JWT_ISSUER is missing"))
	}
	if len(s.Audiences) == 0 {
		complaints = append(complaints, errors.New("JWT_AUDIENCE is missing"))
	}
	return s, errors.Join(complaints...)
}

// NeedClientID complains where ID tokens have no audience.
func (s Settings) NeedClientID() error {
	if s.ClientID == "" {
		return errors.New("JWT_CLIENT_ID is missing")
	}
	return nil
}

// keySet is shared by the verifiers of both kinds of token: one issuer signs both.
func (s Settings) keySet() (*jwtauth.RemoteKeySet, error) {
	return jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: s.Issuer, URL: s.JWKSURL})
}

// Guard makes the guard of a route.
func (s Settings) Guard() (*authorizer.Authorizer, error) {
	keys, err := s.keySet()
	if err != nil {
		return nil, err
	}
	v, err := s.accessTokens(keys)
	if err != nil {
		return nil, err
	}
	return authorizer.New(v), nil
}

func (s Settings) accessTokens(keys jwtauth.KeySet) (*jwtauth.Verifier, error) {
	return jwtauth.New(jwtauth.Config{Issuer: s.Issuer, Audiences: s.Audiences}, keys)
}

// Buying makes the guard of the purchase route and the reader of its buyers.
func (s Settings) Buying() (*authorizer.Authorizer, *Buyers, error) {
	keys, err := s.keySet()
	if err != nil {
		return nil, nil, err
	}
	tokens, err := s.accessTokens(keys)
	if err != nil {
		return nil, nil, err
	}
	idTokens, err := jwtauth.New(jwtauth.Config{
		Issuer: s.Issuer, Audiences: []string{s.ClientID}, Profile: jwtauth.IDToken,
	}, keys)
	if err != nil {
		return nil, nil, fmt.Errorf("ID tokens: %w", err)
	}
	return authorizer.New(tokens), &Buyers{IDTokens: idTokens, EmailClaims: s.emailClaims()}, nil
}

func (s Settings) emailClaims() []string {
	if s.EmailClaim != "" {
		return []string{s.EmailClaim}
	}
	return []string{s.Audiences[0] + "/email", "email"}
}
