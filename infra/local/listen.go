package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// bind is what a listener comes from: net.ListenConfig's method, or a test's.
type bind func(ctx context.Context, network, address string) (net.Listener, error)

// listen takes a port on both loopback addresses: a browser that knows `localhost` as ::1 would else reach whatever
// program listens there. The name is the setting that moves the port.
func listen(ctx context.Context, bind bind, name string, port int) ([]net.Listener, error) {
	var taken []net.Listener
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := bind(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		switch {
		case err == nil:
			taken = append(taken, listener)
			continue
		case host == "::1" && !errors.Is(err, syscall.EADDRINUSE):
			continue // a machine without IPv6, on which nobody else listens there either
		}
		return nil, errors.Join(curedByPort(err, name, port), closeAll(taken))
	}
	return taken, nil
}

func curedByPort(err error, name string, port int) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d is taken: stop what uses it, or choose another with %s=", port, name)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %d is not for everybody: choose one above 1023 with %s=", port, name)
	}
	return fmt.Errorf("listen on port %d: %w", port, err)
}

// takePorts comes first: a port that is taken is told before anything is started.
func (s *stack) takePorts(ctx context.Context) error {
	ports := []struct {
		name      string
		port      int
		listeners *[]net.Listener
	}{{"PORT", s.set.Port, &s.api}, {"WEB_PORT", s.set.WebPort, &s.web}, {"ISSUER_PORT", s.set.IssuerPort, &s.issuers}}
	var config net.ListenConfig
	for _, p := range ports {
		if p.name == "ISSUER_PORT" && s.set.foreignIssuer() {
			continue
		}
		listeners, err := listen(ctx, config.Listen, p.name, p.port)
		if err != nil {
			return err
		}
		*p.listeners = listeners
		s.onStop(func() error { return closeAll(listeners) })
	}
	return nil
}

func closeAll(listeners []net.Listener) error {
	var errs []error
	for _, listener := range listeners {
		errs = append(errs, ignoreClosed(listener.Close()))
	}
	return errors.Join(errs...)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
