//go:build otel

package telemetry

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCollectorSettings(t *testing.T) {
	const base, traces = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	for _, tt := range []struct {
		env     map[string]string
		want    string
		wantErr error
	}{
		// The general setting is a base, the other is taken as it is.
		{map[string]string{base: "http://localhost:4318"}, "http://localhost:4318/v1/traces", nil},
		{map[string]string{base: "https://c.example/"}, "https://c.example/v1/traces", nil},
		{map[string]string{base: "https://c.example/otlp"}, "https://c.example/otlp/v1/traces", nil},
		{map[string]string{traces: "https://c.example/otlp"}, "https://c.example/otlp", nil},
		{map[string]string{traces: "https://t.example/", base: "https://c.example"}, "https://t.example/", nil},

		{nil, "", errNoCollector},
		{map[string]string{base: "https://c.example", "OTEL_SDK_DISABLED": "True"}, "", errDisabled},
		{map[string]string{base: "localhost:4318"}, "", errCollector},
		{map[string]string{base: "c.example"}, "", errCollector},
		{map[string]string{base: "grpc://c.example"}, "", errCollector},
		{map[string]string{base: "https://"}, "", errCollector},
		{map[string]string{base: "https://c.example:port"}, "", errCollector},
		{map[string]string{traces: "nonsense", base: "https://c.example"}, "", errCollector},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_HEADERS": "secret"}, "", errHeaders},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_HEADERS": "=secret"}, "", errHeaders},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_HEADERS": "key=%zz"}, "", errHeaders},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_TIMEOUT": "0"}, "", errTimeout},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_TIMEOUT": "-1"}, "", errTimeout},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_TIMEOUT": "2001"}, "", errTimeout},
		{map[string]string{base: "https://c.example", "OTEL_EXPORTER_OTLP_TIMEOUT": "1s"}, "", errTimeout},
	} {
		c, err := newCollector(func(name string) string { return tt.env[name] })
		if !errors.Is(err, tt.wantErr) {
			t.Errorf("%v: error %v, want %v", tt.env, err, tt.wantErr)
		}
		if err == nil && c.address != tt.want {
			t.Errorf("%v: %s, want %s", tt.env, c.address, tt.want)
		}
	}
}

func TestCollectorLimit(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 200 * time.Millisecond, "1": time.Millisecond, "2000": 2 * time.Second,
	} {
		if got, err := collectorLimit(func(string) string { return text }); got != want || err != nil {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestCollectorHeaders(t *testing.T) {
	env := map[string]string{
		"OTEL_EXPORTER_OTLP_HEADERS":        "x-key=a%20b, ,x-other = c=d",
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS": "X-Key=for traces",
	}
	got, err := collectorHeaders(func(name string) string { return env[name] })
	want := http.Header{
		"Content-Type": {"application/x-protobuf"}, "Idempotency-Key": nil,
		"X-Key": {"for traces"}, "X-Other": {"c=d"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, headers (-want +got):\n%s", err, diff)
	}
}
