package main

import (
	"errors"
	"log/slog"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/pkg/jwtauth"
)

// program is what the environment configures.
type program struct {
	verifier *jwtauth.Verifier
	keys     *jwtauth.RemoteKeySet
	logLevel slog.Level
}

// readProgram returns every problem of the environment, joined.
func readProgram(getenv func(string) string) (program, error) {
	issuer, issuerErr := settings.ReadIssuer(getenv)
	level, levelErr := settings.ParseLogLevel(getenv(contract.SettingLogLevel))
	if err := errors.Join(issuerErr, levelErr); err != nil {
		return program{}, err
	}
	verifier, keys, err := issuer.Verifier(nil)
	return program{verifier: verifier, keys: keys, logLevel: level}, err
}
