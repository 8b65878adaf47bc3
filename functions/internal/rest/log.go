package rest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// errLogLevel names the choice.
var errLogLevel = errors.New("LOG_LEVEL must be debug, info, warn or error")

// NewLogger writes JSON lines from the given level on; "" is info.
func NewLogger(level string, w io.Writer) (*slog.Logger, error) {
	levels := map[string]slog.Level{
		"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	least, ok := levels[strings.ToLower(level)]
	if !ok {
		return nil, errLogLevel
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least})), nil
}

// An Entry is the log line of a request while it grows.
type Entry struct {
	err    error
	status int
	attrs  []slog.Attr
}

type entryKey struct{}

func withEntry(ctx context.Context, entry *Entry) context.Context {
	return context.WithValue(ctx, entryKey{}, entry)
}

// Note adds attributes to the log line of the request.
func Note(ctx context.Context, attrs ...slog.Attr) {
	if entry, ok := ctx.Value(entryKey{}).(*Entry); ok {
		entry.attrs = append(entry.attrs, attrs...)
	}
}

// fail remembers what an answer was made for.
func fail(ctx context.Context, status int, err error) {
	if entry, ok := ctx.Value(entryKey{}).(*Entry); ok {
		entry.err, entry.status = err, status
	}
}

// write writes the one line of a request. Only what is not the caller's fault is an error.
func (e *Endpoint) write(ctx context.Context, entry *Entry, req Request, status int, took time.Duration) {
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("requestId", requestID(ctx, req)),
		slog.String("route", e.Route),
		slog.String("function", lambdacontext.FunctionName),
		slog.Bool("coldStart", !e.warm.Swap(true)),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
		slog.Int("status", status),
	}
	attrs = append(attrs, entry.attrs...)
	if entry.err != nil {
		attrs = append(attrs, slog.String("error", entry.err.Error()))
	}
	e.Log.LogAttrs(ctx, level, "request", attrs...)
}

// requestID is API Gateway's, which the caller knows as apigw-requestid; for a
// bare invocation it is Lambda's.
func requestID(ctx context.Context, req Request) string {
	if id := req.RequestContext.RequestID; id != "" {
		return id
	}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}
