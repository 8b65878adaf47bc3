// Package engine gives the laptop stack a DynamoDB: it starts dynoxide, a
// DynamoDB-compatible engine that is one static program, on a loopback port of
// its own, and creates the stack's tables in it from the template's own
// definition.
//
// The program comes from npm ("make setup" puts it into node_modules) or from
// PATH. Where it does not exist for a platform, any DynamoDB-compatible
// endpoint serves instead: DynamoDB Local, for example. [Connect] takes one.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// ErrNoProgram says that the engine is not installed; its text names the cure.
var ErrNoProgram = errors.New("no DynamoDB engine: run `make setup`, put `dynoxide` on PATH, " +
	"or set DYNAMODB_ENDPOINT to any DynamoDB-compatible endpoint (DynamoDB Local, for example)")

// ErrUnreachable says that an endpoint did not answer in time.
var ErrUnreachable = errors.New("the DynamoDB endpoint does not answer")

const (
	startTimeout = 5 * time.Second
	stopTimeout  = 5 * time.Second
	pollInterval = 5 * time.Millisecond
	// Another program may take the chosen port before the engine binds it.
	startAttempts = 3
)

// Engine is a running DynamoDB-compatible endpoint.
type Engine struct {
	// Endpoint is its URL, as AWS_ENDPOINT_URL_DYNAMODB wants it.
	Endpoint string

	process *exec.Cmd     // nil for an endpoint that was running before
	exited  chan struct{} // closed when the process is gone
}

// Find returns the engine's program: the npm package under modules (a
// node_modules folder), else dynoxide on PATH, else [ErrNoProgram].
func Find(modules string) (string, error) {
	program := filepath.Join(modules, "@dynoxide", npmPlatform(), "dynoxide")
	if info, err := os.Stat(program); err == nil && info.Mode().IsRegular() {
		return program, nil
	}
	program, err := exec.LookPath("dynoxide")
	if err != nil {
		return "", ErrNoProgram
	}
	return program, nil
}

// npmPlatform is the name npm packages give to this machine: linux-x64, darwin-arm64.
func npmPlatform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// Start runs the engine's program with its data in the file dbPath, whose
// folder must exist, and waits until it answers. What the program prints goes
// to log. The process ends with Stop, or, on Linux, with this program.
func Start(ctx context.Context, program, dbPath string, log io.Writer) (*Engine, error) {
	var failures []error
	for range startAttempts {
		engine, err := start(ctx, program, dbPath, log)
		if err == nil {
			return engine, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("start the DynamoDB engine: %w", errors.Join(failures...))
}

func start(ctx context.Context, program, dbPath string, log io.Writer) (*Engine, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	//nolint:gosec,noctx // the program was found by Find; Stop ends it in order, a context would kill it
	cmd := exec.Command(program, "serve", "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", dbPath)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	engine := &Engine{
		Endpoint: "http://127.0.0.1:" + strconv.Itoa(port),
		process:  cmd,
		exited:   make(chan struct{}),
	}
	go func() {
		defer close(engine.exited)
		_ = cmd.Wait() // how it ended is seen in its log and by await
	}()
	if err := engine.await(ctx); err != nil {
		return nil, errors.Join(err, engine.Stop())
	}
	return engine, nil
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

// Connect uses an endpoint that runs already, once it answers.
func Connect(ctx context.Context, endpoint string) (*Engine, error) {
	engine := &Engine{Endpoint: endpoint, exited: make(chan struct{})}
	if err := engine.await(ctx); err != nil {
		return nil, err
	}
	return engine, nil
}

// await returns when the endpoint answers anything at all over HTTP.
func (e *Engine) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if answers(ctx, e.Endpoint) {
			return nil
		}
		select {
		case <-e.exited:
			return errors.New("the DynamoDB engine stopped at once; its own message stands above")
		case <-ctx.Done():
			return ErrUnreachable
		case <-time.After(pollInterval):
		}
	}
}

func answers(ctx context.Context, endpoint string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return true
}

// Exited is closed when the engine's process has ended; never for [Connect].
func (e *Engine) Exited() <-chan struct{} { return e.exited }

// Stop asks the process to end and waits for it; after 5 s it is killed.
func (e *Engine) Stop() error {
	if e.process == nil {
		return nil
	}
	if err := e.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the DynamoDB engine: %w", err)
	}
	select {
	case <-e.exited:
		return nil
	case <-time.After(stopTimeout):
	}
	if err := e.process.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill the DynamoDB engine: %w", err)
	}
	<-e.exited
	return nil
}
