package main

import (
	"errors"
	"log/slog"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// settings are what the environment says, checked.
type settings struct {
	verifier *jwtauth.Verifier
	keys     *jwtauth.RemoteKeySet
	logLevel slog.Level
}

// readSettings names everything that is wrong at once, in one line: whoever deploys the function
// finds it in the log of a start that failed, and should not have to deploy it four times.
func readSettings(getenv func(string) string) (settings, error) {
	var s settings
	var complaints []string
	complain := func(name string, err error) {
		if err != nil {
			complaints = append(complaints, name+": "+strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	issuer, audiences := getenv("JWT_ISSUER"), strings.Fields(getenv("JWT_AUDIENCE"))
	var err error
	if s.keys, err = jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: issuer, URL: getenv("JWT_JWKS_URL")}); err != nil {
		complain("JWT_ISSUER or JWT_JWKS_URL", err)
	}
	s.verifier, err = jwtauth.New(jwtauth.Config{Issuer: issuer, Audiences: audiences}, s.keys)
	complain("JWT_ISSUER or JWT_AUDIENCE", err)
	s.logLevel, err = parseLevel(getenv("LOG_LEVEL"))
	complain("LOG_LEVEL", err)
	if complaints != nil {
		return settings{}, errors.New(strings.Join(complaints, "; "))
	}
	return s, nil
}

func parseLevel(name string) (slog.Level, error) {
	switch name {
	case "debug":
		return slog.LevelDebug, nil
	case "", "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	default:
		return 0, errors.New("must be debug, info, warn or error")
	}
}
