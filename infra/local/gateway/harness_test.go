package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
)

const apiARN = "arn:aws:execute-api:eu-west-1:123456789012:abc"

// invoker replaces all functions.
type invoker func(ctx context.Context, functionARN, trace string, event []byte) ([]byte, error)

func (i invoker) Invoke(ctx context.Context, functionARN, trace string, event []byte) ([]byte, error) {
	return i(ctx, functionARN, trace, event)
}

// echo returns the event as the body.
func echo(_ context.Context, _, _ string, event []byte) ([]byte, error) {
	return json.Marshal(map[string]any{"statusCode": 200, "headers": map[string]string{"content-type": "application/json"}, "body": string(event)})
}

// returning is a function with a constant payload.
func returning(payload string) invoker {
	return func(context.Context, string, string, []byte) ([]byte, error) { return []byte(payload), nil }
}

// api returns an API with public routes on the stage $default.
func api(routeKeys ...string) template.API {
	a := template.API{LogicalID: "Api", ID: "abc", ARN: apiARN, Account: "123456789012", Stages: []template.Stage{{LogicalID: "Stage", Name: "$default"}}}
	for _, key := range routeKeys {
		a.Routes = append(a.Routes, template.Route{
			LogicalID: "Route " + key, Key: key, Authorization: template.AuthorizationNone,
			Integration: template.Integration{FunctionARN: "arn:" + key, Timeout: 5 * time.Second, Sources: []string{"*"}},
		})
	}
	return a
}

func newGateway(t testing.TB, of template.API, invoke invoker, with gateway.Options) *gateway.Gateway {
	t.Helper()
	g, err := gateway.New(t.Context(), of, invoke, with)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// send serves a request; headers are pairs of name and value.
func send(t testing.TB, g http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	in := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	for at := 0; at+1 < len(headers); at += 2 {
		in.Header.Add(headers[at], headers[at+1])
	}
	out := httptest.NewRecorder()
	g.ServeHTTP(out, in)
	return out
}

// event decodes the body of an echo response.
func event(t testing.TB, out *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	if out.Code != http.StatusOK {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	var e map[string]any
	if err := json.Unmarshal(out.Body.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// member returns a nested member of an event, or nil.
func member(e map[string]any, path ...string) any {
	var value any = e
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

// wantRefusal checks an error response of API Gateway, to the byte.
func wantRefusal(t testing.TB, out *httptest.ResponseRecorder, status int, message string) {
	t.Helper()
	body := `{"message":"` + message + `"}`
	if out.Code != status || out.Body.String() != body {
		t.Errorf("%d %s, want %d %s", out.Code, out.Body, status, body)
	}
	if got := out.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("content-type %q", got)
	}
	if id := out.Header().Get("Apigw-Requestid"); len(id) != 16 || !strings.HasSuffix(id, "=") {
		t.Errorf("apigw-requestid %q", id)
	}
}

// clock is a manual clock.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 12, 19, 3, 58, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// buffer is a log for concurrent requests.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
