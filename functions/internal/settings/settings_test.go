package settings_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
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
		got := ""
		if _, err := settings.ReadIssuer(func(name string) string { return env[name] }); err != nil {
			got = settings.OneLine(err)
		}
		if got != tt.want {
			t.Errorf("%s: error %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestIssuerSettings(t *testing.T) {
	env := map[string]string{"JWT_ISSUER": "https://issuer.example/", "JWT_AUDIENCE": " a  b ", "JWT_JWKS_URL": "https://keys.example"}
	want := settings.Issuer{Issuer: "https://issuer.example/", Audiences: []string{"a", "b"}, JWKSURL: "https://keys.example"}
	got, err := settings.ReadIssuer(func(name string) string { return env[name] })
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v; settings (-want +got):\n%s", err, diff)
	}
}

// The verifier is of the issuer and the audiences of the settings, with the keys of its URL.
func TestVerifier(t *testing.T) {
	issuer, other := jwtauthtest.NewIssuer(t), jwtauthtest.NewIssuer(t)
	for _, tt := range []struct {
		name    string
		issuer  settings.Issuer
		token   string
		want    error
		fetches int // good ones, reported
	}{
		{"discovered keys", settings.Issuer{}, issuer.Token(), nil, 1},
		{"keys of a URL", settings.Issuer{JWKSURL: issuer.JWKSURL()}, issuer.Token(), nil, 1},
		{"the second audience", settings.Issuer{Audiences: []string{"x", jwtauthtest.Audience}}, issuer.Token(), nil, 1},

		{"another audience", settings.Issuer{Audiences: []string{"x"}}, issuer.Token(), jwtauth.InvalidClaims, 1},
		{"another issuer", settings.Issuer{}, other.Token(), jwtauth.InvalidClaims, 0},
		{"no token", settings.Issuer{}, "", jwtauth.InvalidToken, 0},
		{"an ID token", settings.Issuer{Audiences: []string{jwtauthtest.ClientID}}, issuer.IDToken(), jwtauth.InvalidClaims, 1},
		{"forged", settings.Issuer{}, issuer.Token(jwtauthtest.SignedBy(issuer.NewKey("k1", "ES256"))), jwtauth.InvalidSignature, 1},
	} {
		tt.issuer.Issuer = issuer.URL
		if tt.issuer.Audiences == nil {
			tt.issuer.Audiences = []string{jwtauthtest.Audience}
		}
		fetches := 0
		v, keys, err := tt.issuer.Verifier(func(e jwtauth.Event) {
			if e.Kind == jwtauth.EventFetch && e.Err == nil {
				fetches++
			}
		})
		if err != nil || keys == nil {
			t.Fatalf("%s: keys %v, %v", tt.name, keys, err)
		}
		if _, err := v.Verify(t.Context(), tt.token); !errors.Is(err, tt.want) || fetches != tt.fetches {
			t.Errorf("%s: error %v after %d fetches, want %v after %d", tt.name, err, fetches, tt.want, tt.fetches)
		}
	}
}

// Settings that were not read and checked make no verifier.
func TestNoVerifier(t *testing.T) {
	for name, i := range map[string]settings.Issuer{
		"zero":          {},
		"no issuer":     {Audiences: []string{"a"}},
		"plain http":    {Issuer: "http://issuer.example/", Audiences: []string{"a"}},
		"no audience":   {Issuer: "https://issuer.example/"},
		"a bad key URL": {Issuer: "https://issuer.example/", Audiences: []string{"a"}, JWKSURL: "http://keys.example"},
	} {
		if v, _, err := i.Verifier(nil); v != nil || err == nil {
			t.Errorf("%s: verifier %v, %v, want an error", name, v, err)
		}
	}
}

func TestOneLine(t *testing.T) {
	a, b := settings.Missing("A"), settings.Missing("B")
	for want, err := range map[string]error{
		"A is missing":                             a,
		"A is missing; B is missing":               errors.Join(a, b),
		"A is missing; B is missing; A is missing": errors.Join(errors.Join(a, b), nil, a),
		"B is missing":                             errors.Join(errors.New(" "), b),
	} {
		if got := settings.OneLine(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
