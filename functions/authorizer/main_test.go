package main

import (
	"strings"
	"testing"
	"time"

	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// The built program serves the Runtime API as Lambda runs it: one event in, one response or
// error out, for each kind of event that API Gateway sends to authorizers.
func TestProgram(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	good, expired := "Bearer "+issuer.Token(), "Bearer "+issuer.Token(jwtauthtest.ExpiresIn(-time.Minute))
	const arn = "arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/pets"
	const method = `"methodArn":"` + arn + `"`
	p := ft.Start(t, ft.Compile(t, "."), ft.Identity(issuer))

	for _, c := range []struct {
		name, event string
		failed      bool
		want        string
	}{
		{"HTTP API", `{"version":"2.0","type":"REQUEST","routeKey":"GET /pets","headers":{"authorization":"` + good + `"}}`, false, `"isAuthorized":true`},
		{"HTTP API, expired", `{"version":"2.0","type":"REQUEST","headers":{"authorization":"` + expired + `"}}`, false, `{"isAuthorized":false}`},
		{"HTTP API, no token", `{"version":"2.0","type":"REQUEST"}`, false, `{"isAuthorized":false}`},
		{"TOKEN", `{"type":"TOKEN","authorizationToken":"` + good + `",` + method + `}`, false, `"Effect":"Allow","Resource":["` + arn + `"]`},
		{"TOKEN, expired", `{"type":"TOKEN","authorizationToken":"` + expired + `",` + method + `}`, true, `"errorMessage":"Unauthorized"`},
		{"REQUEST", `{"type":"REQUEST","headers":{"Authorization":"` + good + `"},` + method + `}`, false, `"Effect":"Allow"`},
		{"another event", `{"version":"2.0","routeKey":"GET /pets","headers":{"authorization":"` + good + `"}}`, true, `"errorMessage":"authorizer: not an event for a Lambda authorizer"`},
	} {
		got, _ := p.Invoke(c.event)
		if got.Failed != c.failed || !strings.Contains(string(got.Payload), c.want) {
			t.Errorf("%s: failed %t, %s, want %t, %s", c.name, got.Failed, got.Payload, c.failed, c.want)
		}
	}
	p.Kill()
	if log := p.Output(); strings.Contains(log, "Bearer") || strings.Contains(log, good[7:]) {
		t.Errorf("a token is in the log: %s", log)
	}
}

// Without keys the program starts, and responds with an error until they are available.
func TestProgramStartsWithoutKeys(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Down()
	p := ft.Start(t, ft.Compile(t, "."), ft.Identity(issuer))
	got, _ := p.Invoke(`{"version":"2.0","type":"REQUEST","headers":{"authorization":"Bearer ` + issuer.Token() + `"}}`)
	if want := `"errorMessage":"authorizer: could not decide: jwks_unavailable"`; !got.Failed || !strings.Contains(string(got.Payload), want) {
		t.Errorf("failed %t, %s, want %s", got.Failed, got.Payload, want)
	}
}
