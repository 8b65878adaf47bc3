package localtest_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"example.com/securedpets/infra/local/localtest"
)

// outcome records how a test ended.
type outcome struct {
	testing.TB
	failed, skipped string
}

func (o *outcome) Helper() {}

func (o *outcome) Fatal(reason ...any) {
	o.failed = reason[0].(string)
	runtime.Goexit()
}

func (o *outcome) Skip(reason ...any) {
	o.skipped = reason[0].(string)
	runtime.Goexit()
}

func TestNeed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "engine")
	reason := "needs " + missing + ": run `make setup`"
	for _, c := range []struct {
		require, path string
		want          outcome
	}{
		{"", missing, outcome{skipped: reason}},
		{"0", missing, outcome{skipped: reason}},
		{"1", missing, outcome{failed: reason}},
		{"", t.TempDir(), outcome{}},
		{"1", t.TempDir(), outcome{}},
	} {
		t.Setenv(localtest.RequireAll, c.require)
		var got outcome
		done := make(chan struct{})
		go func() {
			defer close(done)
			localtest.Need(&got, c.path, "make setup")
		}()
		<-done
		if got != c.want {
			t.Errorf("%s=%q, %s: got %+v, want %+v", localtest.RequireAll, c.require, c.path, got, c.want)
		}
	}
}
