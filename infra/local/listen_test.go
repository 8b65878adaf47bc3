package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/securedpets/infra/local/localtest"
)

func needIPv6(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 loopback:", err)
	}
	_ = listener.Close()
}

// A server of something else on ::1 alone, as Vite's, is what a browser would find.
func TestTakenOnIPv6(t *testing.T) {
	needIPv6(t)
	taken, release := takenPort(t, "::1")
	defer release()
	for _, name := range []string{"PORT", "WEB_PORT", "ISSUER_PORT"} {
		t.Run(name, func(t *testing.T) {
			inRoot(t)
			wantCure(t, map[string]string{name: taken}, "port "+taken+" is taken: stop what uses it, or choose another with "+name+"=")
		})
	}
	// What was taken beside it is free again.
	listener, err := net.Listen("tcp", "127.0.0.1:"+taken)
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
}

// without answers as a machine whose kernel says this to a host.
func without(host string, number syscall.Errno) bind {
	return func(ctx context.Context, network, address string) (net.Listener, error) {
		if strings.HasPrefix(address, net.JoinHostPort(host, "")) {
			return nil, &net.OpError{Op: "listen", Net: network, Err: os.NewSyscallError("bind", number)}
		}
		return (&net.ListenConfig{}).Listen(ctx, network, address)
	}
}

func TestListen(t *testing.T) {
	const ipv4, ipv6 = "127.0.0.1", "::1"
	for _, c := range []struct {
		host   string
		number syscall.Errno
		want   string // of the error, with N for the port
	}{
		// No IPv6, or none on the loopback interface.
		{ipv6, syscall.EADDRNOTAVAIL, ""},
		{ipv6, syscall.EAFNOSUPPORT, ""},
		{ipv6, syscall.EPROTONOSUPPORT, ""},
		{ipv6, syscall.EADDRINUSE, "port N is taken: stop what uses it, or choose another with PORT="},
		{ipv4, syscall.EADDRINUSE, "port N is taken: stop what uses it, or choose another with PORT="},
		{ipv4, syscall.EACCES, "port N is not for everybody: choose one above 1023 with PORT="},
		{ipv4, syscall.EADDRNOTAVAIL, "listen on port N: listen tcp: bind: cannot assign requested address"},
	} {
		number := localtest.FreePorts(t, 1)[0]
		port := strconv.Itoa(number)
		got, err := listen(t.Context(), without(c.host, c.number), "PORT", number)
		if want := strings.Replace(c.want, "N", port, 1); c.want != "" && (err == nil || err.Error() != want) || c.want == "" && err != nil {
			t.Errorf("%v at %s: %v, want %q", c.number, c.host, err, want)
		}
		if c.want == "" && (len(got) != 1 || got[0].Addr().String() != net.JoinHostPort(ipv4, port)) {
			t.Errorf("%v at %s: listens at %v", c.number, c.host, got)
		}
		if err := closeAll(got); err != nil {
			t.Error(err)
		}
	}
}

// One server answers at both addresses and leaves neither behind.
func TestServedOnBoth(t *testing.T) {
	needIPv6(t)
	getenv := env(t, nil)
	set, err := readSettings(getenv)
	if err != nil {
		t.Fatal(err)
	}
	s := &stack{set: set, out: newLines(io.Discard), failed: make(chan error, 1)}
	if err := s.takePorts(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, listeners := range [][]net.Listener{s.api, s.web, s.issuers} {
		s.serveHTTP(t.Context(), listeners, newServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "hi")
		})))
	}
	var addresses []string
	for _, name := range []string{"PORT", "WEB_PORT", "ISSUER_PORT"} {
		addresses = append(addresses, net.JoinHostPort("127.0.0.1", getenv(name)), net.JoinHostPort("::1", getenv(name)))
	}
	client := http.Client{Timeout: 10 * time.Second}
	for _, address := range addresses {
		response, err := client.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if _ = response.Body.Close(); err != nil || !bytes.Equal(body, []byte("hi")) {
			t.Errorf("%s: %q, %v", address, body, err)
		}
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-s.failed:
		t.Error("a server failed:", err)
	default:
	}
	for _, address := range addresses {
		if listener, err := net.Listen("tcp", address); err != nil {
			t.Errorf("%s: %v", address, errors.Unwrap(err))
		} else {
			_ = listener.Close()
		}
	}
}
