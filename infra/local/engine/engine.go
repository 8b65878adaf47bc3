// Package engine gives the laptop stack its database: it starts dynoxide, a DynamoDB-compatible
// engine that is one static program, on a loopback port of its own, and creates the stack's tables
// from the template's definitions.
//
// The program comes from npm (`make setup` puts it into node_modules) or from PATH. Where it does
// not exist for a platform, [Connect] takes any other DynamoDB-compatible endpoint: DynamoDB Local,
// for example.
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
	"sync"
	"syscall"
	"time"
)

// Why there is no engine.
var (
	// ErrNoProgram means the engine is not installed; its text names the cure.
	ErrNoProgram = errors.New("no DynamoDB engine: run `make setup`, put `dynoxide` on PATH, " +
		"or set DYNAMODB_ENDPOINT to any DynamoDB-compatible endpoint (DynamoDB Local, for example)")
	// ErrUnreachable means an endpoint did not respond in time.
	ErrUnreachable = errors.New("the DynamoDB endpoint does not respond")
	// ErrStopped means the engine's process ended; what it printed is in the log.
	ErrStopped = errors.New("the DynamoDB engine stopped; its own message stands above")
)

const (
	startTimeout = 5 * time.Second
	stopTimeout  = 5 * time.Second
	pollInterval = 5 * time.Millisecond
	// Another program may take the chosen port before the engine binds it.
	startAttempts = 3
)

// An Engine is a running DynamoDB-compatible endpoint.
type Engine struct {
	// Endpoint is its URL, the value of AWS_ENDPOINT_URL_DYNAMODB.
	Endpoint string

	source string        // of the data: the file, or the endpoint
	end    func()        // ends the process
	exited chan struct{} // closed when the process is gone
}

// Find returns the path of the engine's program: of the npm package in a node_modules folder, else
// of dynoxide on PATH. The error is [ErrNoProgram].
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

// npmPlatform is npm's name for this machine: linux-x64, darwin-arm64.
func npmPlatform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// Start runs the engine's program on the data of a folder and waits until it responds. What the
// program prints goes to log. The process ends with Stop or, on Linux, with this program.
func Start(ctx context.Context, program string, data *Folder, log io.Writer) (*Engine, error) {
	var failures []error
	for range startAttempts {
		engine, err := start(ctx, program, data.database(), log)
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

func start(ctx context.Context, program, database string, log io.Writer) (*Engine, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx)) // Stop ends it, not Ctrl-C
	//nolint:gosec // G204: the program was found by Find
	cmd := exec.CommandContext(life, program, "serve", "--host", address.IP.String(), "--port", strconv.Itoa(address.Port), "--db-path", database)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTimeout // then it is killed
	if err := cmd.Start(); err != nil {
		end()
		return nil, err
	}
	engine := &Engine{Endpoint: "http://" + address.String(), source: database, end: end, exited: make(chan struct{})}
	go func() {
		defer close(engine.exited)
		_ = cmd.Wait() // the log and await show how it ended
	}()
	if err := engine.await(ctx); err != nil {
		engine.Stop()
		return nil, err
	}
	return engine, nil
}

func freeAddress(ctx context.Context) (*net.TCPAddr, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return listener.Addr().(*net.TCPAddr), listener.Close()
}

// Connect uses an endpoint that is already running, once it responds.
func Connect(ctx context.Context, endpoint string) (*Engine, error) {
	engine := &Engine{Endpoint: endpoint, source: endpoint, exited: make(chan struct{})}
	engine.end = sync.OnceFunc(func() { close(engine.exited) }) // no process of ours
	if err := engine.await(ctx); err != nil {
		return nil, err
	}
	return engine, nil
}

// await returns when the endpoint responds over HTTP, with whatever status.
func (e *Engine) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if responds(ctx, e.Endpoint) {
			return nil
		}
		select {
		case <-e.exited:
			return ErrStopped
		case <-ctx.Done():
			return ErrUnreachable
		case <-time.After(pollInterval):
		}
	}
}

func responds(ctx context.Context, endpoint string) bool {
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

// Exited returns a channel that is closed when the engine's process has ended; for an endpoint of
// [Connect], after Stop.
func (e *Engine) Exited() <-chan struct{} { return e.exited }

// Stop asks the process to end and waits for it; after 5 seconds it is killed.
func (e *Engine) Stop() {
	e.end()
	<-e.exited
}
