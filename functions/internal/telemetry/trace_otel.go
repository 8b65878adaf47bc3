//go:build otel

package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-lambda-go/otellambda"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"
)

// Trace returns a handler that makes a span of each invocation and has sent it
// when it returns. Without a usable collector it says so in one line, and
// returns the handler as it is: no setting of tracing keeps a program from its
// work.
func (t *Telemetry) Trace(ctx context.Context, next lambda.Handler, getenv func(string) string) lambda.Handler {
	to, err := newCollector(getenv)
	if err != nil {
		t.log.LogAttrs(ctx, slog.LevelWarn, noTraces, slog.Any("error", err))
		return next
	}
	// By default the SDK complains on standard error, past the filter.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		t.log.LogAttrs(ctx, slog.LevelWarn, "OpenTelemetry", slog.Any("error", err))
	}))
	waiting := &spans{send: to.send, limit: to.limit, log: t.log}
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(waiting), sdk.WithResource(origin(ctx, getenv)))
	return otellambda.WrapHandler(next,
		otellambda.WithTracerProvider(provider),
		otellambda.WithFlusher(waiting),
		otellambda.WithEventToCarrier(traceParent),
		otellambda.WithPropagator(parents{}),
	)
}

// origin is what all spans of this process share; OTEL_SERVICE_NAME and
// OTEL_RESOURCE_ATTRIBUTES win.
func origin(ctx context.Context, getenv func(string) string) *resource.Resource {
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
		otel.Handle(err) // what could be read is there
	}
	return res
}

// describe tells the request's span how the request ended. The span has no
// other texts: an error's own may hold what the caller has sent.
func describe(ctx context.Context, e ended) {
	span := trace.SpanFromContext(ctx)
	method, path, _ := strings.Cut(e.route, " ")
	span.SetName(e.route)
	span.SetAttributes(
		semconv.FaaSTriggerHTTP,
		semconv.FaaSColdstart(e.cold),
		semconv.HTTPRequestMethodKey.String(method),
		semconv.HTTPRoute(path),
		semconv.HTTPResponseStatusCode(e.status),
		attribute.String("securedpets.outcome", e.outcome),
	)
	if e.reason != "" {
		span.SetAttributes(attribute.String("securedpets.reason", e.reason))
	}
	if e.status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}
