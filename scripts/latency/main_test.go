package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestRun(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer server.Close()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-n", "50", "-parallel", "3", server.URL}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "50 responses: p50 ") || calls.Load() != 55 {
		t.Fatalf("%d calls, printed %q", calls.Load(), out.String())
	}
}

func TestRunCountsWhatIsNotOK(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1)%2 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	var out bytes.Buffer
	err := run(t.Context(), []string{"-n", "20", server.URL}, &out)
	if !errors.Is(err, errNotOK) || err.Error() != "10 responses were not 200" {
		t.Fatalf("got %v", err)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{}, {"a", "b"}, {"-n", "0", "http://localhost"}, {"-parallel", "0", "http://localhost"}, {"-what"}} {
		if err := run(t.Context(), args, &bytes.Buffer{}); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
}
