package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestAccessLog(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	c := newClock()
	issuer.Now = c.Now
	slow := invoker(func(context.Context, string, string, []byte) ([]byte, error) {
		c.advance(7 * time.Millisecond)
		return []byte(`{"statusCode": 201, "body": "four"}`), nil
	})
	cases := []struct{ format, want string }{
		{"$context.httpMethod $context.path $context.protocol $context.routeKey $context.stage", "POST /pets HTTP/1.1 POST /pets $default"},
		{"$context.status $context.responseLength $context.responseLatency $context.dataProcessed", "201 4 7 3"},
		{"$context.integrationLatency $context.integration.latency $context.integrationStatus $context.integration.status", "7 7 200 201"},
		{"$context.requestTime $context.requestTimeEpoch", "12/Mar/2026:19:03:58 +0000 1773342238000"},
		{"$context.accountId $context.apiId $context.domainName $context.domainPrefix", "123456789012 abc api.example api"},
		{"$context.identity.sourceIp $context.identity.userAgent", `192.0.2.1 agent \"quoted\"`},
		{"$context.authorizer.claims.sub $context.authorizer.claims.absent", jwtauthtest.Subject + " -"},
		{"$context.authorizer.error $context.error.message $context.error.messageString $context.integrationErrorMessage", "- - - -"},
		{"$context.identity.caller $context.awsEndpointRequestId $context.authorizer.principalId", "- - -"},
		{"no variable, $context alone, $stageVariables.x", "no variable, $context alone, $stageVariables.x"},
		{`{"a":"$context.status","b":$context.responseLength}`, `{"a":"201","b":4}`},
		{"two\nlines", "two lines"},
	}
	for _, one := range cases {
		log := &buffer{}
		a := secured(issuer, "read:pets")
		a.Routes[0].Key = "POST /pets"
		a.Stages[0].AccessLog = one.format
		*c = clock{now: newClock().now}
		g := newGateway(t, a, slow, gateway.Options{AccessLog: log, Now: c.Now})
		send(t, g, "POST", "http://api.example/pets?secret=1", "abc",
			"Authorization", "Bearer "+issuer.Token(jwtauthtest.Scopes("read:pets")), "User-Agent", `agent "quoted"`)
		if got := log.String(); got != one.want+"\n" {
			t.Errorf("%s: %q, want %q", one.format, got, one.want)
		}
	}
}

func TestAccessLogOfRefusals(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	const format = "$context.status $context.routeKey $context.error.message $context.error.messageString $context.error.responseType $context.integrationStatus $context.responseLength"
	cases := []struct{ target, want string }{
		{"/pets", `401 GET /pets Unauthorized \"Unauthorized\" UNAUTHORIZED - 26`},
		{"/nothing", `404 - Not Found \"Not Found\" NOT_FOUND - 23`},
	}
	for _, one := range cases {
		log := &buffer{}
		a := secured(issuer)
		a.Stages[0].AccessLog = format
		send(t, newGateway(t, a, echo, gateway.Options{AccessLog: log}), "GET", one.target, "")
		if got := log.String(); got != one.want+"\n" {
			t.Errorf("%s: %q, want %q", one.target, got, one.want)
		}
	}
}

// Every request makes one line, which is JSON if the format is.
func TestAccessLogInjection(t *testing.T) {
	log := &buffer{}
	a := api("GET /{proxy+}")
	a.Stages[0].AccessLog = `{"path":"$context.path","agent":"$context.identity.userAgent"}`
	g := newGateway(t, a, echo, gateway.Options{AccessLog: log})
	send(t, g, "GET", "/x%0A%22%7D%0A%7B%22path%22%3A%22forged", "", "User-Agent", "a\"\\\n\x1b[31m")
	if strings.Count(log.String(), "\n") != 1 {
		t.Fatalf("%q is not one line", log.String())
	}
	var line struct{ Path, Agent string }
	if err := json.Unmarshal([]byte(log.String()), &line); err != nil || line.Path != "/x\n\"}\n{\"path\":\"forged" {
		t.Errorf("%q: %v", log.String(), err)
	}
}

func TestNoTokenInTheLog(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	token := issuer.Token(jwtauthtest.ExpiresIn(-time.Second))
	log := &buffer{}
	a := secured(issuer)
	a.Routes[0].Authorizer.IdentitySource = "$request.querystring.token"
	a.Stages[0].AccessLog = "$context.path $context.routeKey $context.authorizer.error $context.error.message $context.identity.userAgent"
	out := send(t, newGateway(t, a, echo, gateway.Options{AccessLog: log}), "GET", "/pets?token="+token, "")
	for _, part := range strings.Split(token, ".") {
		if strings.Contains(log.String(), part) || strings.Contains(out.Header().Get("Www-Authenticate"), part) {
			t.Errorf("a part of the token is shown: %q, %v", log.String(), out.Header())
		}
	}
}

// Stages without settings, and requests that reach no stage, log nothing.
func TestNoAccessLog(t *testing.T) {
	log := &buffer{}
	send(t, newGateway(t, api("GET /pets"), echo, gateway.Options{AccessLog: log}), "GET", "/pets", "")
	a := api("GET /pets")
	a.Stages = []template.Stage{{Name: "dev", AccessLog: "$context.status"}}
	send(t, newGateway(t, a, echo, gateway.Options{AccessLog: log}), "GET", "/pets", "")
	if log.String() != "" {
		t.Errorf("log %q", log.String())
	}
}

func TestUnknownVariable(t *testing.T) {
	a := api("GET /pets")
	a.Stages[0].AccessLog = "$context.status $context.authorizer.token $context.nothing"
	_, err := gateway.New(t.Context(), a, invoker(echo), gateway.Options{})
	if !errors.Is(err, gateway.ErrLogFormat) || !strings.Contains(err.Error(), "Stage: AccessLogSettings.Format: unknown variable $context.authorizer.token") ||
		!strings.Contains(err.Error(), "unknown variable $context.nothing") {
		t.Errorf("error %v", err)
	}
}

func TestConcurrentLines(t *testing.T) {
	log := &buffer{}
	a := api("GET /pets")
	a.Stages[0].AccessLog = "$context.requestId " + strings.Repeat("x", 100)
	g := newGateway(t, a, echo, gateway.Options{AccessLog: log})
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() { send(t, g, "GET", "/pets", "") })
	}
	group.Wait()
	lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
	for _, line := range lines {
		if len(line) != 16+1+100 {
			t.Errorf("line %q", line)
		}
	}
	if len(lines) != 50 {
		t.Errorf("%d lines, want 50", len(lines))
	}
}
