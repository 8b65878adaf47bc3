//go:build otel

package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

const (
	// exportLimit is the most that sending spans costs a caller, who waits for it,
	// unless OTEL_EXPORTER_OTLP_TIMEOUT says otherwise. A collector beside the function answers within a millisecond; one in the
	// same region needs about 20 ms for a new TLS connection, and a function with
	// 128 MiB, which has a fourteenth of a processor, several times that.
	exportLimit = 200 * time.Millisecond

	// exportLimitMost is the most that the setting can say: a fifth of the time that
	// a function has for a call. By its standard, the default is ten seconds.
	exportLimitMost = 2 * time.Second

	// exportPause follows a failure: while the collector is away, one caller in ten
	// seconds pays for finding out, and the log has one line.
	exportPause = 10 * time.Second

	// spansKept is far above what a request makes; more are dropped.
	spansKept = 128
)

// spans keeps ended spans until the end of the invocation, and sends them then.
// The SDK's batcher sends them later, by a timer, when Lambda has frozen the
// process; its simple processor sends each one by itself and has no limit.
type spans struct {
	send  func(context.Context, []sdk.ReadOnlySpan) error
	limit time.Duration
	log   *slog.Logger

	mu     sync.Mutex
	kept   []sdk.ReadOnlySpan
	resume time.Time
}

func (s *spans) OnStart(context.Context, sdk.ReadWriteSpan) {}

func (s *spans) OnEnd(span sdk.ReadOnlySpan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if span.SpanContext().IsSampled() && len(s.kept) < spansKept {
		s.kept = append(s.kept, span)
	}
}

// ForceFlush sends what is kept or drops it. There is no error: nobody who
// calls this could do anything about it.
func (s *spans) ForceFlush(ctx context.Context) error {
	batch := s.take()
	if len(batch) == 0 || ctx.Err() != nil { // out of time is not the collector's fault
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	if err := s.send(limited, batch); err != nil && ctx.Err() == nil {
		s.pause()
		s.log.LogAttrs(ctx, slog.LevelWarn, "spans were not delivered", slog.String("reason", failure(err)))
	}
	return nil
}

func (s *spans) take() []sdk.ReadOnlySpan {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := s.kept
	s.kept = nil
	if time.Now().Before(s.resume) {
		return nil
	}
	return batch
}

func (s *spans) pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resume = time.Now().Add(exportPause)
}

// Shutdown has nothing to stop.
func (s *spans) Shutdown(ctx context.Context) error { return s.ForceFlush(ctx) }
