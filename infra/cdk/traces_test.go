package main

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

const (
	collector = "https://collector.example/otlp"
	layer     = "arn:aws:lambda:eu-west-1:123456789012:layer:collector-arm64:7"
	beside    = "http://localhost:4318"
)

// traced returns settings with a collector layer and every stack that can have one.
func traced(t *testing.T, env string) map[string]any {
	t.Helper()
	changes := map[string]any{"otlpEndpoint": beside, "collectorLayer": layer}
	if env == "dev" {
		changes["federation"], changes["lambdaAuthorizer"] = "oidc", "true"
	}
	return settings(env, changes)
}

func TestTracesSettings(t *testing.T) {
	for _, c := range []struct {
		endpoint, layer string
		wantErr         error
	}{
		{"", "", nil},
		{collector, "", nil},
		{"https://collector.example:4318", "", nil},
		{beside, layer, nil},
		{"http://127.0.0.1:4318", layer, nil},
		{"http://[::1]:4318", layer, nil},

		// Spans would cross the network in plain text.
		{"http://collector.example:4318", "", ErrTraces},
		{"http://localhost.example", layer, ErrTraces},
		{"http://169.254.169.254", "", ErrTraces},
		{"grpc://localhost:4317", layer, ErrTraces},

		// Not a URL, or one with a secret that the template would show.
		{"collector.example", "", ErrTraces},
		{"localhost:4318", layer, ErrTraces},
		{"https://", "", ErrTraces},
		{"https://:4318", "", ErrTraces},
		{"https://collector.example:port", "", ErrTraces},
		{"https://user:secret@collector.example", "", ErrTraces},
		{"https://collector.example?key=secret", "", ErrTraces},
		{"https://collector.example#secret", "", ErrTraces},

		// No collector would listen, or no function would use it.
		{beside, "", ErrTraces},
		{"https://localhost:4318", "", ErrTraces},
		{"", layer, ErrTraces},
		{collector, layer, ErrTraces},

		{beside, "collector-arm64:7", ErrTraces},
		{beside, strings.TrimSuffix(layer, ":7"), ErrTraces},
		{beside, strings.Replace(layer, ":7", ":0", 1), ErrTraces},
		{beside, strings.Replace(layer, ":7", ":latest", 1), ErrTraces},
		{beside, strings.Replace(layer, "123456789012", "12345678901", 1), ErrTraces},
		{beside, strings.Replace(layer, ":layer:", ":function:", 1), ErrTraces},
		{beside, strings.Replace(layer, "arn:aws:", "arn:gcp:", 1), ErrTraces},
		{beside, layer + "," + layer, ErrTraces},
	} {
		context := settings("prod", map[string]any{"otlpEndpoint": c.endpoint, "collectorLayer": c.layer})
		_, err := newConfig(func(key string) any { return context[key] })
		if !errors.Is(err, c.wantErr) {
			t.Errorf("%q with layer %q: error %v, want %v", c.endpoint, c.layer, err, c.wantErr)
		}
		if err != nil && (strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: want one line without the secret, got %q", c.endpoint, err)
		}
	}
}

// With a collector, each function of the API has its variables and layer, in every
// stack. The authorizer makes no spans and has neither. The golden templates show
// that by default there is none.
func TestTraces(t *testing.T) {
	for name, context := range map[string]map[string]any{
		"layer":  traced(t, "dev"),
		"remote": settings("dev", map[string]any{"otlpEndpoint": collector}),
	} {
		functions := load(t, context, stackID).of("AWS::Lambda::Function")
		wantLayers := "null"
		if name == "layer" {
			wantLayers = `["` + layer + `"]`
			maps.Copy(functions, load(t, context, federationID).of("AWS::Lambda::Function"))
			maps.Copy(functions, load(t, context, restID).of("AWS::Lambda::Function"))
		}
		for id, function := range functions {
			folder, _ := function.Metadata["local:goPackage"].(string)
			folder = strings.TrimPrefix(folder, "./functions/")
			endpoint, service, layers := context["otlpEndpoint"], any("SecuredPets-dev-"+folder), wantLayers
			if folder == contract.Authorizer.Folder {
				endpoint, service, layers = nil, nil, "null"
			}
			variables := at(function.Properties, "Environment", "Variables")
			if at(variables, "OTEL_EXPORTER_OTLP_ENDPOINT") != endpoint || at(variables, "OTEL_SERVICE_NAME") != service {
				t.Errorf("%s: %s has variables %v", name, id, variables)
			}
			if got := text(function.Properties["Layers"]); got != layers {
				t.Errorf("%s, %s has layers %s, want %s", name, id, got, layers)
			}
		}
	}
}

// Binaries must be built with the tag otel if and only if there is a collector.
func TestBinariesAndTracesAgree(t *testing.T) {
	for _, c := range []struct {
		traces, endpoint string
		wantErr          error
	}{
		{"", "", nil},
		{"otel", collector, nil},
		{"", collector, ErrBinaries},
		{"otel", "", ErrBinaries},
	} {
		context := settings("dev", map[string]any{"programs": builtWith(t, c.traces), "otlpEndpoint": c.endpoint})
		_, err := newConfig(func(key string) any { return context[key] })
		if !errors.Is(err, c.wantErr) {
			t.Errorf("built with TRACES=%s for the collector %q: error %v, want %v", c.traces, c.endpoint, err, c.wantErr)
		}
	}
}

// builtWith returns a folder of binaries, each a link to one that scripts/build-lambda built.
func builtWith(t *testing.T, traces string) string {
	t.Helper()
	root, folder := t.TempDir(), t.TempDir()
	for _, path := range []string{"go.mod", "go.sum", "functions", "pkg"} {
		absolute, err := filepath.Abs(filepath.Join("..", "..", path))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(absolute, filepath.Join(root, path)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(root, "scripts"), os.DirFS(filepath.Join("..", "..", "scripts"))); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(root, "scripts", "build-lambda"), "no-op")
	command.Env = append(os.Environ(), "TRACES="+traces)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, f := range contract.Functions() {
		if err := os.Symlink(filepath.Join(root, "dist", "lambda", "no-op"), filepath.Join(folder, f.Folder)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
