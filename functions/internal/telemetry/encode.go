//go:build otel

package telemetry

import (
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/protowire"
)

// A message is one of protocol buffers, to which fields are appended. The
// generated types would link reflection, with which the linker no longer drops
// what nobody calls: 3 to 6 MB for each program.
type message []byte

func (m *message) bytes(field protowire.Number, value []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), value)
}

// text leaves out what is empty, as does all of version 3.
func (m *message) text(field protowire.Number, value string) {
	if value != "" {
		m.bytes(field, []byte(value))
	}
}

func (m *message) number(field protowire.Number, value uint64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), value)
}

func (m *message) fixed64(field protowire.Number, value uint64) {
	*m = protowire.AppendFixed64(protowire.AppendTag(*m, field, protowire.Fixed64Type), value)
}

func (m *message) fixed32(field protowire.Number, value uint32) {
	*m = protowire.AppendFixed32(protowire.AppendTag(*m, field, protowire.Fixed32Type), value)
}

// encode makes an ExportTraceServiceRequest, whose fields are those of
// opentelemetry/proto/trace/v1/trace.proto. All spans of a process have one
// resource; each stands under its scope, repeated.
func encode(batch []sdk.ReadOnlySpan) []byte {
	var resource, all, request message
	for _, kv := range batch[0].Resource().Attributes() {
		resource.bytes(1, encodeAttribute(kv))
	}
	all.bytes(1, resource)
	for _, span := range batch {
		all.bytes(2, encodeScoped(span))
	}
	all.text(3, batch[0].Resource().SchemaURL())
	request.bytes(1, all)
	return request
}

func encodeScoped(span sdk.ReadOnlySpan) message {
	var scope, scoped message
	scope.text(1, span.InstrumentationScope().Name)
	scope.text(2, span.InstrumentationScope().Version)
	scoped.bytes(1, scope)
	scoped.bytes(2, encodeSpan(span))
	scoped.text(3, span.InstrumentationScope().SchemaURL)
	return scoped
}

// encodeSpan leaves out what spans of ours do not have: state, events and links.
func encodeSpan(span sdk.ReadOnlySpan) message {
	var m message
	self, parent := span.SpanContext(), span.Parent()
	traceID, spanID := self.TraceID(), self.SpanID()
	m.bytes(1, traceID[:])
	m.bytes(2, spanID[:])
	if parent.HasSpanID() {
		parentID := parent.SpanID()
		m.bytes(4, parentID[:])
	}
	m.text(5, span.Name())
	m.number(6, uint64(span.SpanKind())) // the numbers are the same
	m.fixed64(7, nanoseconds(span.StartTime()))
	m.fixed64(8, nanoseconds(span.EndTime()))
	for _, kv := range span.Attributes() {
		m.bytes(9, encodeAttribute(kv))
	}
	var status message
	switch span.Status().Code {
	case codes.Ok:
		status.number(3, 1)
	case codes.Error:
		status.number(3, 2)
	}
	m.bytes(15, status)
	m.fixed32(16, flags(self.TraceFlags(), parent.IsRemote()))
	return m
}

// flags: bit 8 says that bit 9 is known, which says whether the parent is
// somebody else's.
func flags(own trace.TraceFlags, remote bool) uint32 {
	set := uint32(own) | 0x100
	if remote {
		set |= 0x200
	}
	return set
}

func nanoseconds(t time.Time) uint64 { return uint64(max(t.UnixNano(), 0)) }

func encodeAttribute(kv attribute.KeyValue) message {
	var value, m message
	switch kv.Value.Type() {
	case attribute.BOOL:
		value.number(2, protowire.EncodeBool(kv.Value.AsBool()))
	case attribute.INT64:
		value.number(3, uint64(kv.Value.AsInt64()))
	case attribute.FLOAT64:
		value.fixed64(4, math.Float64bits(kv.Value.AsFloat64()))
	default:
		value.bytes(1, []byte(kv.Value.String()))
	}
	m.text(1, string(kv.Key))
	m.bytes(2, value)
	return m
}
