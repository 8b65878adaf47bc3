package main

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"
)

func TestRunRefuses(t *testing.T) {
	foreign := map[string]string{"ISSUER": "https://tenant.example/", "AUDIENCE": "a", "CLIENT_ID": "c"}
	for _, test := range []struct {
		name    string
		args    []string
		changed map[string]string
		want    string
	}{
		{"no command", nil, nil, errUsage.Error()},
		{"an unknown command", []string{"sell"}, nil, errUsage.Error()},
		{"too many arguments", []string{"run", "now"}, nil, errUsage.Error()},
		{"a token without a user", []string{"token"}, nil, errUsage.Error()},
		{"a token for an empty name", []string{"token", ""}, nil, errUnknownUser.Error()},
		{"a token for an unknown user", []string{"token", "root"}, nil, errUnknownUser.Error()},
		{"a token of a foreign issuer", []string{"token", "admin"}, foreign, errForeignIssuer.Error()},
		{"keys of a foreign issuer", []string{"rotate-keys"}, foreign, errForeignIssuer.Error()},
		{"a bad setting", []string{"run"}, map[string]string{"PORT": "x"}, "PORT must be a port, 1 to 65535"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			err := run(t.Context(), test.args, env(t, test.changed), &out)
			if err == nil || err.Error() != test.want || out.Len() > 0 {
				t.Fatalf("got %v and %q, want %s", err, out.String(), test.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.2.0"}}
	if got := version(info, true); got != "securedpets v0.2.0 go1.26.8" {
		t.Errorf("%q", got)
	}
	if got := version(nil, false); got != "securedpets (unknown)" {
		t.Errorf("without build information: %q", got)
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"version"}, env(t, map[string]string{"PORT": "x"}), &out); err != nil || !strings.HasPrefix(out.String(), "securedpets ") {
		t.Errorf("%q, %v", out.String(), err)
	}
}
