package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestMutationsFitTheCode fails for a mutation whose code has changed, long before `make mutate`.
func TestMutationsFitTheCode(t *testing.T) {
	for suite, s := range suites() {
		names := map[string]bool{}
		for _, m := range s.mutations {
			code, err := os.ReadFile(filepath.Join("..", "..", m.file))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.apply(string(code)); err != nil {
				t.Errorf("%s: %s: %v", suite, m.name, err)
			}
			if names[m.name] || m.old == m.broken {
				t.Errorf("%s: %s: the name is taken, or nothing is broken", suite, m.name)
			}
			names[m.name] = true
		}
	}
}

func TestApply(t *testing.T) {
	m := mutation{file: "a.go", old: "if bad {", broken: "if false {"}
	if got, err := m.apply("x\nif bad {\n}"); err != nil || got != "x\nif false {\n}" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, code := range []string{"", "if good {", "if bad { if bad {"} {
		if _, err := m.apply(code); !errors.Is(err, errUnfit) {
			t.Errorf("%q: %v, want errUnfit", code, err)
		}
	}
}

func TestEachGoesOn(t *testing.T) {
	s := suite{mutations: []mutation{{name: "first"}, {name: "second"}, {name: "third"}}}
	var out bytes.Buffer
	tried := 0
	err := s.each(&out, "", func(m mutation) (string, error) {
		tried++
		if m.name == "first" {
			return "", errUnnoticed
		}
		return "noticed", nil
	})
	if !errors.Is(err, errFailed) || tried != 3 {
		t.Errorf("%d tried, %v", tried, err)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{nil, {"everything"}, {"store", "stack"}} {
		if err := run(t.Context(), args, &bytes.Buffer{}); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v, want errUsage", args, err)
		}
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
