//go:build otel

package telemetry_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"example.com/securedpets/functions/internal/rest"
)

func TestParent(t *testing.T) {
	const (
		xray      = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
		xrayTrace = "5759e988bd862e3fe1be46a994272793"
		xraySpan  = "53995c3f42cd8ad8"
		w3c       = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
		w3cTrace  = "0af7651916cd43dd8448eb211c80319c"
		w3cSpan   = "b7ad6b7169203331"
		own       = "" // a new trace
		unsampled = "none"
	)
	for _, tt := range []struct {
		name, xray, header, value string
		trace, span               string
	}{
		{"none", "", "", "", own, own},
		{"X-Ray's", xray, "", "", xrayTrace, xraySpan},
		{"the caller's", "", "traceparent", w3c, w3cTrace, w3cSpan},
		{"the caller's before X-Ray's", xray, "traceparent", w3c, w3cTrace, w3cSpan},
		{"a header in any spelling", xray, "TraceParent", w3c, w3cTrace, w3cSpan},
		{"with more that Lambda adds", xray + ";Lineage=a87bd80c:1|68fd508a:5", "", "", xrayTrace, xraySpan},

		// The parent decides whether a span is sampled.
		{"X-Ray's, not sampled", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0", "", "", unsampled, ""},
		{"X-Ray's, undecided", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8", "", "", unsampled, ""},
		{"the caller's, not sampled", xray, "traceparent", w3c[:len(w3c)-1] + "0", unsampled, ""},

		// Any client can send these headers.
		{"X-Ray's in the event", "", "x-amzn-trace-id", xray, own, own},
		{"malformed", xray, "traceparent", "secret", xrayTrace, xraySpan},
		{"too short", xray, "traceparent", w3c[:len(w3c)-1], xrayTrace, xraySpan},
		{"too long", xray, "traceparent", w3c + "-secret", xrayTrace, xraySpan},
		{"no trace", xray, "traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01", xrayTrace, xraySpan},
		{"no span", xray, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", xrayTrace, xraySpan},
		{"version ff", xray, "traceparent", "ff" + w3c[2:], xrayTrace, xraySpan},
		{"empty", xray, "traceparent", "", xrayTrace, xraySpan},

		{"X-Ray's without parent", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", "", "", own, own},
		{"X-Ray's without root", "Parent=53995c3f42cd8ad8;Sampled=1", "", "", own, own},
		{"X-Ray's version 2", "Root=2" + xray[6:], "", "", own, own},
		{"X-Ray's not in hex", "Root=1-5759e988-bd862e3fe1be46a99427279x;Parent=53995c3f42cd8ad8;Sampled=1", "", "", own, own},
		{"X-Ray's too short", "Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=1", "", "", own, own},
		{"X-Ray's is malformed", ";;=;Root;Parent=", "", "", own, own},
	} {
		c := newCollector(t, nil)
		event := rest.Request{Version: "2.0", RawPath: "/pets", Headers: map[string]string{tt.header: tt.value}}
		payload, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		newTraced(t, c.env(), ok).invoke(t, tt.xray, string(payload))
		got := c.spans(t)
		if tt.trace == unsampled {
			if len(got) > 0 {
				t.Errorf("%s: %v, want no span", tt.name, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Fatalf("%s: %d spans", tt.name, len(got))
		}
		trace, span := fmt.Sprintf("%x", got[0].GetTraceId()), fmt.Sprintf("%x", got[0].GetParentSpanId())
		if span != tt.span || tt.trace != own && trace != tt.trace || tt.trace == own && (trace == xrayTrace || trace == w3cTrace) {
			t.Errorf("%s: trace %s, parent %s, want %s and %s", tt.name, trace, span, tt.trace, tt.span)
		}
	}
}
