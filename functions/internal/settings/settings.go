// Package settings reads what several programs need from the environment.
package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/pkg/jwtauth"
)

// ErrLogLevel means that LOG_LEVEL is not a level.
var ErrLogLevel = errors.New(contract.SettingLogLevel + " must be debug, info, warn or error")

// ParseLogLevel parses LOG_LEVEL, in any case. By default, the level is info.
func ParseLogLevel(name string) (slog.Level, error) {
	switch strings.ToLower(name) {
	case "debug":
		return slog.LevelDebug, nil
	case "", "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	default:
		return 0, ErrLogLevel
	}
}

// An Issuer is the issuer of access tokens.
type Issuer struct {
	Issuer    string
	Audiences []string
	JWKSURL   string // by default, discovered
}

// ReadIssuer reads and checks the issuer. It returns every problem, joined.
func ReadIssuer(getenv func(string) string) (Issuer, error) {
	i := Issuer{
		Issuer:    getenv(contract.SettingIssuer),
		Audiences: strings.Fields(getenv(contract.SettingAudience)),
		JWKSURL:   getenv(contract.SettingJWKSURL),
	}
	return i, errors.Join(i.checkIssuer(), i.checkJWKSURL(), i.checkAudiences())
}

// checkIssuer uses the library's own rule. A key set fetches nothing before its first use.
func (i Issuer) checkIssuer() error {
	if i.Issuer == "" {
		return Missing(contract.SettingIssuer)
	}
	if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: i.Issuer}); err != nil {
		return fmt.Errorf("%s: %w", contract.SettingIssuer, err)
	}
	return nil
}

func (i Issuer) checkJWKSURL() error {
	if i.JWKSURL == "" {
		return nil
	}
	if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{URL: i.JWKSURL}); err != nil {
		return fmt.Errorf("%s: %w", contract.SettingJWKSURL, err)
	}
	return nil
}

func (i Issuer) checkAudiences() error {
	if len(i.Audiences) == 0 {
		return Missing(contract.SettingAudience)
	}
	return nil
}

// Verifier makes the verifier of the issuer's access tokens, and its keys. A nil observe is
// allowed.
func (i Issuer) Verifier(observe func(jwtauth.Event)) (*jwtauth.Verifier, *jwtauth.RemoteKeySet, error) {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: i.Issuer, URL: i.JWKSURL, Observe: observe})
	if err != nil {
		return nil, nil, err
	}
	v, err := jwtauth.New(jwtauth.Config{Issuer: i.Issuer, Audiences: i.Audiences}, keys)
	return v, keys, err
}

// Missing returns the error of a required setting that is not set.
func Missing(name string) error { return fmt.Errorf("%s is missing", name) }

// OneLine returns a joined error's text as one line of a log.
func OneLine(err error) string {
	return strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; ")
}
