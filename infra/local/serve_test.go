package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/localtest"
)

// inRoot goes where make runs the command: the repository's root.
func inRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}

// env is a set of settings that works, but for what a test changes.
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

// takenPort returns a port on which somebody listens at host, and at the other loopback address nobody.
func takenPort(t *testing.T, host string) (port string, release func()) {
	t.Helper()
	port = strconv.Itoa(localtest.FreePorts(t, 1)[0])
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		t.Fatal(err)
	}
	return port, func() { _ = listener.Close() }
}

const dataDirCure = "set DATA_DIR= to a folder that can be made and written"

// TestServeStopsWithACure runs the command with one thing wrong: it must end by
// itself, in one line that says what to do.
func TestServeStopsWithACure(t *testing.T) {
	taken, release := takenPort(t, "127.0.0.1")
	defer release()
	// It takes connections and says nothing: a closed port might be somebody else's by now.
	silent := "http://127.0.0.1:" + taken
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	held := t.TempDir()
	holder, err := openData(held)
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
		{"a folder below a file", changed{"DATA_DIR": filepath.Join(file, "data")}, dataDirCure},
		{"a folder that nobody can write", changed{"DATA_DIR": "/dev/fd"}, dataDirCure},
		{
			"no issuer at its address",
			changed{"ISSUER": silent + "/", "AUDIENCE": "https://api.example", "CLIENT_ID": "web"},
			"check ISSUER",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			inRoot(t)
			wantCure(t, test.changed, test.want)
		})
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
		t.Fatal("it was ready all the same")
	}
}

// TestServeWantsWhatMakeBuilds takes parts of the repository away.
func TestServeWantsWhatMakeBuilds(t *testing.T) {
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
		there []string
		want  string
	}{
		{"another folder", nil, "run this in the repository's root"},
		{"no engine", []string{templateFile}, "make setup"},
		{"no programs", []string{templateFile, engineFolder}, "make build-local"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for _, name := range test.there {
				link(root, name)
			}
			t.Chdir(root)
			t.Setenv("PATH", root)
			wantCure(t, nil, test.want)
		})
	}
}

// The folder matters to every command, and where there is a foreign issuer to the engine alone.
func TestDataDirIsNamedByAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	getenv := env(t, map[string]string{"DATA_DIR": file})
	for _, args := range [][]string{{"token", "admin"}, {"rotate-keys"}} {
		var out bytes.Buffer
		if err := run(t.Context(), args, getenv, &out); err == nil || !strings.Contains(err.Error(), dataDirCure) || out.Len() > 0 {
			t.Errorf("%v: %v and %q, want the cure %q", args, err, out.String(), dataDirCure)
		}
	}
	if _, err := openData(file); err == nil || !strings.Contains(err.Error(), dataDirCure) {
		t.Errorf("the engine's data: %v, want the cure %q", err, dataDirCure)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, test := range []struct {
		name    string
		args    []string
		changed map[string]string
		want    string
	}{
		{"nothing to do", nil, nil, errUsage.Error()},
		{"something unknown", []string{"sell"}, nil, errUsage.Error()},
		{"a token for nobody named", []string{"token"}, nil, errUsage.Error()},
		{"a token for an empty name", []string{"token", ""}, nil, "who? make -s token AS=admin|buyer|trainer|rider|nobody"},
		{"a token for a stranger", []string{"token", "root"}, nil, "who? make -s token AS=admin|buyer|trainer|rider|nobody"},
		{
			"a token of another issuer",
			[]string{"token", "admin"},
			map[string]string{"ISSUER": "https://tenant.example/", "AUDIENCE": "a", "CLIENT_ID": "c"},
			errForeignIssuer.Error(),
		},
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
