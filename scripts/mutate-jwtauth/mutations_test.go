package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever changes a check must change its mutation too; this says so long before `make mutate` does.
func TestMutationsFitTheCode(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutations {
		raw, err := os.ReadFile(filepath.Join("..", "..", "pkg", m.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(raw), m.old); n != 1 {
			t.Errorf("%s: %s holds %d times, not once: %s", m.name, m.file, n, m.old)
		}
		if names[m.name] || m.old == m.broken {
			t.Errorf("%s: the name is taken, or nothing is broken", m.name)
		}
		names[m.name] = true
	}
}

func TestFirstFailure(t *testing.T) {
	for out, want := range map[string]string{
		"--- FAIL: TestA (0.0s)\n    --- FAIL: TestA/x (0.0s)\n--- FAIL: TestB (0.0s)": "TestA/x",
		"--- FAIL: TestA (0.0s)\n    a_test.go:1: no":                                  "TestA",
		"panic: test timed out after 2m0s":                                             "a test that hung or panicked",
	} {
		if got := firstFailure(out); got != want {
			t.Errorf("%q: %s, want %s", out, got, want)
		}
	}
}
