//go:build !otel

package telemetry

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambda"
)

var errNotLinked = errors.New("OTEL_EXPORTER_OTLP_ENDPOINT is set, but the program was built without `make build TRACES=otel`")

// Trace returns next unchanged: the program was built without tracing. It logs a warning if a
// collector is set.
func (t *Telemetry) Trace(ctx context.Context, next lambda.Handler, getenv func(string) string) lambda.Handler {
	for _, name := range endpointSettings {
		if getenv(name) != "" {
			t.log.LogAttrs(ctx, slog.LevelWarn, noTraces, slog.Any("error", errNotLinked))
			break
		}
	}
	return next
}

func annotateSpan(context.Context, requestSummary) {}
