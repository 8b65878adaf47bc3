//go:build otel

package telemetry

import (
	"context"
	"encoding/json"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// parents finds the parent of our span: the caller's by W3C Trace Context, or else the X-Ray
// segment that Lambda made for the invocation.
type parents struct{ propagation.TraceContext }

// Extract takes X-Ray's parent from the runtime only: any client can send the event's header of
// that name.
func (p parents) Extract(ctx context.Context, event propagation.TextMapCarrier) context.Context {
	if header, ok := ctx.Value("x-amzn-trace-id").(string); ok { // set by aws-lambda-go
		if parent := xrayParent(header); parent.IsValid() {
			ctx = trace.ContextWithRemoteSpanContext(ctx, parent)
		}
	}
	return p.TraceContext.Extract(ctx, event)
}

// xrayParent reads "Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=0|1" (X-Ray
// developer guide, "Tracing header"). A malformed header has no parent.
func xrayParent(header string) trace.SpanContext {
	parent := trace.SpanContextConfig{Remote: true}
	for field := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Root":
			if version, id, found := strings.Cut(value, "-"); found && version == "1" {
				parent.TraceID, _ = trace.TraceIDFromHex(strings.Replace(id, "-", "", 1)) // or stays invalid
			}
		case "Parent":
			parent.SpanID, _ = trace.SpanIDFromHex(value) // or stays invalid
		case "Sampled":
			parent.TraceFlags = trace.TraceFlags(0).WithSampled(value == "1")
		}
	}
	return trace.NewSpanContext(parent)
}

// traceParent returns the event's traceparent header, which is numbers only. Trace state and
// baggage are the caller's free text: they are ignored.
func traceParent(payload []byte) propagation.TextMapCarrier {
	var event struct {
		Headers map[string]string `json:"headers"`
	}
	carrier := propagation.MapCarrier{}
	if json.Unmarshal(payload, &event) != nil {
		return carrier // the handler rejects the event
	}
	for name, value := range event.Headers {
		if strings.EqualFold(name, "traceparent") {
			carrier["traceparent"] = value
		}
	}
	return carrier
}
