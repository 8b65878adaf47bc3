package gateway

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// NewServer gives a server with limits that fit this gateway: header lines up to what [Gateway] itself refuses, and no
// patience with clients that dribble.
func NewServer(handler http.Handler) *http.Server {
	const (
		headerTime = 10 * time.Second
		bodyTime   = 30 * time.Second
		idleTime   = 2 * time.Minute
	)
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 8 * maxHeaderBytes, // above it net/http answers 431 by itself
	}
}

// Serve serves until ctx ends, then lets requests finish for a moment and closes what is left. It returns nil after a
// stop by ctx.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	const grace = 2 * time.Second
	server := NewServer(handler)
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if server.Shutdown(limited) != nil {
			_ = server.Close()
		}
	})
	err := server.Serve(listener)
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
