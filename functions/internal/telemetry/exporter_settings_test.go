//go:build otel

package telemetry_test

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// The exporter's own settings work: a private certificate authority, compression, headers.
func TestExporterSettings(t *testing.T) {
	c := &collector{}
	c.server = httptest.NewTLSServer(c.record(nil))
	defer c.server.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.server.Certificate().Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	env := c.env()
	env["OTEL_EXPORTER_OTLP_CERTIFICATE"] = authority
	env["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip"
	env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=a%20b,x-other=c=d"
	f := newTraced(t, env, ok)
	f.invoke(t, "", pets)
	if len(c.requests) != 1 {
		t.Fatalf("%d requests: %s", len(c.requests), f.log)
	}
	header := c.requests[0].Header
	if header.Get("X-Key") != "a b" || header.Get("X-Other") != "c=d" || header.Get("Content-Encoding") != "gzip" {
		t.Errorf("headers %v", header)
	}
}

func TestUnknownCertificateIsRejected(t *testing.T) {
	c := &collector{}
	c.server = httptest.NewTLSServer(c.record(nil))
	defer c.server.Close()
	f := newTraced(t, c.env(), ok)
	f.invoke(t, "", pets)
	checkWarning(t, f.log, "unreachable")
	if len(c.requests) > 0 {
		t.Error("spans were sent to an unknown server")
	}
}
