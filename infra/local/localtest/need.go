package localtest

import (
	"os"
	"testing"
)

// RequireAll is the setting that turns every skipped test into a failure, as in `make test`.
const RequireAll = "REQUIRE_ALL"

// Need skips the test if a file or folder is missing. The step is what creates it: `make setup`,
// for example.
func Need(t testing.TB, path, step string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		Skip(t, "needs "+path+": run `"+step+"`")
	}
}

// Skip skips the test for a reason that names the cure. With REQUIRE_ALL=1 the test fails.
func Skip(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv(RequireAll) == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}
