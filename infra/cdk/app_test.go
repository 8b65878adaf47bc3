package main

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

// One jsii kernel serves the whole test program and has no lock: no test here runs in parallel.
func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// settings are good ones for an environment; changes are laid over them, nil removes one.
func settings(env string, changes map[string]any) map[string]any {
	context := map[string]any{
		"env":      env,
		"issuer":   "https://securedpets.eu.auth0.com/",
		"audience": "https://api.securedpets.example",
		"programs": placeholder,
	}
	if env == "prod" {
		context["allowedOrigins"] = "https://pets.example"
	}
	maps.Copy(context, changes)
	return context
}

// synthesize writes the assembly of these settings and gives its folder.
func synthesize(t *testing.T, context map[string]any) string {
	t.Helper()
	outdir := t.TempDir()
	app, err := newApp(context, outdir)
	if err != nil {
		t.Fatal(err)
	}
	app.Synth(nil)
	return outdir
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
