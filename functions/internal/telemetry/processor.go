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
	// exportPause follows a failed export: while the collector is down, one request in ten
	// seconds waits for it, and the log gets one line.
	exportPause = 10 * time.Second

	// maxSpans is far above what a request makes; further spans are dropped.
	maxSpans = 128
)

// A processor keeps ended spans and exports them at the end of the invocation. The SDK's batch
// processor exports by a timer, when Lambda may have frozen the process; its simple processor
// exports each span alone, without a timeout.
type processor struct {
	export  func(context.Context, []sdk.ReadOnlySpan) error
	timeout time.Duration
	log     *slog.Logger

	mu     sync.Mutex
	ended  []sdk.ReadOnlySpan
	resume time.Time
}

func (p *processor) OnStart(context.Context, sdk.ReadWriteSpan) {}

func (p *processor) OnEnd(span sdk.ReadOnlySpan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if span.SpanContext().IsSampled() && len(p.ended) < maxSpans {
		p.ended = append(p.ended, span)
	}
}

// ForceFlush exports the ended spans, or drops them. It logs a failure and returns no error:
// its caller could do nothing about it.
func (p *processor) ForceFlush(ctx context.Context) error {
	batch := p.takeEnded()
	if len(batch) == 0 || ctx.Err() != nil { // the invocation's end is not the collector's failure
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	if err := p.send(bounded, batch); err != nil && ctx.Err() == nil {
		p.pause()
		p.log.LogAttrs(ctx, slog.LevelWarn, "spans were not delivered", slog.String("reason", exportFailure(err)))
	}
	return nil
}

// send exports the batch, a second time if the connection failed: the collector may have closed
// it while Lambda had frozen the process. A span that arrives twice counts once.
func (p *processor) send(ctx context.Context, batch []sdk.ReadOnlySpan) error {
	err := p.export(ctx, batch)
	if isTransportError(err) && ctx.Err() == nil {
		return p.export(ctx, batch)
	}
	return err
}

func (p *processor) takeEnded() []sdk.ReadOnlySpan {
	p.mu.Lock()
	defer p.mu.Unlock()
	batch := p.ended
	p.ended = nil
	if time.Now().Before(p.resume) {
		return nil
	}
	return batch
}

func (p *processor) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resume = time.Now().Add(exportPause)
}

// Shutdown has nothing to stop.
func (p *processor) Shutdown(ctx context.Context) error { return p.ForceFlush(ctx) }
