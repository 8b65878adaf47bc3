package main

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestSettings(t *testing.T) {
	p, err := readProgram(environment(map[string]string{
		"JWT_ISSUER": "https://issuer.example/", "JWT_AUDIENCE": "https://api.example", "LOG_LEVEL": "error",
	}))
	if err != nil || p.verifier.Issuer() != "https://issuer.example/" || p.logLevel != slog.LevelError {
		t.Errorf("%+v, %v", p, err)
	}
}

// A start that fails names every variable that is wrong, and serves nothing.
func TestBadSettings(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"nothing set", nil, "JWT_ISSUER is missing; JWT_AUDIENCE is missing"},
		{"level", map[string]string{
			"JWT_ISSUER": "https://issuer.example/", "JWT_AUDIENCE": "https://api.example", "LOG_LEVEL": "loud",
		}, "LOG_LEVEL must be debug, info, warn or error"},
		{"all", map[string]string{"LOG_LEVEL": "INFO+2"}, "JWT_ISSUER is missing; JWT_AUDIENCE is missing; LOG_LEVEL must be debug, info, warn or error"},
	} {
		err := run(t.Context(), nil, environment(c.env), io.Discard)
		if err == nil || settings.OneLine(err) != c.want {
			t.Errorf("%s: error %v, want %s", c.name, err, c.want)
		}
	}
}

// Only an undecided request is an ERROR in the log.
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
		want := `"level":"` + level + `","msg":"decision","route":"GET /pets","outcome":"` + outcome + `"`
		if level == "" && out.Len() > 0 || level != "" && !strings.Contains(out.String(), want) {
			t.Errorf("%s: log %s, want %s", outcome, out.String(), want)
		}
	}
}

// The log shows who was refused, by a hash.
func TestLogOfASubject(t *testing.T) {
	for hash, want := range map[string]string{"": `"outcome":"insufficient_scope"}`, "0af1": `"outcome":"insufficient_scope","subjectHash":"0af1"}`} {
		var out strings.Builder
		d := authorizer.Decision{Route: "GET /pets", Outcome: jwtauth.Label(jwtauth.InsufficientScope), SubjectHash: hash}
		logDecisions(&out, slog.LevelInfo)(t.Context(), d)
		if !strings.Contains(out.String(), want) {
			t.Errorf("log %s, want %s", out.String(), want)
		}
	}
}
