//go:build otel

package telemetry

import (
	"errors"
	"testing"
	"time"
)

func TestSettings(t *testing.T) {
	const (
		base     = "OTEL_EXPORTER_OTLP_ENDPOINT"
		traces   = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
		timeout  = "OTEL_EXPORTER_OTLP_TIMEOUT"
		protocol = "OTEL_EXPORTER_OTLP_PROTOCOL"
		valid    = "https://c.example"
	)
	for _, tt := range []struct {
		env     map[string]string
		timeout time.Duration
		wantErr error
	}{
		{map[string]string{base: "http://localhost:4318"}, exportTimeout, nil},
		{map[string]string{base: "https://c.example/otlp"}, exportTimeout, nil},
		{map[string]string{traces: valid}, exportTimeout, nil},
		{map[string]string{base: valid, timeout: "1"}, time.Millisecond, nil},
		{map[string]string{base: valid, timeout: "2000"}, maxExportTimeout, nil},
		{map[string]string{base: valid, timeout: "10000", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "5"}, 5 * time.Millisecond, nil},
		{map[string]string{base: valid, protocol: "http/protobuf"}, exportTimeout, nil},
		{map[string]string{base: valid, "OTEL_SDK_DISABLED": "false"}, exportTimeout, nil},

		{nil, 0, errNoCollector},
		{map[string]string{base: " "}, 0, errNoCollector},
		{map[string]string{base: valid, "OTEL_SDK_DISABLED": "True"}, 0, errDisabled},

		// The exporter would send these to localhost, or to nothing.
		{map[string]string{base: "localhost:4318"}, 0, errEndpoint},
		{map[string]string{base: "c.example"}, 0, errEndpoint},
		{map[string]string{base: "grpc://c.example"}, 0, errEndpoint},
		{map[string]string{base: "https://"}, 0, errEndpoint},
		{map[string]string{base: "https://:4318"}, 0, errEndpoint},
		{map[string]string{base: "https://c.example:port"}, 0, errEndpoint},
		{map[string]string{traces: "nonsense", base: valid}, 0, errEndpoint},

		// It would wait ten seconds.
		{map[string]string{base: valid, timeout: "0"}, 0, errTimeout},
		{map[string]string{base: valid, timeout: "-1"}, 0, errTimeout},
		{map[string]string{base: valid, timeout: "2001"}, 0, errTimeout},
		{map[string]string{base: valid, timeout: "99999999999999999999"}, 0, errTimeout},
		{map[string]string{base: valid, timeout: "1s"}, 0, errTimeout},

		// It would send http/protobuf.
		{map[string]string{base: valid, protocol: "grpc"}, 0, errProtocol},
		{map[string]string{base: valid, protocol: "http/json"}, 0, errProtocol},
	} {
		got, err := checkSettings(func(name string) string { return tt.env[name] })
		if !errors.Is(err, tt.wantErr) || got != tt.timeout {
			t.Errorf("%v: %v, error %v, want %v, %v", tt.env, got, err, tt.timeout, tt.wantErr)
		}
	}
}
