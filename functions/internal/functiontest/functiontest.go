// Package functiontest tests functions as they are wired: [New] makes the endpoint that a main
// function serves and calls it in the test's process; [Start] runs the built program behind
// Lambda's Runtime API.
package functiontest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/contract/openapi/openapitest"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A Function is an endpoint and its standard output.
type Function struct {
	endpoint *rest.Endpoint
	document *openapitest.Document
	stdout   buffer
}

// New makes a function. Later environments add to, and override, earlier ones.
func New(t testing.TB, route contract.Route, wire rest.Wire, environments ...map[string]string) *Function {
	t.Helper()
	env := map[string]string{}
	for _, e := range environments {
		maps.Copy(env, e)
	}
	f := &Function{}
	endpoint, err := rest.New(route, wire, func(name string) string { return env[name] }, &f.stdout)
	if err != nil {
		t.Fatalf("wire: %v", err)
	}
	f.endpoint, f.document = endpoint, openapitest.New(t)
	return f
}

// Identity is the environment of a function that trusts the issuer.
func Identity(issuer *jwtauthtest.Issuer) map[string]string {
	return map[string]string{
		"JWT_ISSUER":    issuer.URL,
		"JWT_AUDIENCE":  jwtauthtest.Audience,
		"JWT_CLIENT_ID": jwtauthtest.ClientID,
	}
}

// Without is an environment without a setting.
func Without(name string) map[string]string { return map[string]string{name: ""} }

// Call invokes the function with an event. A response to a request of the function's route must
// be one of the OpenAPI document.
func (f *Function) Call(ctx context.Context, t testing.TB, event rest.Request) rest.Response {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	resp := f.Invoke(ctx, t, string(payload))
	route := f.endpoint.Route
	if _, ours := route.Match(event.RawPath); ours && event.RequestContext.HTTP.Method == route.Method && route.Method != http.MethodOptions {
		if err := f.document.Check(route, resp.StatusCode, resp.Headers, resp.Body); err != nil {
			t.Errorf("the response is not one of the OpenAPI document: %v", err)
		}
	}
	return resp
}

// Invoke invokes the function with any payload. A result that is not a response of API Gateway
// fails the test.
func (f *Function) Invoke(ctx context.Context, t testing.TB, payload string) rest.Response {
	t.Helper()
	out, err := f.endpoint.Invoke(ctx, []byte(payload))
	if err != nil {
		t.Fatalf("invoke: %v", err)
	}
	var resp rest.Response
	if err := json.Unmarshal(out, &resp); err != nil || resp.StatusCode == 0 {
		t.Fatalf("%s is not a response of payload format 2.0: %v", out, err)
	}
	return resp
}

// Log returns the standard output so far.
func (f *Function) Log() string { return f.stdout.String() }

// An Edit changes an event.
type Edit func(*rest.Request)

// Event reads testdata/<name>.json. A key that is not in payload format 2.0 fails the test: a
// fixture must be what API Gateway sends.
func Event(t testing.TB, name string, edits ...Edit) rest.Request {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json")) //nolint:gosec // the tests name it
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var event rest.Request
	if err := d.Decode(&event); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, edit := range edits {
		edit(&event)
	}
	return event
}

// Bearer authorizes the request with a token.
func Bearer(token string) Edit { return Header("authorization", "Bearer "+token) }

// Header sets a header; an empty value removes it.
func Header(name, value string) Edit {
	return func(event *rest.Request) {
		if value == "" {
			delete(event.Headers, name)
			return
		}
		event.Headers[name] = value
	}
}

// Body sets the body.
func Body(text string) Edit { return func(event *rest.Request) { event.Body = text } }

// Encoded sets a base64 body, as API Gateway sends binary ones.
func Encoded(base64 string) Edit {
	return func(event *rest.Request) { event.Body, event.IsBase64Encoded = base64, true }
}

// Query sets the query as API Gateway sends it.
func Query(raw string) Edit {
	return func(event *rest.Request) { event.RawQueryString, event.QueryStringParameters = raw, nil }
}

// Path sets the path of the request.
func Path(path string) Edit {
	return func(event *rest.Request) { event.RawPath, event.RequestContext.HTTP.Path = path, path }
}

// buffer is safe for concurrent use.
type buffer struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// Want compares a response, and the headers of every JSON response.
func Want(t testing.TB, name string, resp rest.Response, status int, body string) {
	t.Helper()
	if resp.StatusCode != status || resp.Body != body {
		t.Errorf("%s: %d %s, want %d %s", name, resp.StatusCode, resp.Body, status, body)
	}
	if body == "" {
		return
	}
	if resp.Headers["content-type"] != "application/json" || resp.Headers["x-content-type-options"] != "nosniff" {
		t.Errorf("%s: headers %v, want JSON and nosniff", name, resp.Headers)
	}
}

// Bodies of every function.
const (
	Unauthorized  = `{"message":"Unauthorized"}`
	Forbidden     = `{"message":"Forbidden"}`
	NotFound      = `{"message":"Not Found"}`
	InternalError = `{"message":"Internal Server Error"}`
)
