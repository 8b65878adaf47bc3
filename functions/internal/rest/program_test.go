package rest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/telemetry"
)

// What cannot be prepared is noted, and tried again by the first request.
func TestPrepare(t *testing.T) {
	for _, tt := range []struct {
		name    string
		prepare func(context.Context) error
		line    string
	}{
		{"nothing to prepare", nil, ""},
		{"prepared", func(context.Context) error { return nil }, ""},
		{"not prepared", func(context.Context) error { return errors.New("the issuer is down") }, `"level":"WARN","msg":"not prepared","error":"the issuer is down"`},
	} {
		var out bytes.Buffer
		tel, err := telemetry.New("", &out)
		if err != nil {
			t.Fatal(err)
		}
		(&Endpoint{Telemetry: tel, Prepare: tt.prepare}).prepare(t.Context())
		if got := out.String(); tt.line == "" && got != "" || !strings.Contains(got, tt.line) {
			t.Errorf("%s: logged %q, want %q", tt.name, got, tt.line)
		}
	}
}
