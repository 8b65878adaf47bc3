package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"
)

func needIPv6(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 loopback:", err)
	}
	_ = listener.Close()
}

// A browser may resolve localhost to ::1 first: a server that listens there alone, as Vite does,
// would get the requests.
func TestTakenOnIPv6(t *testing.T) {
	needIPv6(t)
	taken := takenPort(t, "::1")
	for _, name := range []string{apiPort, webPort, issuerPort} {
		t.Run(name, func(t *testing.T) {
			inRoot(t)
			wantCure(t, map[string]string{name: taken}, "port "+taken+" is taken: stop what uses it, or choose another with "+name+"=")
		})
	}
	wantFree(t, "127.0.0.1:"+taken)
}

// One server serves both addresses and frees both.
func TestServedOnBoth(t *testing.T) {
	needIPv6(t)
	getenv := env(t, nil)
	set, err := readSettings(getenv)
	if err != nil {
		t.Fatal(err)
	}
	p := newParts(io.Discard)
	var addresses []string
	for _, port := range set.ports() {
		if err := p.listen(t.Context(), port); err != nil {
			t.Fatal(err)
		}
		p.serveHTTP(t.Context(), port.setting, newServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, port.setting)
		})))
		for _, host := range []string{"127.0.0.1", "::1"} {
			address := net.JoinHostPort(host, getenv(port.setting))
			addresses = append(addresses, address)
			wantBody(t, address, port.setting)
		}
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-p.failed:
		t.Error("a server failed:", err)
	default:
	}
	for _, address := range addresses {
		wantFree(t, address)
	}
}

// The first failure is kept and no later one waits; stops run in the opposite order of the starts.
func TestParts(t *testing.T) {
	p := newParts(io.Discard)
	first, errStop := errors.New("first"), errors.New("stop")
	p.fail(first)
	p.fail(errors.New("second"))
	if got := <-p.failed; got != first { //nolint:errorlint // this very error
		t.Errorf("failure %v, want %v", got, first)
	}
	var order []int
	for n := range 3 {
		p.onStop(func() error { order = append(order, n); return errStop })
	}
	if err := p.stop(); !errors.Is(err, errStop) || !slices.Equal(order, []int{2, 1, 0}) {
		t.Errorf("stopped in the order %v with %v", order, err)
	}
}

func wantBody(t *testing.T, address, want string) {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if _ = response.Body.Close(); err != nil || string(body) != want {
		t.Errorf("%s: %q, %v, want %q", address, body, err, want)
	}
}

func wantFree(t *testing.T, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Errorf("%s is still taken: %v", address, err)
		return
	}
	_ = listener.Close()
}
