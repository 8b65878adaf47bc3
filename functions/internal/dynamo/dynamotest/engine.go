// Package dynamotest gives tests a real DynamoDB-compatible engine, in the
// manner of net/http/httptest, and a network that misbehaves on demand.
//
// The engine is what DYNAMODB_ENDPOINT names (DynamoDB Local, or DynamoDB
// itself), else the program that `make setup` installs, one process per test
// package:
//
//	func TestMain(m *testing.M) { os.Exit(dynamotest.Main(m)) }
//
//	func TestX(t *testing.T) {
//		table := dynamotest.NewTable(t)
//		store := table.Store(t, nil)
//
// Without an engine these tests are skipped, in one line that names the cure;
// with REQUIRE_ALL=1, as under `make test`, they fail.
package dynamotest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// errNoEngine names the cure.
var errNoEngine = errors.New("no DynamoDB engine: run `make setup`, put `dynoxide` on PATH, " +
	"or set DYNAMODB_ENDPOINT to any DynamoDB-compatible endpoint")

// Set by Main, before any test runs: where the engine is, or why there is none.
var (
	endpoint string
	missing  error
)

// Main runs the tests of a package beside an engine, and returns their exit code.
func Main(m *testing.M) int {
	stop, err := start()
	switch {
	case errors.Is(err, errNoEngine) && os.Getenv("REQUIRE_ALL") != "1":
		missing = err
	case err != nil:
		fmt.Fprintln(os.Stderr, "dynamotest:", err)
		return 1
	default:
		defer stop()
	}
	return m.Run()
}

// Need skips the test if there is no engine.
func Need(t testing.TB) {
	t.Helper()
	if missing != nil {
		t.Skip(missing)
	}
	if endpoint == "" {
		t.Fatal("dynamotest: the package has no TestMain that calls dynamotest.Main")
	}
}

func start() (stop func(), err error) {
	if endpoint = os.Getenv("DYNAMODB_ENDPOINT"); endpoint != "" {
		return func() {}, nil
	}
	program, err := find()
	if err != nil {
		return nil, err
	}
	for range 3 {
		// Another program may take the port between here and the engine's start.
		if stop, err = startAt(program); err == nil {
			return stop, nil
		}
	}
	return nil, err
}

func startAt(program string) (stop func(), err error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	//nolint:gosec // the program is the one that was installed for this
	process := exec.CommandContext(context.Background(), program, "serve", "--host", "127.0.0.1", "--port", port)
	bind(process)
	if err := process.Start(); err != nil {
		return nil, err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = process.Wait() // it ends when it is killed
	}()
	endpoint = "http://127.0.0.1:" + port
	if err := await(gone); err != nil {
		_ = process.Process.Kill()
		return nil, err
	}
	return func() {
		_ = process.Process.Kill()
		<-gone
	}, nil
}

// await polls until the engine responds: it starts in milliseconds and does not
// report it otherwise.
func await(gone <-chan struct{}) error {
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if responds() {
			return nil
		}
		select {
		case <-gone:
			return errors.New("the engine ended")
		case <-limit:
			return errors.New("the engine does not respond")
		case <-tick.C:
		}
	}
}

func responds() bool {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, endpoint, http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return true
}

func freePort() (string, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// find looks for the engine in npm's folder of the module, and on PATH.
func find() (string, error) {
	platform := runtime.GOOS + "-" + strings.Replace(runtime.GOARCH, "amd64", "x64", 1)
	if root, err := moduleRoot(); err == nil {
		program := filepath.Join(root, "infra/local/node_modules/@dynoxide", platform, "dynoxide")
		if info, err := os.Stat(program); err == nil && info.Mode().IsRegular() {
			return program, nil
		}
	}
	if program, err := exec.LookPath("dynoxide"); err == nil {
		return program, nil
	}
	return "", errNoEngine
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = parent
	}
	return "", err
}
