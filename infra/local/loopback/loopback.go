// Package loopback keeps the laptop stack on this machine: it listens at the loopback addresses
// and recognizes their names.
package loopback

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

const (
	ipv4 = "127.0.0.1"
	ipv6 = "::1"
)

// Is reports whether a host, with or without a port, is "localhost" or a loopback address.
func Is(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// Listeners are the listeners of one port.
type Listeners []net.Listener

// Listen takes a port at 127.0.0.1 and, where there is IPv6, at ::1: a browser may resolve
// localhost to either, and must not reach another program there. The error of a port that is
// taken is syscall.EADDRINUSE.
func Listen(ctx context.Context, port int) (Listeners, error) {
	return listen(ctx, new(net.ListenConfig).Listen, port)
}

// bind is net.ListenConfig's method, or a test's.
type bind func(ctx context.Context, network, address string) (net.Listener, error)

func listen(ctx context.Context, bind bind, port int) (Listeners, error) {
	var taken Listeners
	for _, host := range []string{ipv4, ipv6} {
		listener, err := bind(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		switch {
		case err == nil:
			taken = append(taken, listener)
		case host == ipv6 && !errors.Is(err, syscall.EADDRINUSE):
			// Without IPv6 no other program listens there either.
		default:
			return nil, errors.Join(fmt.Errorf("listen on port %d: %w", port, err), taken.Close())
		}
	}
	return taken, nil
}

// Close frees the port. Listeners that a server has closed already are no error.
func (l Listeners) Close() error {
	var errs []error
	for _, listener := range l {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
