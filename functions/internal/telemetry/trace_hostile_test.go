//go:build otel

package telemetry_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A hostile collector changes nothing about the function's response, is waited for once, and
// does not get its text into the log. Each case writes the secret where it can.
func TestHostileCollector(t *testing.T) {
	want := newTraced(t, nil, ok).invoke(t, "", pets)
	elsewhere := newCollector(t, nil)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "86400")
			http.Error(w, secret, code)
		}
	}
	for _, tt := range []struct {
		name     string
		respond  http.HandlerFunc
		reason   string
		requests int
	}{
		{"400", status(http.StatusBadRequest), "rejected", 1},
		{"429", status(http.StatusTooManyRequests), "rejected", 1},
		{"500", status(http.StatusInternalServerError), "rejected", 1},
		{"503", status(http.StatusServiceUnavailable), "rejected", 1},
		{"400 with 10 MB", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write(make([]byte, 10<<20))
		}, "rejected", 1},
		{"200 with 10 MB", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 10<<20)) }, "rejected", 1},
		{"200 with an invalid body", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-protobuf")
			_, _ = io.WriteString(w, secret)
		}, "rejected", 1},
		{"200 that rejects the spans", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-protobuf")
			body, _ := proto.Marshal(&tracepb.ExportTraceServiceResponse{
				PartialSuccess: &tracepb.ExportTracePartialSuccess{RejectedSpans: 1, ErrorMessage: secret},
			})
			_, _ = w.Write(body)
		}, "rejected", 1},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.server.URL+"/"+secret, http.StatusTemporaryRedirect)
		}, "rejected", 1},
		{"hangs", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "timeout", 1},
		{"body hangs", func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "timeout", 1},
		{"hints without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", strings.Repeat("x", 1<<20)) // net/http reads 10 MB of headers
			for r.Context().Err() == nil {
				w.WriteHeader(http.StatusEarlyHints)
			}
		}, "unreachable", 2},
		{"header of 11 MB", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(secret, strings.Repeat("x", 11<<20)) }, "unreachable", 2},
		{"closes the connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "unreachable", 2},
		{"is not HTTP", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, secret)
				_ = conn.Close()
			}
		}, "unreachable", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCollector(t, tt.respond)
			env := c.env()
			if tt.reason == "timeout" {
				env["OTEL_EXPORTER_OTLP_TIMEOUT"] = "" // the default
			}
			f := newTraced(t, env, ok)
			for range 3 {
				if got := f.invoke(t, "", pets); got != want {
					t.Errorf("response %s, want %s", got, want)
				}
			}
			checkWarning(t, f.log, tt.reason)
			if n := len(c.sent()); n != tt.requests {
				t.Errorf("%d requests, want %d: it has failed", n, tt.requests)
			}
		})
	}
	if len(elsewhere.sent()) > 0 {
		t.Error("a redirect was followed")
	}
}

func TestCollectorIsDown(t *testing.T) {
	want := newTraced(t, nil, ok).invoke(t, "", pets)
	c := newCollector(t, nil)
	c.server.Close()
	f := newTraced(t, c.env(), ok)
	if got := f.invoke(t, "", pets); got != want {
		t.Errorf("response %s, want %s", got, want)
	}
	checkWarning(t, f.log, "unreachable")
}

func checkWarning(t *testing.T, log *bytes.Buffer, reason string) {
	t.Helper()
	warning := fmt.Sprintf(`"level":"WARN","msg":"spans were not delivered","reason":%q`, reason)
	if text := log.String(); strings.Count(text, warning) != 1 || strings.Count(text, "WARN") != 1 ||
		strings.Contains(text, secret) || strings.Contains(text, "127.0.0.1") {
		t.Errorf("log %s, want one %s", text, warning)
	}
}

// Lambda freezes a process for longer than collectors keep a connection.
func TestClosedConnectionIsReplaced(t *testing.T) {
	c := newCollector(t, nil)
	f := newTraced(t, c.env(), ok)
	for i := range 20 {
		f.invoke(t, "", pets)
		if n := len(c.spans(t)); n != i+1 {
			t.Fatalf("%d spans after %d invocations: %s", n, i+1, f.log)
		}
		c.server.CloseClientConnections()
	}
}

// Wrong settings of tracing never keep a program from its work, and are not in the log.
func TestNoTraces(t *testing.T) {
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "OTEL_EXPORTER_OTLP_ENDPOINT is not set"},
		{map[string]string{endpoint: secret}, "the OTLP endpoint must be an http or https URL"},
		{map[string]string{endpoint: "http://c.example:" + secret}, "the OTLP endpoint must be an http or https URL"},
		{map[string]string{endpoint: "https://c.example", "OTEL_EXPORTER_OTLP_TIMEOUT": secret}, "OTEL_EXPORTER_OTLP_TIMEOUT must be"},
		{map[string]string{endpoint: "https://c.example", "OTEL_EXPORTER_OTLP_PROTOCOL": secret}, "OTEL_EXPORTER_OTLP_PROTOCOL must be"},

		// The exporter goes on without these.
		{map[string]string{endpoint: "https://c.example", "OTEL_EXPORTER_OTLP_HEADERS": secret}, "parse headers"},
		{map[string]string{endpoint: "https://c.example", "OTEL_EXPORTER_OTLP_HEADERS": "key=%" + secret}, "escape header value"},
		{map[string]string{endpoint: "https://c.example", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere/" + secret}, "read tls ca cert file"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			log := newTraced(t, tt.env, ok).log.String()
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.want) || !strings.Contains(log, "WARN") || strings.Contains(log, secret) {
				t.Errorf("log %s, want one warning with %q", log, tt.want)
			}
		})
	}
}

func TestNoTracesWarnsOnce(t *testing.T) {
	f := newTraced(t, nil, ok)
	f.log.Reset()
	f.invoke(t, "", pets)
	if strings.Contains(f.log.String(), "WARN") {
		t.Errorf("log %s, want no second warning", f.log)
	}
}

// The SDK's own errors pass the filter too.
func TestSDKErrorsAreLogged(t *testing.T) {
	t.Setenv("OTEL_TRACES_SAMPLER", "ann@example.com")
	c := newCollector(t, nil)
	f := newTraced(t, c.env(), ok)
	if log := f.log.String(); !strings.Contains(log, "unsupported sampler") || strings.Contains(log, "ann") {
		t.Errorf("log %q", log)
	}
	f.invoke(t, "", pets)
	if len(c.spans(t)) != 1 {
		t.Error("no span by the default sampler")
	}
}

func TestSampler(t *testing.T) {
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	c := newCollector(t, nil)
	newTraced(t, c.env(), ok).invoke(t, "", pets)
	if len(c.sent()) > 0 {
		t.Error("a span was sent although the sampler is off")
	}
}
