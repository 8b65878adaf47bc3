package loopback

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.com/securedpets/infra/local/localtest"
)

func TestIs(t *testing.T) {
	for _, c := range []struct {
		host string
		want bool
	}{
		{"localhost", true},
		{"localhost:8080", true},
		{"127.0.0.1", true},
		{"127.8.9.10:1", true},
		{"::1", true},
		{"[::1]:8080", true},
		{"::ffff:127.0.0.1", true},
		// Names that only look local: DNS decides where they lead.
		{"", false},
		{"localhost.example", false},
		{"127.0.0.1.example", false},
		{"localhost.", false},
		// Addresses of other machines, or of all interfaces.
		{"0.0.0.0", false},
		{"[::]:80", false},
		{"192.168.0.1", false},
		{"169.254.1.1:80", false},
	} {
		if got := Is(c.host); got != c.want {
			t.Errorf("%q: got %v, want %v", c.host, got, c.want)
		}
	}
}

// failAt binds as a machine whose kernel refuses one host with this error.
func failAt(host string, number syscall.Errno) bind {
	return func(ctx context.Context, network, address string) (net.Listener, error) {
		if strings.HasPrefix(address, net.JoinHostPort(host, "")) {
			return nil, &net.OpError{Op: "listen", Net: network, Err: os.NewSyscallError("bind", number)}
		}
		return new(net.ListenConfig).Listen(ctx, network, address)
	}
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		host    string
		number  syscall.Errno
		wantErr error
	}{
		// No IPv6, or none on the loopback interface.
		{ipv6, syscall.EADDRNOTAVAIL, nil},
		{ipv6, syscall.EAFNOSUPPORT, nil},
		{ipv6, syscall.EPROTONOSUPPORT, nil},
		// Another program would get the browser's requests.
		{ipv6, syscall.EADDRINUSE, syscall.EADDRINUSE},
		{ipv4, syscall.EADDRINUSE, syscall.EADDRINUSE},
		{ipv4, syscall.EACCES, syscall.EACCES},
		{ipv4, syscall.EADDRNOTAVAIL, syscall.EADDRNOTAVAIL},
	} {
		port := localtest.FreePorts(t, 1)[0]
		got, err := listen(t.Context(), failAt(c.host, c.number), port)
		if !errors.Is(err, c.wantErr) {
			t.Errorf("%v at %s: error %v, want %v", c.number, c.host, err, c.wantErr)
		}
		want := net.JoinHostPort(ipv4, strconv.Itoa(port))
		if c.wantErr == nil && (len(got) != 1 || got[0].Addr().String() != want) {
			t.Errorf("%v at %s: listens at %v, want %s alone", c.number, c.host, got, want)
		}
		if err := got.Close(); err != nil {
			t.Error(err)
		}
		if c.wantErr != nil {
			wantFree(t, want)
		}
	}
}

// Close after a server's own Close is no error, and frees both addresses.
func TestCloseTwice(t *testing.T) {
	port := localtest.FreePorts(t, 1)[0]
	listeners, err := Listen(t.Context(), port)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := listeners.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantFree(t, net.JoinHostPort(ipv4, strconv.Itoa(port)))
}

func wantFree(t *testing.T, address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("%s is still taken: %v", address, err)
	}
	_ = listener.Close()
}
