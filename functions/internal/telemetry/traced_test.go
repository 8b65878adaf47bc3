//go:build otel

package telemetry_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

// A collector in the test's process keeps the requests it gets.
type collector struct {
	server *httptest.Server

	mu       sync.Mutex
	requests []*http.Request
	bodies   [][]byte
}

// newCollector starts a collector; a nil respond responds with 200 and an empty body.
func newCollector(t *testing.T, respond http.HandlerFunc) *collector {
	t.Helper()
	c := &collector{}
	c.server = httptest.NewServer(c.record(respond))
	t.Cleanup(c.server.Close)
	return c
}

func (c *collector) record(respond http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.requests, c.bodies = append(c.requests, r), append(c.bodies, body)
		c.mu.Unlock()
		if respond != nil {
			respond(w, r)
		}
	})
}

// env is the environment of a program that exports to the collector. The timeout is the largest
// one: the machine may be busy.
func (c *collector) env() map[string]string {
	return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.server.URL, "OTEL_EXPORTER_OTLP_TIMEOUT": "2000"}
}

func (c *collector) sent() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bodies
}

// resources returns what was received, one for each request.
func (c *collector) resources(t *testing.T) []*tracepb.ResourceSpans {
	t.Helper()
	var all []*tracepb.ResourceSpans
	for _, body := range c.sent() {
		var data tracepb.TracesData
		if err := proto.Unmarshal(body, &data); err != nil {
			t.Fatal(err)
		}
		all = append(all, data.GetResourceSpans()...)
	}
	return all
}

func (c *collector) spans(t *testing.T) []*tracepb.Span {
	t.Helper()
	var all []*tracepb.Span
	for _, r := range c.resources(t) {
		for _, scoped := range r.GetScopeSpans() {
			all = append(all, scoped.GetSpans()...)
		}
	}
	return all
}

// attributes returns the span's attributes by name: texts, numbers or booleans.
func attributes(span *tracepb.Span) map[string]any {
	all := map[string]any{}
	for _, kv := range span.GetAttributes() {
		switch v := kv.GetValue(); {
		case v.GetStringValue() != "":
			all[kv.GetKey()] = v.GetStringValue()
		case v.GetIntValue() != 0:
			all[kv.GetKey()] = v.GetIntValue()
		default:
			all[kv.GetKey()] = v.GetBoolValue()
		}
	}
	return all
}

// traced is a traced endpoint, as rest.Main serves it.
type traced struct {
	handler lambda.Handler
	log     *bytes.Buffer
}

func newTraced(t *testing.T, env map[string]string, serve func(*telemetry.Telemetry) rest.Handler) traced {
	t.Helper()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	for name, value := range env {
		t.Setenv(name, value)
	}
	var log bytes.Buffer
	tel, err := telemetry.New("", &log)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := &rest.Endpoint{Route: contract.ListPets, Handler: serve(tel), Telemetry: tel}
	return traced{tel.Trace(t.Context(), endpoint, os.Getenv), &log}
}

// invoke invokes the handler as aws-lambda-go does, with X-Ray's header of the invocation.
func (f traced) invoke(t *testing.T, xray, payload string) string {
	t.Helper()
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{
		AwsRequestID: "id-1", InvokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f",
	})
	ctx = context.WithValue(ctx, "x-amzn-trace-id", xray) //nolint:staticcheck // aws-lambda-go's own key
	response, err := f.handler.Invoke(ctx, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return string(response)
}

const pets = `{"version":"2.0","rawPath":"/pets","requestContext":{"http":{"method":"GET"}}}`

// always returns a handler with a fixed result.
func always(resp rest.Response, err error) func(*telemetry.Telemetry) rest.Handler {
	return func(*telemetry.Telemetry) rest.Handler {
		return func(context.Context, rest.Request) (rest.Response, error) { return resp, err }
	}
}

var ok = always(rest.Response{StatusCode: http.StatusOK, Body: "{}"}, nil)
