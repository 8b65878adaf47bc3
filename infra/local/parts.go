package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"example.com/securedpets/infra/local/lines"
	"example.com/securedpets/infra/local/loopback"
)

// parts are the running parts of the stack.
type parts struct {
	out    *lines.Output
	ports  map[string]loopback.Listeners // by the name of the setting
	failed chan error                    // receives the first failure of a running part
	stops  []func() error                // in the order of the starts
}

func newParts(out io.Writer) *parts {
	return &parts{out: lines.NewOutput(out), ports: map[string]loopback.Listeners{}, failed: make(chan error, 1)}
}

// onStop registers what undoes a start.
func (p *parts) onStop(stop func() error) { p.stops = append(p.stops, stop) }

// stop undoes the starts, the last one first.
func (p *parts) stop() error {
	var errs []error
	for i := len(p.stops) - 1; i >= 0; i-- {
		errs = append(errs, p.stops[i]())
	}
	return errors.Join(errs...)
}

// fail ends the stack; a second failure is not kept.
func (p *parts) fail(err error) {
	select {
	case p.failed <- err:
	default:
	}
}

// listen takes a port until the stack stops.
func (p *parts) listen(ctx context.Context, port port) error {
	listeners, err := loopback.Listen(ctx, port.number)
	if err != nil {
		return port.cure(err)
	}
	p.ports[port.setting] = listeners
	p.onStop(listeners.Close)
	return nil
}

// newServer limits every way in which a client can keep it waiting, and leaves every request to
// its handler.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    32 << 10,

		DisableGeneralOptionsHandler: true,
	}
}

// serveHTTP serves at a port that listen took, until the stack stops. Clients then have 5 seconds
// to finish their requests.
func (p *parts) serveHTTP(ctx context.Context, setting string, server *http.Server) {
	for _, listener := range p.ports[setting] {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				p.fail(err)
			}
		}()
	}
	p.onStop(func() error {
		const drainTimeout = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return server.Close()
		}
		return nil
	})
}
