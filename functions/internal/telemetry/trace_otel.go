//go:build otel

package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/go-logr/logr"
	"go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-lambda-go/otellambda"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"
)

// Trace returns a handler that makes a span of each invocation and exports it before it returns.
// If the settings are not usable, it logs one warning and returns next unchanged: tracing never
// keeps a program from its work.
func (t *Telemetry) Trace(ctx context.Context, next lambda.Handler, getenv func(string) string) lambda.Handler {
	t.redirectErrors(ctx)
	exporter, timeout, err := newExporter(ctx, getenv)
	if err != nil {
		t.log.LogAttrs(ctx, slog.LevelWarn, noTraces, slog.Any("error", err))
		return next
	}
	p := &processor{export: exporter.ExportSpans, timeout: timeout, log: t.log}
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(p), sdk.WithResource(newResource(ctx, getenv)))
	return otellambda.WrapHandler(next,
		otellambda.WithTracerProvider(provider),
		otellambda.WithFlusher(p),
		otellambda.WithEventToCarrier(traceParent),
		otellambda.WithPropagator(parents{}),
	)
}

// redirectErrors makes the SDK report to the filtered log. By default it writes to standard
// error. Its logger's values are dropped: they are settings as they were written, keys included.
func (t *Telemetry) redirectErrors(ctx context.Context) {
	warn := func(attr slog.Attr) { t.log.LogAttrs(ctx, slog.LevelWarn, "OpenTelemetry", attr) }
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { warn(slog.Any("error", err)) }))
	otel.SetLogger(logr.New(errorSink(func(text string) { warn(slog.String("error", text)) })))
}

// An errorSink implements [logr.LogSink]. It passes on the text of errors and nothing else.
type errorSink func(text string)

func (errorSink) Init(logr.RuntimeInfo)                  {}
func (errorSink) Enabled(int) bool                       { return false }
func (errorSink) Info(int, string, ...any)               {}
func (s errorSink) Error(_ error, text string, _ ...any) { s(text) }
func (s errorSink) WithValues(...any) logr.LogSink       { return s }
func (s errorSink) WithName(string) logr.LogSink         { return s }

// newResource returns what all spans of the process share. OTEL_SERVICE_NAME and
// OTEL_RESOURCE_ATTRIBUTES take precedence.
func newResource(ctx context.Context, getenv func(string) string) *resource.Resource {
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(
			semconv.ServiceName(lambdacontext.FunctionName),
			semconv.CloudProviderAWS,
			semconv.CloudPlatformAWSLambda,
			semconv.CloudRegion(getenv("AWS_REGION")),
			semconv.FaaSName(lambdacontext.FunctionName),
			semconv.FaaSVersion(lambdacontext.FunctionVersion),
		),
		resource.WithFromEnv(),
	)
	if err != nil {
		otel.Handle(err) // res has what could be read
	}
	return res
}

// annotateSpan adds the summary to the request's span. An error's text is not added: it may
// contain what the caller sent.
func annotateSpan(ctx context.Context, s requestSummary) {
	span := trace.SpanFromContext(ctx)
	method, path, _ := strings.Cut(s.route, " ")
	span.SetName(s.route)
	span.SetAttributes(
		semconv.FaaSTriggerHTTP,
		semconv.FaaSColdstart(s.cold),
		semconv.HTTPRequestMethodKey.String(method),
		semconv.HTTPRoute(path),
		semconv.HTTPResponseStatusCode(s.status),
		attribute.String("securedpets.outcome", s.outcome),
	)
	if s.reason != "" {
		span.SetAttributes(attribute.String("securedpets.reason", s.reason))
	}
	if s.status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}
