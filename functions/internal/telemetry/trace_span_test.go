//go:build otel

package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

// The attributes are compared exactly: an additional one fails the test.
func TestSpan(t *testing.T) {
	secret := errors.New("no ann@example.com")
	for _, tt := range []struct {
		name    string
		serve   func(*telemetry.Telemetry) rest.Handler
		status  int64
		outcome string
		reason  string
		code    tracepb.Status_StatusCode
	}{
		{"ok", ok, 200, "ok", "", tracepb.Status_STATUS_CODE_UNSET},
		{"sold", func(*telemetry.Telemetry) rest.Handler {
			return func(ctx context.Context, _ rest.Request) (rest.Response, error) {
				telemetry.Outcome(ctx, "sold")
				return rest.Response{StatusCode: http.StatusOK}, nil
			}
		}, 200, "sold", "", tracepb.Status_STATUS_CODE_UNSET},
		// A 4xx is not the function's error.
		{"refused", func(tel *telemetry.Telemetry) rest.Handler {
			return func(ctx context.Context, _ rest.Request) (rest.Response, error) {
				tel.Refused(ctx, "token_expired")
				return rest.Response{StatusCode: http.StatusUnauthorized}, nil
			}
		}, 401, "refused", "token_expired", tracepb.Status_STATUS_CODE_UNSET},
		{"failed", always(rest.Response{}, secret), 500, "failed", "", tracepb.Status_STATUS_CODE_ERROR},
		{"panic", func(*telemetry.Telemetry) rest.Handler {
			return func(context.Context, rest.Request) (rest.Response, error) { panic(secret) }
		}, 500, "failed", "", tracepb.Status_STATUS_CODE_ERROR},
	} {
		c := newCollector(t, nil)
		newTraced(t, c.env(), tt.serve).invoke(t, "", pets)
		want := map[string]any{
			"faas.invocation_id": "id-1", "aws.lambda.invoked_arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
			"cloud.account.id": "123456789012", "faas.trigger": "http", "faas.coldstart": true,
			"http.request.method": "GET", "http.route": "/pets", "http.response.status_code": tt.status,
			"securedpets.outcome": tt.outcome,
		}
		if tt.reason != "" {
			want["securedpets.reason"] = tt.reason
		}
		got := c.spans(t)
		if len(got) != 1 {
			t.Fatalf("%s: %d spans, want 1", tt.name, len(got))
		}
		if diff := cmp.Diff(want, attributes(got[0])); diff != "" {
			t.Errorf("%s: attributes (-want +got):\n%s", tt.name, diff)
		}
		if got[0].GetName() != "GET /pets" || got[0].GetKind() != tracepb.Span_SPAN_KIND_SERVER || got[0].GetStatus().GetCode() != tt.code {
			t.Errorf("%s: %s %v %v, want %v", tt.name, got[0].GetName(), got[0].GetKind(), got[0].GetStatus(), tt.code)
		}
		if text := fmt.Sprint(got[0]); strings.Contains(text, "ann") || len(got[0].GetEvents()) > 0 {
			t.Errorf("%s: the span contains the error: %s", tt.name, text)
		}
	}
}

// Lambda may freeze the process when the handler returns.
func TestSpanIsSentBeforeTheResponse(t *testing.T) {
	t.Setenv("OTEL_SERVICE_NAME", "SecuredPets-dev-get-pet-info")
	c := newCollector(t, nil)
	f := newTraced(t, c.env(), ok)
	for i := range 3 {
		f.invoke(t, "", pets)
		got := c.spans(t)
		if len(got) != i+1 {
			t.Fatalf("%d spans after %d invocations", len(got), i+1)
		}
		if cold := attributes(got[i])["faas.coldstart"]; cold != (i == 0) {
			t.Errorf("invocation %d: cold start %v", i, cold)
		}
	}
	for _, kv := range c.resources(t)[0].GetResource().GetAttributes() {
		if kv.GetKey() == "service.name" && kv.GetValue().GetStringValue() != "SecuredPets-dev-get-pet-info" {
			t.Errorf("service %v", kv.GetValue())
		}
	}
	if first, last := c.requests[0].RemoteAddr, c.requests[2].RemoteAddr; first != last {
		t.Errorf("connections %s and %s, want one for all", first, last)
	}
	r := c.requests[0]
	if r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
	}
}

// The built program behind Lambda's Runtime API sends the span before its response.
func TestProgram(t *testing.T) {
	c := newCollector(t, nil)
	env := c.env()
	env["OTEL_SERVICE_NAME"] = "SecuredPets-dev-no-op"
	p := ft.Start(t, ft.Compile(t, "../../no-op", "otel"), env)
	event := rest.Request{Version: "2.0", RawPath: "/pets", Headers: map[string]string{
		"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	}}
	event.RequestContext.HTTP.Method = http.MethodOptions
	resp, alive := p.Call(t, event)
	if !alive || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("alive %t, status %d", alive, resp.StatusCode)
	}
	got := c.spans(t)
	if len(got) != 1 || got[0].GetName() != "OPTIONS /{proxy+}" || fmt.Sprintf("%x", got[0].GetParentSpanId()) != "b7ad6b7169203331" {
		t.Fatalf("spans %v", got)
	}
	if a := attributes(got[0]); a["http.response.status_code"] != int64(204) || a["faas.coldstart"] != true {
		t.Errorf("attributes %v", a)
	}
}
