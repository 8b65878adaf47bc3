//go:build otel

package telemetry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

const (
	// exportTimeout bounds how long a caller waits for the export. A collector in a Lambda layer
	// responds in 1 ms; a new TLS connection within a region takes about 20 ms, and several times
	// that with 128 MiB, which is a fourteenth of a processor.
	exportTimeout = 200 * time.Millisecond

	// maxExportTimeout is a fifth of the function's timeout. OTLP's own default is 10 s.
	maxExportTimeout = 2 * time.Second
)

// The errors do not contain the value of the setting: it may be a password.
var (
	errNoCollector = errors.New("OTEL_EXPORTER_OTLP_ENDPOINT is not set")
	errDisabled    = errors.New("OTEL_SDK_DISABLED is true")
	errEndpoint    = errors.New("the OTLP endpoint must be an http or https URL")
	errProtocol    = errors.New("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf")
	errTimeout     = errors.New("OTEL_EXPORTER_OTLP_TIMEOUT must be milliseconds, from 1 to 2000")

	errRedirect = errors.New("the collector redirects")
)

// newExporter returns OpenTelemetry's exporter and the timeout of an export. The exporter reads
// the other OTEL_EXPORTER_OTLP_ settings from the process environment itself.
func newExporter(ctx context.Context, getenv func(string) string) (sdk.SpanExporter, time.Duration, error) {
	timeout, err := checkSettings(getenv)
	if err != nil {
		return nil, 0, err
	}
	exporter, err := otlptracehttp.New(ctx,
		otlptracehttp.WithTimeout(timeout),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}), // a retry would make the caller wait
		otlptracehttp.WithProxy(refuseRedirect),
	)
	return exporter, timeout, err
}

// refuseRedirect keeps spans from any address that is not configured, Lambda's Runtime API for
// example. It is called before each request.
func refuseRedirect(r *http.Request) (*url.URL, error) {
	if r.Response != nil {
		return nil, errRedirect
	}
	return http.ProxyFromEnvironment(r)
}

// checkSettings checks what the exporter would replace by a default.
func checkSettings(getenv func(string) string) (timeout time.Duration, err error) {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") {
		return 0, errDisabled
	}
	if err := checkEndpoint(first(getenv, endpointSettings[:]...)); err != nil {
		return 0, err
	}
	switch first(getenv, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL") {
	case "", "http/protobuf":
	default:
		return 0, errProtocol
	}
	return parseTimeout(first(getenv, "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"))
}

// first returns the first setting that is not empty.
func first(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if value := strings.TrimSpace(getenv(name)); value != "" {
			return value
		}
	}
	return ""
}

func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return errNoCollector
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errEndpoint
	}
	return nil
}

func parseTimeout(text string) (time.Duration, error) {
	if text == "" {
		return exportTimeout, nil
	}
	ms, err := strconv.Atoi(text)
	if err != nil || ms < 1 || ms > int(maxExportTimeout/time.Millisecond) {
		return 0, errTimeout
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// exportFailure classifies an export's error. Its text is not logged: it contains the endpoint
// and the collector's response.
func exportFailure(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case isTransportError(err):
		return "unreachable"
	default:
		return "rejected"
	}
}

// isTransportError reports whether no HTTP response arrived.
func isTransportError(err error) bool {
	_, ok := errors.AsType[*url.Error](err)
	return ok && !errors.Is(err, errRedirect)
}
