package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// The built program serves the Runtime API as Lambda runs it: one event in, one answer or one error
// out, for each of the events that API Gateway sends to authorizers.
func TestProgram(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	good, expired := "Bearer "+issuer.Token(), "Bearer "+issuer.Token(jwtauthtest.ExpiresIn(-time.Minute))
	const rest = `"methodArn":"arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/pets"`
	runtime := startProgram(t, issuer)

	for _, c := range []struct {
		name, event string
		path        string // where the program posts to
		holds       string
	}{
		{"HTTP API", `{"version":"2.0","type":"REQUEST","routeKey":"GET /pets","headers":{"authorization":"` + good + `"}}`, "response", `"isAuthorized":true`},
		{"HTTP API, expired", `{"version":"2.0","type":"REQUEST","headers":{"authorization":"` + expired + `"}}`, "response", `{"isAuthorized":false}`},
		{"HTTP API, no token", `{"version":"2.0","type":"REQUEST"}`, "response", `{"isAuthorized":false}`},
		{"TOKEN", `{"type":"TOKEN","authorizationToken":"` + good + `",` + rest + `}`, "response", `"Effect":"Allow","Resource":["arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/pets"]`},
		{"TOKEN, expired", `{"type":"TOKEN","authorizationToken":"` + expired + `",` + rest + `}`, "error", `"errorMessage":"Unauthorized"`},
		{"REQUEST", `{"type":"REQUEST","headers":{"Authorization":"` + good + `"},` + rest + `}`, "response", `"Effect":"Allow"`},
		{"another event", `{"version":"2.0","routeKey":"GET /pets","headers":{"authorization":"` + good + `"}}`, "error", `"errorMessage":"authorizer: not an event for a Lambda authorizer"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := runtime.invoke(t, c.event)
			if got.path != c.path || !strings.Contains(got.body, c.holds) {
				t.Errorf("posted to %s: %s, want %s: %s", got.path, got.body, c.path, c.holds)
			}
		})
	}
}

// Without keys the program starts all the same, and answers with an error until they are there.
func TestProgramStartsWithoutKeys(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Down()
	runtime := startProgram(t, issuer)
	got := runtime.invoke(t, `{"version":"2.0","type":"REQUEST","headers":{"authorization":"Bearer `+issuer.Token()+`"}}`)
	if got.path != "error" || !strings.Contains(got.body, `"errorMessage":"authorizer: could not decide: jwks_unavailable"`) {
		t.Errorf("posted to %s: %s", got.path, got.body)
	}
}

// A runtimeAPI is Lambda's side of the program: it hands out events and takes answers.
type runtimeAPI struct {
	events  chan string
	answers chan posted
}

type posted struct{ path, body string }

func (r runtimeAPI) invoke(t *testing.T, event string) posted {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if !json.Valid([]byte(event)) {
		t.Fatalf("no JSON: %s", event)
	}
	select {
	case r.events <- event:
	case <-ctx.Done():
		t.Fatal("the program does not ask for events")
	}
	select {
	case answer := <-r.answers:
		return answer
	case <-ctx.Done():
		t.Fatal("the program does not answer")
	}
	return posted{}
}

func (r runtimeAPI) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if strings.HasSuffix(req.URL.Path, "/invocation/next") {
		select {
		case event := <-r.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
			_, _ = io.WriteString(w, event)
		case <-req.Context().Done():
		}
		return
	}
	body, _ := io.ReadAll(req.Body)
	r.answers <- posted{filepath.Base(req.URL.Path), string(body)}
	w.WriteHeader(http.StatusAccepted)
}

func startProgram(t *testing.T, issuer *jwtauthtest.Issuer) runtimeAPI {
	t.Helper()
	api := runtimeAPI{make(chan string), make(chan posted, 1)}
	server := httptest.NewServer(api)
	program := filepath.Join(t.TempDir(), "bootstrap")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ctx, stop := context.WithCancel(context.Background()) // outlives t.Context, which ends before the clean-up
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"),
		"JWT_ISSUER="+issuer.URL, "JWT_AUDIENCE="+jwtauthtest.Audience)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait()
		server.Close()
		if t.Failed() {
			t.Log(output.String())
		}
		if strings.Contains(output.String(), "Bearer") {
			t.Error("a token is in the log")
		}
	})
	return api
}
