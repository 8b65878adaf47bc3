//go:build otel

package telemetry

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var (
	errRejected    = errors.New("failed to send to https://collector.example: 503 secret")
	errUnreachable = &url.Error{Op: "Post", URL: "https://secret@c", Err: errors.New("connection refused")}
)

// endSpans ends n spans of a real tracer.
func endSpans(t *testing.T, p *processor, n int) {
	t.Helper()
	tracer := sdk.NewTracerProvider(sdk.WithSpanProcessor(p)).Tracer("")
	for range n {
		_, span := tracer.Start(t.Context(), "GET /pets", trace.WithNewRoot())
		span.End()
	}
}

// The clock is synctest's, so the bounds are exact.
func TestFlushIsBounded(t *testing.T) {
	hang := func(ctx context.Context, _ []sdk.ReadOnlySpan) error { <-ctx.Done(); return ctx.Err() }
	fail := func(err error) func(context.Context, []sdk.ReadOnlySpan) error {
		return func(context.Context, []sdk.ReadOnlySpan) error { return err }
	}
	for _, tt := range []struct {
		name     string
		export   func(context.Context, []sdk.ReadOnlySpan) error
		deadline time.Duration // of the invocation
		took     time.Duration
		log      string
	}{
		{"hangs", hang, time.Second, exportTimeout, `"timeout"`},
		{"is rejected", fail(errRejected), time.Second, 0, `"rejected"`},
		{"redirects", fail(&url.Error{Err: errRedirect}), time.Second, 0, `"rejected"`},
		{"cannot connect", fail(errUnreachable), time.Second, 0, `"unreachable"`},
		// The invocation's own end is not the collector's failure.
		{"hangs, little time left", hang, time.Millisecond, time.Millisecond, ""},
		{"no time left", fail(errRejected), 0, 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			tel, out := start(t, "")
			p := &processor{export: tt.export, timeout: exportTimeout, log: tel.log}
			ctx, cancel := context.WithTimeout(t.Context(), tt.deadline)
			defer cancel()
			endSpans(t, p, 1)
			begin := time.Now()
			if err := p.ForceFlush(ctx); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if took := time.Since(begin); took != tt.took {
				t.Errorf("%s: took %v, want %v", tt.name, took, tt.took)
			}
			log := out.String()
			if (tt.log == "") != (log == "") || !strings.Contains(log, tt.log) || strings.Contains(log, "secret") {
				t.Errorf("%s: log %q, want %q", tt.name, log, tt.log)
			}
		})
	}
}

// A connection that fails is replaced once, within the same timeout; a rejection is final.
func TestExportAttempts(t *testing.T) {
	for _, tt := range []struct {
		name     string
		errs     []error // of the first exports
		attempts int
		log      bool
	}{
		{"delivered", nil, 1, false},
		{"connection failed", []error{errUnreachable}, 2, false},
		{"connection failed twice", []error{errUnreachable, errUnreachable}, 2, true},
		{"connection failed, then rejected", []error{errUnreachable, errRejected}, 2, true},
		{"rejected", []error{errRejected}, 1, true},
		{"redirected", []error{&url.Error{Err: errRedirect}}, 1, true},
		{"timeout", []error{&url.Error{Err: context.DeadlineExceeded}}, 1, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			tel, out := start(t, "")
			attempts := 0
			p := &processor{timeout: exportTimeout, log: tel.log}
			p.export = func(ctx context.Context, _ []sdk.ReadOnlySpan) error {
				if attempts++; attempts > len(tt.errs) {
					return nil
				}
				err := tt.errs[attempts-1]
				if errors.Is(err, context.DeadlineExceeded) {
					<-ctx.Done()
				}
				return err
			}
			endSpans(t, p, 1)
			_ = p.ForceFlush(t.Context())
			if attempts != tt.attempts || (out.Len() > 0) != tt.log {
				t.Errorf("%s: %d attempts, log %q, want %d attempts, log %t", tt.name, attempts, out, tt.attempts, tt.log)
			}
		})
	}
}

// While the collector is down, one request in ten seconds waits for it.
func TestPauseAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tel, out := start(t, "")
		exports := 0
		p := &processor{timeout: exportTimeout, log: tel.log, export: func(context.Context, []sdk.ReadOnlySpan) error {
			if exports++; exports == 1 {
				return errRejected
			}
			return nil
		}}
		flush := func() { endSpans(t, p, 1); _ = p.ForceFlush(t.Context()) }
		for range 5 {
			flush()
		}
		time.Sleep(exportPause - time.Nanosecond)
		flush()
		if exports != 1 || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%d exports, log %s: want one each", exports, out)
		}
		time.Sleep(time.Nanosecond)
		flush()
		flush()
		if exports != 3 {
			t.Errorf("%d exports, want 3: the pause is over", exports)
		}
	})
}

func TestSpansAreExportedOnceAndBounded(t *testing.T) {
	tel, _ := start(t, "")
	var batches []int
	p := &processor{timeout: exportTimeout, log: tel.log, export: func(_ context.Context, batch []sdk.ReadOnlySpan) error {
		batches = append(batches, len(batch))
		return nil
	}}
	for _, n := range []int{1, 0, 3, 10 * maxSpans} {
		endSpans(t, p, n)
		_ = p.ForceFlush(t.Context())
	}
	if len(batches) != 3 || batches[0] != 1 || batches[1] != 3 || batches[2] != maxSpans {
		t.Errorf("batches of %d, want 1, 3 and %d", batches, maxSpans)
	}
}
