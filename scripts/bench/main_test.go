package main

import (
	"strings"
	"testing"
)

// TestRun checks that every contender accepts the good token, and that bad tokens are refused for
// their reasons. The figures of so short a run mean nothing.
func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"-rounds", "1", "-slice", "100us"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"RS256", "ES256", "here, remote keys", "jwx v2 jwt.Parse", "foreign issuer", "verified-token cache, hit", "key lookup"} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("no row %q in\n%s", row, out.String())
		}
	}
}
