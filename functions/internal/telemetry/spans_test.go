//go:build otel

package telemetry

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// ended spans of a real tracer, which gives them to s.
func end(t *testing.T, s *spans, n int) {
	t.Helper()
	tracer := sdk.NewTracerProvider(sdk.WithSpanProcessor(s)).Tracer("")
	for range n {
		_, span := tracer.Start(t.Context(), "GET /pets", trace.WithNewRoot())
		span.End()
	}
}

// The clock is synctest's: the limits are exact.
func TestFlushIsBounded(t *testing.T) {
	hang := func(ctx context.Context, _ []sdk.ReadOnlySpan) error { <-ctx.Done(); return ctx.Err() }
	fail := func(context.Context, []sdk.ReadOnlySpan) error { return &statusError{503} }
	for _, tt := range []struct {
		name     string
		send     func(context.Context, []sdk.ReadOnlySpan) error
		deadline time.Duration // of the invocation
		took     time.Duration
		log      string
	}{
		{"hangs", hang, time.Second, exportLimit, `"timeout"`},
		{"fails", fail, time.Second, 0, `"status 503"`},
		{"cannot be reached", func(context.Context, []sdk.ReadOnlySpan) error { return errors.New("dial http://u:secret@c") }, time.Second, 0, `"unreachable"`},
		// The invocation's own end is no failure of the collector's.
		{"hangs, little time left", hang, time.Millisecond, time.Millisecond, ""},
		{"no time left", fail, 0, 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			tel, out := start(t, "")
			s := &spans{send: tt.send, limit: exportLimit, log: tel.log}
			ctx, cancel := context.WithTimeout(t.Context(), tt.deadline)
			defer cancel()
			end(t, s, 1)
			begin := time.Now()
			if err := s.ForceFlush(ctx); err != nil {
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

// While a collector is away, one caller in ten seconds pays for finding out.
func TestPauseAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tel, out := start(t, "")
		sent := 0
		s := &spans{log: tel.log, send: func(context.Context, []sdk.ReadOnlySpan) error {
			if sent++; sent == 1 {
				return &statusError{500}
			}
			return nil
		}}
		flush := func() { end(t, s, 1); _ = s.ForceFlush(t.Context()) }
		for range 5 {
			flush()
		}
		time.Sleep(exportPause - time.Nanosecond)
		flush()
		if sent != 1 || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("sent %d times, log %s: want one each", sent, out)
		}
		time.Sleep(time.Nanosecond)
		flush()
		flush()
		if sent != 3 {
			t.Errorf("sent %d times, want 3: the pause is over", sent)
		}
	})
}

func TestSpansAreKeptOnceAndInBounds(t *testing.T) {
	tel, _ := start(t, "")
	var batches []int
	s := &spans{log: tel.log, send: func(_ context.Context, batch []sdk.ReadOnlySpan) error {
		batches = append(batches, len(batch))
		return nil
	}}
	for _, n := range []int{1, 0, 3, 10 * spansKept} {
		end(t, s, n)
		_ = s.ForceFlush(t.Context())
	}
	if len(batches) != 3 || batches[0] != 1 || batches[1] != 3 || batches[2] != spansKept {
		t.Errorf("batches of %d, want 1, 3 and %d", batches, spansKept)
	}
}
