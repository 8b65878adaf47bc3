//go:build otel

package telemetry_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Whatever a collector does, the caller's answer is the same; it is waited for
// once, and nothing of what it says gets into the log.
func TestHostileCollector(t *testing.T) {
	want := newTraced(t, nil, ok).invoke(t, "", pets)
	elsewhere := newCollector(t, nil)
	released := make(chan struct{})
	defer close(released) // after the invocations: who waited for it would hang here
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		reason string
	}{
		{"500", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hush", http.StatusInternalServerError) }, "status 500"},
		{"429", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "hush")
			w.WriteHeader(http.StatusTooManyRequests)
		}, "status 429"},
		{"400 of 10 MB", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write(make([]byte, 10<<20))
		}, "status 400"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.server.URL+"/hush", http.StatusTemporaryRedirect)
		}, "status 307"},
		{"hangs", func(http.ResponseWriter, *http.Request) { <-released }, "timeout"},
		{"body hangs", func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush(); <-released }, "timeout"},
		{"hints for ever", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.WriteHeader(http.StatusEarlyHints)
			}
		}, "unreachable"}, // net/http gives up after five
		{"large header", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("hush", strings.Repeat("x", 1<<20)) }, "unreachable"},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "unreachable"},
		{"is no HTTP", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "hush")
				_ = conn.Close()
			}
		}, "unreachable"},
	} {
		c := newCollector(t, tt.answer)
		env := c.env()
		if tt.reason == "timeout" {
			delete(env, "OTEL_EXPORTER_OTLP_TIMEOUT")
		}
		f := newTraced(t, env, ok)
		for range 3 {
			if got := f.invoke(t, "", pets); got != want {
				t.Errorf("%s: answer %s, want %s", tt.name, got, want)
			}
		}
		complained(t, tt.name, f.log, tt.reason)
		if n := len(c.sent()); n != 1 {
			t.Errorf("%s: asked %d times, want once: it has failed", tt.name, n)
		}
	}
	if len(elsewhere.sent()) > 0 {
		t.Error("a redirect was followed")
	}
}

func TestCollectorIsDown(t *testing.T) {
	c := newCollector(t, nil)
	c.server.Close()
	f := newTraced(t, c.env(), ok)
	if got, want := f.invoke(t, "", pets), newTraced(t, nil, ok).invoke(t, "", pets); got != want {
		t.Errorf("answer %s, want %s", got, want)
	}
	complained(t, "down", f.log, "unreachable")
}

func complained(t *testing.T, name string, log *bytes.Buffer, reason string) {
	t.Helper()
	complaint := fmt.Sprintf(`"level":"WARN","msg":"spans were not delivered","reason":%q`, reason)
	if text := log.String(); strings.Count(text, complaint) != 1 || strings.Count(text, "WARN") != 1 ||
		strings.Contains(text, "hush") || strings.Contains(text, "127.0.0.1") {
		t.Errorf("%s: log %s, want one %s", name, text, complaint)
	}
}

// An answer of any length is thanked for and not read.
func TestLongAnswerIsNotRead(t *testing.T) {
	const long = 64 << 20 // more than all buffers on the way
	written := make(chan int, 1)
	c := newCollector(t, func(w http.ResponseWriter, _ *http.Request) {
		part, n := make([]byte, 1<<20), 0
		for n < long {
			if _, err := w.Write(part); err != nil {
				break
			}
			n += len(part)
		}
		written <- n
	})
	f := newTraced(t, c.env(), ok)
	f.invoke(t, "", pets)
	if n := <-written; n >= long {
		t.Errorf("an answer of %d bytes was read", n)
	}
	if strings.Contains(f.log.String(), "WARN") {
		t.Errorf("the spans have arrived: %s", f.log)
	}
}

// Lambda freezes a process for longer than collectors keep a connection.
func TestConnectionThatDiedIsReplaced(t *testing.T) {
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

// No setting of tracing keeps a program from its work.
func TestNoTraces(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "OTEL_EXPORTER_OTLP_ENDPOINT is not set"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "hush"}, "the collector must be an http or https address"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c.example", "OTEL_EXPORTER_OTLP_HEADERS": "hush"}, "OTEL_EXPORTER_OTLP_HEADERS must be"},
	} {
		f := newTraced(t, tt.env, ok)
		log := f.log.String()
		if strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.want) || !strings.Contains(log, "WARN") || strings.Contains(log, "hush") {
			t.Errorf("%v: log %s, want one warning that %s", tt.env, log, tt.want)
		}
		f.invoke(t, "", pets)
		if got := strings.TrimPrefix(f.log.String(), log); strings.Contains(got, "WARN") {
			t.Errorf("%v: warns again: %s", tt.env, got)
		}
	}
}

// The SDK's own complaints pass the filter too.
func TestSDKComplainsInTheLog(t *testing.T) {
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
		t.Error("a span that nobody wants")
	}
}
