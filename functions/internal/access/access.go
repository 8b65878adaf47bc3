// Package access knows who calls: it makes the verifiers of a function from its
// environment, and a buyer from verified tokens. What a caller says about
// himself outside of a token is nothing to it.
package access

import (
	"errors"
	"fmt"
	"strings"

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

	// IAMAuthorized (IAM_AUTHORIZED) is true where an API with AWS_IAM routes
	// calls the function too. By default, IAM's word is not taken.
	IAMAuthorized bool
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
	complaints := []error{
		s.checkIssuer(),
		s.checkKeysURL(),
	}
	if len(s.Audiences) == 0 {
		complaints = append(complaints, errors.New("JWT_AUDIENCE is missing"))
	}
	switch getenv("IAM_AUTHORIZED") {
	case "true":
		s.IAMAuthorized = true
	case "", "false":
	default:
		complaints = append(complaints, errors.New("IAM_AUTHORIZED must be true or false"))
	}
	return s, errors.Join(complaints...)
}

// checkIssuer asks the library, which knows what it accepts: a key set fetches
// nothing before it is used.
func (s Settings) checkIssuer() error {
	if s.Issuer == "" {
		return errors.New("JWT_ISSUER is missing")
	}
	if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: s.Issuer}); err != nil {
		return fmt.Errorf("JWT_ISSUER: %w", err)
	}
	return nil
}

func (s Settings) checkKeysURL() error {
	if s.JWKSURL == "" {
		return nil
	}
	if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{URL: s.JWKSURL}); err != nil {
		return fmt.Errorf("JWT_JWKS_URL: %w", err)
	}
	return nil
}

// NeedClientID complains where ID tokens have no audience.
func (s Settings) NeedClientID() error {
	if s.ClientID == "" {
		return errors.New("JWT_CLIENT_ID is missing")
	}
	return nil
}

func (s Settings) emailClaims() []string {
	if s.EmailClaim != "" {
		return []string{s.EmailClaim}
	}
	return []string{s.Audiences[0] + "/email", "email"}
}
