package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// listen takes a loopback port. The name is the setting that moves it.
func listen(ctx context.Context, name string, port int) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d is taken: stop what uses it, or choose another with %s=", port, name)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("port %d is not for everybody: choose one above 1023 with %s=", port, name)
	case err != nil:
		return nil, fmt.Errorf("listen on port %d: %w", port, err)
	}
	return listener, nil
}

// takePorts comes first: a port that is taken is told before anything is started.
func (s *stack) takePorts(ctx context.Context) error {
	ports := []struct {
		name     string
		port     int
		listener *net.Listener
	}{{"PORT", s.set.Port, &s.api}, {"WEB_PORT", s.set.WebPort, &s.web}, {"ISSUER_PORT", s.set.IssuerPort, &s.issuers}}
	for _, p := range ports {
		if p.name == "ISSUER_PORT" && s.set.foreignIssuer() {
			continue
		}
		listener, err := listen(ctx, p.name, p.port)
		if err != nil {
			return err
		}
		*p.listener = listener
		s.onStop(func() error { return ignoreClosed(listener.Close()) })
	}
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
