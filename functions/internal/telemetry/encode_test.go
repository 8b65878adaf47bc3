//go:build otel

package telemetry

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// The generated types of the protocol read what was written by hand, and leave
// no field unknown.
func TestEncode(t *testing.T) {
	var got tracepb.TracesData
	s := &spans{send: func(_ context.Context, batch []sdk.ReadOnlySpan) error {
		return proto.Unmarshal(encode(batch), &got)
	}}
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(s),
		sdk.WithResource(resource.NewWithAttributes("https://schema.example", attribute.String("service.name", "f"))))
	tracer := provider.Tracer("scope", trace.WithInstrumentationVersion("1.2.3"))
	ctx, parent := tracer.Start(t.Context(), "parent", trace.WithSpanKind(trace.SpanKindServer))
	_, child := tracer.Start(ctx, "child", trace.WithAttributes(
		attribute.Bool("yes", true), attribute.Bool("no", false), attribute.Int("n", -5), attribute.Float64("x", 1.5),
		attribute.String("s", "ä"), attribute.String("empty", ""), attribute.StringSlice("list", []string{"a", "b"})))
	child.SetStatus(codes.Ok, "")
	child.End()
	parent.SetStatus(codes.Error, "")
	parent.End()
	if err := s.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := got.GetResourceSpans()[0]
	if all.GetSchemaUrl() != "https://schema.example" || all.GetResource().GetAttributes()[0].GetValue().GetStringValue() != "f" {
		t.Errorf("resource %v", all.GetResource())
	}
	scoped := all.GetScopeSpans()
	if len(scoped) != 2 || scoped[0].GetScope().GetName() != "scope" || scoped[0].GetScope().GetVersion() != "1.2.3" {
		t.Fatalf("scopes %v", scoped)
	}
	c, p := scoped[0].GetSpans()[0], scoped[1].GetSpans()[0]
	checkSpan(t, c, child, "child", tracepb.Span_SPAN_KIND_INTERNAL, tracepb.Status_STATUS_CODE_OK)
	checkSpan(t, p, parent, "parent", tracepb.Span_SPAN_KIND_SERVER, tracepb.Status_STATUS_CODE_ERROR)
	if string(c.GetParentSpanId()) != string(p.GetSpanId()) || len(p.GetParentSpanId()) != 0 {
		t.Errorf("parents %x and %x", c.GetParentSpanId(), p.GetParentSpanId())
	}
	values := c.GetAttributes()
	if v := values[0].GetValue(); values[0].GetKey() != "yes" || !v.GetBoolValue() || values[1].GetValue().GetBoolValue() {
		t.Errorf("booleans %v", values)
	}
	if values[2].GetValue().GetIntValue() != -5 || values[3].GetValue().GetDoubleValue() != 1.5 {
		t.Errorf("numbers %v", values)
	}
	if values[4].GetValue().GetStringValue() != "ä" || values[5].GetValue().GetValue() == nil || values[6].GetValue().GetStringValue() != `["a","b"]` {
		t.Errorf("texts %v", values)
	}
	if proto.Size(&got) == 0 || len(c.ProtoReflect().GetUnknown()) > 0 || len(all.ProtoReflect().GetUnknown()) > 0 {
		t.Error("fields that the protocol does not have")
	}
}

func checkSpan(t *testing.T, got *tracepb.Span, want trace.Span, name string, kind tracepb.Span_SpanKind, status tracepb.Status_StatusCode) {
	t.Helper()
	of := want.SpanContext()
	traceID, spanID := of.TraceID(), of.SpanID()
	if string(got.GetTraceId()) != string(traceID[:]) || string(got.GetSpanId()) != string(spanID[:]) {
		t.Errorf("%s: ids %x and %x", name, got.GetTraceId(), got.GetSpanId())
	}
	if got.GetName() != name || got.GetKind() != kind || got.GetStatus().GetCode() != status || got.GetStatus().GetMessage() != "" {
		t.Errorf("%s: %s %v %v", name, got.GetName(), got.GetKind(), got.GetStatus())
	}
	if got.GetStartTimeUnixNano() == 0 || got.GetEndTimeUnixNano() < got.GetStartTimeUnixNano() || got.GetFlags()&0xff&^uint32(trace.FlagsRandom) != 1 {
		t.Errorf("%s: from %d to %d, flags %x", name, got.GetStartTimeUnixNano(), got.GetEndTimeUnixNano(), got.GetFlags())
	}
}
