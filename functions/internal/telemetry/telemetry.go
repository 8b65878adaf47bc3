// Package telemetry is what a function tells those who run it: one log line per
// request and the metrics of the shop, both as JSON on standard output, where
// CloudWatch finds them.
//
// # Log
//
// A line has the request's id, route and function, whether the process was
// cold, how long it took, the status, an outcome, and of what was refused the
// reason. Only what is not the caller's fault is an error. Whatever is written
// passes a filter that takes out authorization headers, tokens and e-mail
// addresses, by name and by looks: texts of libraries hold what they please.
//
// # Metrics
//
// Metrics are counted during a request and written at its end in CloudWatch's
// embedded metric format, whatever LOG_LEVEL is. Their names are in names.go:
// alarms and the dashboard use them by the same spelling.
//
// # Traces
//
// Built with the tag "otel" (`make build TRACES=otel`) and told a collector by
// OTEL_EXPORTER_OTLP_ENDPOINT, a program sends a span of each invocation by
// OTLP/HTTP before it answers. The span has the route, status, outcome and
// reason of refusal, whether the process was cold, and what otellambda adds,
// which is Lambda's own; nothing of what the caller has sent but the number of
// the trace.
// Without the tag, nothing of OpenTelemetry is linked.
//
// Of the standard settings OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
// OTEL_TRACES_SAMPLER, OTEL_SDK_DISABLED and OTEL_EXPORTER_OTLP_HEADERS count
// too, and OTEL_EXPORTER_OTLP_TIMEOUT, which is 200 ms here. By default the
// parent decides whether a span is sent: the caller's, or else X-Ray's with its
// rate. Who does not trust his callers with that sets OTEL_TRACES_SAMPLER to
// traceidratio.
package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// errLogLevel names the choice.
var errLogLevel = errors.New("LOG_LEVEL must be debug, info, warn or error")

// Telemetry is safe for concurrent use; metrics of concurrent requests may be
// written together.
type Telemetry struct {
	log    *slog.Logger
	stdout io.Writer
	warm   atomic.Bool

	mu     sync.Mutex
	counts map[count]int
}

// New writes to stdout; log lines from the given level on, "" being info.
func New(level string, stdout io.Writer) (*Telemetry, error) {
	levels := map[string]slog.Level{
		"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	least, ok := levels[strings.ToLower(level)]
	if !ok {
		return nil, errLogLevel
	}
	options := &slog.HandlerOptions{Level: least, ReplaceAttr: newFilter().attr}
	return &Telemetry{
		log:    slog.New(slog.NewJSONHandler(stdout, options)),
		stdout: stdout,
		counts: map[count]int{},
	}, nil
}

// Begin returns a context to which the request's log line is tied.
func (t *Telemetry) Begin(ctx context.Context) context.Context {
	return context.WithValue(ctx, lineKey{}, &line{start: time.Now()})
}

// End writes the line and the metrics of the request that began with ctx.
func (t *Telemetry) End(ctx context.Context, route, requestID string, status int) {
	l, ok := ctx.Value(lineKey{}).(*line)
	if !ok {
		return
	}
	cold := !t.warm.Swap(true)
	if cold {
		t.Count(ColdStart)
	}
	outcome := l.ending(status)
	annotateSpan(ctx, requestSummary{route, status, outcome, l.reason, cold})
	took := time.Since(l.start)
	attrs := append([]slog.Attr{
		slog.String("requestId", requestID),
		slog.String("route", route),
		slog.String("function", lambdacontext.FunctionName),
		slog.Bool("coldStart", cold),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
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

// A line grows while its request is served, on one goroutine.
type line struct {
	start   time.Time
	outcome string
	reason  string
	trouble bool
	attrs   []slog.Attr
}

type lineKey struct{}

func (l *line) ending(status int) string {
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

// Note adds attributes to the log line of the request.
func Note(ctx context.Context, attrs ...slog.Attr) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.attrs = append(l.attrs, attrs...)
	}
}

// Trouble notes an error that the caller was spared, and makes the line one for
// those who look for errors.
func Trouble(ctx context.Context, err error) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.trouble = true
	}
	Note(ctx, slog.String("error", err.Error()))
}

// Outcome says in a word how the request ended. By default, it is "ok",
// "refused" or "failed", after the status.
func Outcome(ctx context.Context, outcome string) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.outcome = outcome
	}
}

// Debug writes a line of its own, if somebody has asked for as much.
func (t *Telemetry) Debug(ctx context.Context, text string, attrs ...slog.Attr) {
	t.log.LogAttrs(ctx, slog.LevelDebug, text, attrs...)
}
