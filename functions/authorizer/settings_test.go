package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

const (
	issuerSet   = "JWT_ISSUER=https://issuer.example/"
	audienceSet = "JWT_AUDIENCE=https://api.example https://other.example"
)

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   []string
		level slog.Level
	}{
		{"least", []string{issuerSet, audienceSet}, slog.LevelInfo},
		{"key set URL", []string{issuerSet, audienceSet, "JWT_JWKS_URL=https://issuer.example/keys"}, slog.LevelInfo},
		{"level", []string{issuerSet, audienceSet, "LOG_LEVEL=error"}, slog.LevelError},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := readSettings(environment(c.env...))
			if err != nil || s.verifier.Issuer() != "https://issuer.example/" || s.logLevel != c.level {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}

// A start that fails names every variable that is wrong, in one line, and never starts to serve.
func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   []string
		named []string
	}{
		{"nothing set", nil, []string{"JWT_ISSUER", "JWT_AUDIENCE"}},
		{"no audience", []string{issuerSet}, []string{"JWT_AUDIENCE"}},
		{"only spaces", []string{issuerSet, "JWT_AUDIENCE=  "}, []string{"JWT_AUDIENCE"}},
		{"plain http", []string{"JWT_ISSUER=http://issuer.example/", audienceSet}, []string{"JWT_ISSUER"}},
		{"no URL", []string{"JWT_ISSUER=issuer", audienceSet}, []string{"JWT_ISSUER"}},
		{"plain http for keys", []string{issuerSet, audienceSet, "JWT_JWKS_URL=http://issuer.example/keys"}, []string{"JWT_JWKS_URL"}},
		{"level", []string{issuerSet, audienceSet, "LOG_LEVEL=loud"}, []string{"LOG_LEVEL"}},
		{"level of slog", []string{issuerSet, audienceSet, "LOG_LEVEL=INFO+2"}, []string{"LOG_LEVEL"}},
		{"all", []string{"JWT_ISSUER=x", "JWT_JWKS_URL=y", "LOG_LEVEL=z"}, []string{"JWT_ISSUER", "JWT_AUDIENCE", "JWT_JWKS_URL", "LOG_LEVEL"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := run(t.Context(), nil, environment(c.env...), io.Discard)
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error is %q", err)
			}
			for _, name := range []string{"JWT_ISSUER", "JWT_AUDIENCE", "JWT_JWKS_URL", "LOG_LEVEL"} {
				named := strings.Contains(err.Error(), name)
				if want := slices.Contains(c.named, name); named != want {
					t.Errorf("%s named: %t, want %t: %v", name, named, want, err)
				}
			}
		})
	}
}

// Only what could not be decided is an error in the log.
func TestLogLevels(t *testing.T) {
	for outcome, level := range map[string]string{
		jwtauth.Label(nil):                        "",
		jwtauth.Label(jwtauth.TokenExpired):       "INFO",
		jwtauth.Label(jwtauth.InsufficientScope):  "INFO",
		jwtauth.Label(jwtauth.ErrKeysUnavailable): "ERROR",
		jwtauth.Label(io.EOF):                     "ERROR",
	} {
		var out strings.Builder
		logDecisions(&out, slog.LevelInfo)(context.Background(), authorizer.Decision{Route: "GET /pets", Outcome: outcome})
		if level == "" && out.Len() > 0 || level != "" && !strings.Contains(out.String(), `"level":"`+level+`","msg":"decision","route":"GET /pets","outcome":"`+outcome+`"`) {
			t.Errorf("%s: %s", outcome, out.String())
		}
	}
}
