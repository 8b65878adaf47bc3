// Package telemetry reports what a function does: one log line per request and metrics, both as
// JSON on standard output, where CloudWatch reads them, and spans of OpenTelemetry if wanted.
//
// # Log
//
// A line has the request's id, route and function, whether the process was cold, the duration,
// status and outcome, and the reason of a refusal. Only an error of the function has the level
// ERROR. Each line passes a filter that removes authorization headers, tokens and e-mail
// addresses, by name and by pattern, because a library's error may contain them.
//
// # Metrics
//
// Metrics are counted during a request and written at its end in CloudWatch's embedded metric
// format, whatever LOG_LEVEL is. Their names are in functions/contract.
//
// # Traces
//
// A program built with the tag "otel" (`make build TRACES=otel`) sends a span of each invocation
// to OTEL_EXPORTER_OTLP_ENDPOINT, as OTLP/HTTP with protobuf, before it responds. The span has
// the route, status, outcome and reason of refusal, whether the process was cold, and what
// otellambda adds about the invocation. Of what the caller sent it has the trace id only.
// Without the tag, OpenTelemetry is not linked.
//
// The exporter's standard settings for headers, compression and certificates work, and
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER and OTEL_SDK_DISABLED.
// OTEL_EXPORTER_OTLP_TIMEOUT is at most 2000; by default, 200 ms. By default, the parent decides
// whether a span is sampled: the caller's, or else X-Ray's. If callers are not trusted with
// that, set OTEL_TRACES_SAMPLER to traceidratio.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/settings"
)

// Telemetry writes the log and the metrics. It is safe for concurrent use; the metrics of
// concurrent requests may be written together.
type Telemetry struct {
	log    *slog.Logger
	stdout io.Writer
	warm   atomic.Bool

	mu     sync.Mutex
	counts map[metric]int
}

// New makes a Telemetry that writes to stdout, from the given LOG_LEVEL on.
func New(logLevel string, stdout io.Writer) (*Telemetry, error) {
	level, err := settings.ParseLogLevel(logLevel)
	if err != nil {
		return nil, err
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: newFilter().attr}
	return &Telemetry{
		log:    slog.New(slog.NewJSONHandler(stdout, options)),
		stdout: stdout,
		counts: map[metric]int{},
	}, nil
}

// Begin returns the context of a request, to which its log line is bound.
func (t *Telemetry) Begin(ctx context.Context) context.Context {
	return context.WithValue(ctx, lineKey{}, &line{start: time.Now()})
}

// End writes the log line and the metrics of the request that began with ctx.
func (t *Telemetry) End(ctx context.Context, route, requestID string, status int) {
	l, ok := ctx.Value(lineKey{}).(*line)
	if !ok {
		return
	}
	cold := !t.warm.Swap(true)
	if cold {
		t.Count(contract.MetricColdStart)
	}
	outcome := l.finalOutcome(status)
	annotateSpan(ctx, requestSummary{route, status, outcome, l.reason, cold})
	duration := time.Since(l.start)
	attrs := append([]slog.Attr{
		slog.String("requestId", requestID),
		slog.String("route", route),
		slog.String("function", lambdacontext.FunctionName),
		slog.Bool("coldStart", cold),
		slog.Float64("durationMs", float64(duration.Microseconds())/1000),
		slog.Int("status", status),
		slog.String("outcome", outcome),
	}, l.attrs...)
	level := slog.LevelInfo
	if l.trouble || status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	t.log.LogAttrs(ctx, level, "request", attrs...)
	t.flush(requestID)
}

// A line collects what a request's log line will say. One goroutine uses it.
type line struct {
	start   time.Time
	outcome string
	reason  string
	trouble bool
	attrs   []slog.Attr
}

type lineKey struct{}

func (l *line) finalOutcome(status int) string {
	switch {
	case l.outcome != "":
		return l.outcome
	case status >= http.StatusInternalServerError:
		return "failed"
	case status >= http.StatusBadRequest:
		return "refused"
	default:
		return "ok"
	}
}

// Note adds attributes to the request's log line.
func Note(ctx context.Context, attrs ...slog.Attr) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.attrs = append(l.attrs, attrs...)
	}
}

// Trouble notes an error that the response hides from the caller, and makes the log line an
// ERROR.
func Trouble(ctx context.Context, err error) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.trouble = true
	}
	Note(ctx, slog.String("error", err.Error()))
}

// Outcome sets the outcome of the request. By default, it is "ok", "refused" or "failed",
// depending on the status.
func Outcome(ctx context.Context, outcome string) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.outcome = outcome
	}
}
