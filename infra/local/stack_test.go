package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/engine"
	"example.com/securedpets/infra/local/localtest"
)

// inRoot changes to the folder in which make runs the command.
func inRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}

// env returns settings that work, with the changes of a test.
func env(t *testing.T, changed map[string]string) func(string) string {
	t.Helper()
	ports := localtest.FreePorts(t, 3)
	settings := map[string]string{
		"PORT": strconv.Itoa(ports[0]), "WEB_PORT": strconv.Itoa(ports[1]), "ISSUER_PORT": strconv.Itoa(ports[2]),
		"DATA_DIR": t.TempDir(),
	}
	for name, value := range changed {
		settings[name] = value
	}
	return func(name string) string { return settings[name] }
}

// takenPort returns a port that is taken at one loopback address alone, until the test ends.
func takenPort(t *testing.T, host string) string {
	t.Helper()
	port := strconv.Itoa(localtest.FreePorts(t, 1)[0])
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return port
}

const dataDirCure = "set DATA_DIR= to a folder that can be made and written"

// TestServeStopsWithACure runs the command with one fault: it must end by itself with one line that
// names the cure.
func TestServeStopsWithACure(t *testing.T) {
	taken := takenPort(t, "127.0.0.1")
	// It accepts connections and never responds; another program could take a closed port.
	silent := "http://127.0.0.1:" + taken
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	held := t.TempDir()
	holder, err := engine.OpenFolder(held)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()

	type changed map[string]string
	for _, test := range []struct {
		name    string
		changed changed
		want    string
	}{
		{"the API's port is taken", changed{"PORT": taken}, "choose another with PORT="},
		{"the page's port is taken", changed{"WEB_PORT": taken}, "choose another with WEB_PORT="},
		{"the issuer's port is taken", changed{"ISSUER_PORT": taken}, "choose another with ISSUER_PORT="},
		{"two runs on one folder", changed{"DATA_DIR": held}, "choose another folder with DATA_DIR="},
		{"no engine at the endpoint", changed{"DYNAMODB_ENDPOINT": silent}, "or unset DYNAMODB_ENDPOINT"},
		{"something else at the endpoint", changed{"DYNAMODB_ENDPOINT": other.URL}, "with DYNAMODB_ENDPOINT=, or unset it"},
		{"a file for a folder", changed{"DATA_DIR": file}, dataDirCure},
		{"a file for the engine's folder", changed{
			"DATA_DIR": file, "ISSUER": "https://tenant.example/", "AUDIENCE": "https://api.example", "CLIENT_ID": "web",
		}, dataDirCure},
		{"a folder below a file", changed{"DATA_DIR": filepath.Join(file, "data")}, dataDirCure},
		{"a folder that cannot be written", changed{"DATA_DIR": "/dev/fd"}, dataDirCure},
	} {
		t.Run(test.name, func(t *testing.T) {
			inRoot(t)
			wantCure(t, test.changed, test.want)
		})
	}
	t.Run("no issuer at its address", func(t *testing.T) {
		inRoot(t)
		needEngine(t)
		localtest.Need(t, binaries, "make build-local")
		wantCure(t, changed{"ISSUER": silent + "/", "AUDIENCE": "https://api.example", "CLIENT_ID": "web"}, "check ISSUER")
	})
}

// needEngine skips a test that runs in the repository's root if there is no engine.
func needEngine(t *testing.T) {
	t.Helper()
	if _, err := engine.Find(engineFolder); err != nil {
		localtest.Skip(t, err.Error())
	}
}

func wantCure(t *testing.T, changed map[string]string, want string) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), []string{"run"}, env(t, changed), &out)
	if err == nil || !strings.Contains(oneLine(err), want) || strings.Contains(oneLine(err), "\n") {
		t.Fatalf("got %v, want one line with %q\n%s", err, want, out.String())
	}
	if strings.Contains(out.String(), "ready:") {
		t.Fatal("it reported that it is ready")
	}
}

// TestServeNeedsWhatMakeBuilds removes parts of the repository.
func TestServeNeedsWhatMakeBuilds(t *testing.T) {
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	link := func(root, name string) {
		to := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(repository, name), to); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name  string
		exist []string
		want  string
	}{
		{"another folder", nil, "run this in the repository's root"},
		{"no engine", []string{templateFile}, "make setup"},
		{"no binaries", []string{templateFile, engineFolder}, "make build-local"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if slices.Contains(test.exist, engineFolder) {
				localtest.Need(t, filepath.Join(repository, engineFolder), "make setup")
			}
			root := t.TempDir()
			for _, name := range test.exist {
				link(root, name)
			}
			t.Chdir(root)
			t.Setenv("PATH", root)
			wantCure(t, nil, test.want)
		})
	}
}

// Every command uses the folder.
func TestEveryCommandNamesDataDir(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inRoot(t)
	getenv := env(t, map[string]string{"DATA_DIR": file})
	for _, args := range [][]string{{"run"}, {"token", "admin"}, {"rotate-keys"}} {
		var out bytes.Buffer
		if err := run(t.Context(), args, getenv, &out); err == nil || !strings.Contains(err.Error(), dataDirCure) || out.Len() > 0 {
			t.Errorf("%v: %v and %q, want the cure %q", args, err, out.String(), dataDirCure)
		}
	}
}
