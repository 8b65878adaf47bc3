package jwtauth_test

import (
	"os"
	"strings"
	"testing"
)

// TestBenchmarksPage makes sure that the page and the README show the same figures.
func TestBenchmarksPage(t *testing.T) {
	const head = "| | RS256 | allocations | ES256 | allocations |\n"
	table := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), head)
		rows, _, ok := strings.Cut(rest, "\n\n")
		if !ok {
			t.Fatalf("no table in %s", file)
		}
		return rows
	}
	if page, readme := table("BENCHMARKS.md"), table("../../README.md"); page != readme {
		t.Errorf("the page has\n%s\nthe README has\n%s", page, readme)
	}
}
