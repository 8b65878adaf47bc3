// Package localtest is for tests that start parts of the local stack.
package localtest

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
	"testing"
)

// The range of FreePorts.
const (
	lowest  = 10_000
	highest = 19_999
)

// FreePorts returns n free loopback ports below the ephemeral range, so that no connection of
// another program takes one before the stack listens there.
func FreePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	first := lowest + rand.IntN((highest-lowest)/2) //nolint:gosec // spreads tests that run at once, keeps no secret
	for port := first; port <= highest; port++ {
		if len(ports) == n {
			return ports
		}
		if isFree(t, port) {
			ports = append(ports, port)
		}
	}
	t.Fatal("no port is free")
	return nil
}

func isFree(t testing.TB, port int) bool {
	t.Helper()
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			return false
		}
		if err == nil { // else this machine lacks the address
			_ = listener.Close()
		}
	}
	return true
}
