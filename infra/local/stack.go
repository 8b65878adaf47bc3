package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"example.com/securedpets/infra/local/engine"
	"example.com/securedpets/infra/local/lambda"
	"example.com/securedpets/infra/local/template"
)

// stack is what runs, from the first part started to the last.
type stack struct {
	set    *settings
	out    *lines
	failed chan error     // the first server that fails puts its error here
	stops  []func() error // in the order of the starts

	api, web, issuers []net.Listener // issuers is nil with a foreign issuer
	identity          identity
	template          *template.Stack
	engine            *engine.Engine
	functions         *lambda.Runtime
}

// stop undoes the starts, the last one first.
func (s *stack) stop() error {
	var errs []error
	for i := len(s.stops) - 1; i >= 0; i-- {
		errs = append(errs, s.stops[i]())
	}
	return errors.Join(errs...)
}

func (s *stack) onStop(stop func() error) { s.stops = append(s.stops, stop) }

// readTemplate gives the stack's parameters the values that a deployment would.
func (s *stack) readTemplate(context.Context) error {
	file, err := os.Open(templateFile)
	if err != nil {
		return fmt.Errorf("run this in the repository's root: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	s.template, err = template.Load(file, template.Settings{Region: engine.Region, Parameters: map[string]string{
		"Issuer":         s.identity.Issuer,
		"Audience":       s.identity.Audience,
		"ClientId":       s.identity.ClientID,
		"AllowedOrigins": s.set.pageURL(),
	}})
	return err
}

// newServer has a limit for every way in which a client can keep it waiting, and leaves every request to its handler.
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

// serveHTTP serves until the stack stops, and then lets requests finish.
func (s *stack) serveHTTP(ctx context.Context, listeners []net.Listener, server *http.Server) {
	for _, listener := range listeners {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				select {
				case s.failed <- err:
				default:
				}
			}
		}()
	}
	s.onStop(func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return server.Close() // clients that would not finish are cut off
		}
		return nil
	})
}
