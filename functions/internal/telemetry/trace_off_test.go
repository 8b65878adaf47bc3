//go:build !otel

package telemetry

import (
	"context"
	"os/exec"
	"strings"
	"testing"
)

type echo struct{}

func (echo) Invoke(_ context.Context, payload []byte) ([]byte, error) { return payload, nil }

// The default build neither pays for OpenTelemetry nor contains its weaknesses.
func TestOpenTelemetryIsNotLinked(t *testing.T) {
	list := func(tags string) string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", tags, "../../...").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	for _, module := range []string{"go.opentelemetry.io/", "google.golang.org/", "github.com/go-logr/", "github.com/cenkalti/", "github.com/grpc-ecosystem/"} {
		if strings.Contains(list("lambda.norpc"), module) {
			t.Errorf("the default build links %s", module)
		}
	}
	if !strings.Contains(list("lambda.norpc,otel"), "go.opentelemetry.io/otel/sdk/trace\n") {
		t.Error("the tag otel does not link OpenTelemetry")
	}
}

func TestTraceWarnsIfNotLinked(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines int
	}{
		{"OTEL_EXPORTER_OTLP_ENDPOINT", 1},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", 1},
		{"OTEL_SERVICE_NAME", 0},
		{"", 0},
	} {
		tel, out := start(t, "")
		getenv := func(name string) string {
			if name == tt.name {
				return "https://collector.example/secret"
			}
			return ""
		}
		if next := tel.Trace(t.Context(), echo{}, getenv); next != (echo{}) {
			t.Errorf("%s: the handler is %T, want it unchanged", tt.name, next)
		}
		got := lines(t, out)
		if len(got) != tt.lines || strings.Contains(out.String(), "secret") {
			t.Errorf("%s: %s, want %d lines", tt.name, out, tt.lines)
		}
		if tt.lines > 0 && (got[0]["level"] != "WARN" || got[0]["error"] != errNotLinked.Error()) {
			t.Errorf("%s: %s", tt.name, out)
		}
	}
}
