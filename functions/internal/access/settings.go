package access

import (
	"errors"
	"fmt"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/settings"
)

// Settings are what the environment says about the issuer.
type Settings struct {
	settings.Issuer

	ClientID   string // audience of ID tokens
	EmailClaim string // by default, "<first audience>/email", then "email"

	// IAMAuthorized is true where an API with AWS_IAM routes calls the function too.
	// By default, a request that IAM authorized is refused.
	IAMAuthorized bool
}

// FromEnvironment reads the settings. It returns every problem, joined.
func FromEnvironment(getenv func(string) string) (Settings, error) {
	issuer, err := settings.ReadIssuer(getenv)
	iam := getenv(contract.SettingIAMAuthorized)
	if iam != "" && iam != "true" && iam != "false" {
		err = errors.Join(err, fmt.Errorf("%s must be true or false", contract.SettingIAMAuthorized))
	}
	return Settings{
		Issuer:        issuer,
		ClientID:      getenv(contract.SettingClientID),
		EmailClaim:    getenv(contract.SettingEmailClaim),
		IAMAuthorized: iam == "true",
	}, err
}

func (s Settings) checkClientID() error {
	if s.ClientID == "" {
		return settings.Missing(contract.SettingClientID)
	}
	return nil
}

func (s Settings) emailClaims() []string {
	if s.EmailClaim != "" {
		return []string{s.EmailClaim}
	}
	return []string{s.Audiences[0] + "/email", "email"}
}
