package settings_test

import (
	"errors"
	"log/slog"
	"testing"

	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/pkg/jwtauth"
)

func TestParseLogLevel(t *testing.T) {
	for name, want := range map[string]slog.Level{
		"": slog.LevelInfo, "info": slog.LevelInfo, "debug": slog.LevelDebug,
		"WARN": slog.LevelWarn, "error": slog.LevelError,
	} {
		if got, err := settings.ParseLogLevel(name); got != want || err != nil {
			t.Errorf("%q: %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"loud", "info ", "-4", "INFO+2", "warning"} {
		if _, err := settings.ParseLogLevel(name); !errors.Is(err, settings.ErrLogLevel) {
			t.Errorf("%q: error %v, want %v", name, err, settings.ErrLogLevel)
		}
	}
}

// libraryError returns the text that jwtauth has for a URL that it does not accept.
func libraryError(cfg jwtauth.RemoteConfig) string {
	_, err := jwtauth.NewRemoteKeySet(cfg)
	return err.Error()
}

// Every problem is in the one line.
func TestReadIssuer(t *testing.T) {
	const (
		issuer   = "https://issuer.example/"
		audience = "https://api.example https://other.example"
		plain    = "http://issuer.example/"
	)
	for _, tt := range []struct {
		name, issuer, audience, jwksURL string
		want                            string // "" is no error
	}{
		{"required ones", issuer, audience, "", ""},
		{"key set URL", issuer, audience, "https://issuer.example/keys", ""},

		{"nothing", "", "", "", "JWT_ISSUER is missing; JWT_AUDIENCE is missing"},
		{"no audience", issuer, "", "", "JWT_AUDIENCE is missing"},
		{"only spaces", issuer, "  ", "", "JWT_AUDIENCE is missing"},
		{"plain http", plain, audience, "", "JWT_ISSUER: " + libraryError(jwtauth.RemoteConfig{Issuer: plain})},
		{"no URL", "issuer", audience, "", "JWT_ISSUER: " + libraryError(jwtauth.RemoteConfig{Issuer: "issuer"})},
		{"plain http for keys", issuer, audience, plain, "JWT_JWKS_URL: " + libraryError(jwtauth.RemoteConfig{URL: plain})},
	} {
		env := map[string]string{"JWT_ISSUER": tt.issuer, "JWT_AUDIENCE": tt.audience, "JWT_JWKS_URL": tt.jwksURL}
		_, err := settings.ReadIssuer(func(name string) string { return env[name] })
		got := ""
		if err != nil {
			got = settings.OneLine(err)
		}
		if got != tt.want {
			t.Errorf("%s: error %q, want %q", tt.name, got, tt.want)
		}
	}
}
