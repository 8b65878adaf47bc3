package main

import (
	"errors"
	"fmt"
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

// readSettings names every variable that is wrong at once, in one line: whoever deploys the function
// finds it in the log of a start that failed, and should not have to deploy it four times.
func readSettings(getenv func(string) string) (settings, error) {
	issuer, keysURL, audiences := getenv("JWT_ISSUER"), getenv("JWT_JWKS_URL"), strings.Fields(getenv("JWT_AUDIENCE"))
	level, levelErr := parseLevel(getenv("LOG_LEVEL"))
	err := oneLine(
		complaint("JWT_ISSUER", checkEndpoint(jwtauth.RemoteConfig{Issuer: issuer})),
		complaint("JWT_AUDIENCE", checkAudiences(audiences)),
		complaint("JWT_JWKS_URL", checkKeysURL(keysURL)),
		complaint("LOG_LEVEL", levelErr),
	)
	if err != nil {
		return settings{}, err
	}
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: issuer, URL: keysURL})
	if err != nil {
		return settings{}, err
	}
	verifier, err := jwtauth.New(jwtauth.Config{Issuer: issuer, Audiences: audiences}, keys)
	return settings{verifier: verifier, keys: keys, logLevel: level}, err
}

// checkEndpoint asks the library, which knows what it accepts. A key set fetches nothing before it is
// used, so one that is thrown away costs nothing.
func checkEndpoint(cfg jwtauth.RemoteConfig) error {
	_, err := jwtauth.NewRemoteKeySet(cfg)
	return err
}

func checkKeysURL(url string) error {
	if url == "" {
		return nil
	}
	return checkEndpoint(jwtauth.RemoteConfig{URL: url})
}

func checkAudiences(audiences []string) error {
	if len(audiences) == 0 {
		return errors.New("is missing")
	}
	return nil
}

func complaint(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// oneLine joins errors as errors.Join does, for a log that is read by the line.
func oneLine(errs ...error) error {
	joined := errors.Join(errs...)
	if joined == nil {
		return nil
	}
	return errors.New(strings.ReplaceAll(joined.Error(), "\n", "; "))
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
