package access

import (
	"errors"
	"fmt"
	"strings"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/pkg/jwtauth"
)

// Settings are what the environment says about the issuer.
type Settings struct {
	Issuer     string
	Audiences  []string
	JWKSURL    string // by default, discovered
	ClientID   string // audience of ID tokens
	EmailClaim string // by default, "<first audience>/email", then "email"

	// IAMAuthorized is true where an API with AWS_IAM routes calls the function too.
	// By default, a request that IAM authorized is refused.
	IAMAuthorized bool
}

// FromEnvironment reads the settings. It returns every problem, joined.
func FromEnvironment(getenv func(string) string) (Settings, error) {
	get := func(name string) string { return getenv(name) }
	s := Settings{
		Issuer:        get(contract.SettingIssuer),
		Audiences:     strings.Fields(get(contract.SettingAudience)),
		JWKSURL:       get(contract.SettingJWKSURL),
		ClientID:      get(contract.SettingClientID),
		EmailClaim:    get(contract.SettingEmailClaim),
		IAMAuthorized: get(contract.SettingIAMAuthorized) == "true",
	}
	errs := []error{s.checkIssuer(), s.checkJWKSURL()}
	if len(s.Audiences) == 0 {
		errs = append(errs, missing(contract.SettingAudience))
	}
	if iam := get(contract.SettingIAMAuthorized); iam != "" && iam != "true" && iam != "false" {
		errs = append(errs, fmt.Errorf("%s must be true or false", contract.SettingIAMAuthorized))
	}
	return s, errors.Join(errs...)
}

func missing(name string) error { return fmt.Errorf("%s is missing", name) }

// checkIssuer uses the library's own rule. A key set fetches nothing before its first use.
func (s Settings) checkIssuer() error {
	if s.Issuer == "" {
		return missing(contract.SettingIssuer)
	}
	if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: s.Issuer}); err != nil {
		return fmt.Errorf("%s: %w", contract.SettingIssuer, err)
	}
	return nil
}

func (s Settings) checkJWKSURL() error {
	if s.JWKSURL == "" {
		return nil
	}
	if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{URL: s.JWKSURL}); err != nil {
		return fmt.Errorf("%s: %w", contract.SettingJWKSURL, err)
	}
	return nil
}

func (s Settings) checkClientID() error {
	if s.ClientID == "" {
		return missing(contract.SettingClientID)
	}
	return nil
}

func (s Settings) emailClaims() []string {
	if s.EmailClaim != "" {
		return []string{s.EmailClaim}
	}
	return []string{s.Audiences[0] + "/email", "email"}
}
