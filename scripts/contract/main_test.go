package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

func TestGeneratedFilesAreFresh(t *testing.T) {
	t.Chdir("../..")
	for _, f := range files {
		old, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		content, err := f.make(old)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(old, content) {
			t.Errorf("%s is stale: renew it with `make golden` and look at the difference", f.path)
		}
	}
}

func TestMarksAreRequired(t *testing.T) {
	for _, readme := range []string{"", "<!-- routes -->\n", "<!-- /routes -->", "<!-- /routes --><!-- routes -->\n"} {
		if _, err := withRoutes([]byte(readme)); err == nil || !strings.Contains(err.Error(), "README.md has no marks") {
			t.Errorf("%q: error %v, want one about the marks", readme, err)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"", "usage: contract generate | check"},
		{"generate check", "usage: contract generate | check"},
		{"write", `unknown command "write": generate or check`},
	} {
		if err := run(strings.Fields(tt.args), io.Discard); err == nil || err.Error() != tt.want {
			t.Errorf("%q: error %v, want %s", tt.args, err, tt.want)
		}
	}
	if err := run([]string{"check"}, io.Discard); err != nil {
		t.Error(err)
	}
}
