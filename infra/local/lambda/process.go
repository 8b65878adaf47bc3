package lambda

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"example.com/securedpets/infra/local/lines"
)

type state int

const (
	starting  state = iota // has not asked for an event yet
	waiting                // has asked, and there is none
	busy                   // has fetched one and not responded
	responded              // has responded and not asked again
	failed                 // has reported an error and may end
)

// process is one running program with its own Runtime API. The pool's lock guards it.
type process struct {
	pool    *pool
	wake    chan *invocation // buffered for the one invocation it may have
	state   state
	current *invocation
	timer   *time.Timer // of the start, then of the invocation
	command *exec.Cmd   // nil until it runs
	cause   error       // why it was stopped
	address string      // of its Runtime API
}

func newProcess(p *pool) *process { return &process{pool: p, wake: make(chan *invocation, 1)} }

// run runs the program until it ends. It locks its thread: on Linux the kernel kills a child when
// the thread that started it ends.
func (w *process) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer w.pool.processes.Done()
	err := w.serve()
	w.pool.remove(w, w.explain(err))
}

// serve runs the program and its Runtime API.
func (w *process) serve() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInit, err)
	}
	w.address = listener.Addr().String()
	server := &http.Server{Handler: w.runtimeAPI(), ReadHeaderTimeout: InitTimeout}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // always ErrServerClosed, at the end of the process
	}()
	err = w.execute(ctx)
	_ = server.Close()
	<-served
	return err
}

// execute runs the program until it ends.
func (w *process) execute(ctx context.Context) error {
	out := lines.NewWriter(func(line string) { w.pool.config.Log(w.pool.function.Name, line) })
	defer out.Flush()
	command := exec.CommandContext(ctx, w.pool.function.Program) //nolint:gosec // running the function's program is the purpose
	command.Env = environment(w.pool.config, w.pool.function, w.address)
	command.Dir = filepath.Dir(command.Path)
	command.Stdout, command.Stderr = out, out
	command.SysProcAttr = processGroup()
	const drain = 500 * time.Millisecond // a child of the program may keep the pipe open
	command.WaitDelay = drain
	if err := w.start(command); err != nil {
		return err
	}
	err := command.Wait()
	w.retire()
	killGroup(command.Process) // its children
	return err
}

// start starts the command unless the pool was closed.
func (w *process) start(command *exec.Cmd) error {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	if w.cause != nil {
		return w.cause
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrInit, err)
	}
	w.command = command
	w.timer = time.AfterFunc(w.pool.config.InitTimeout, func() { w.overdue(nil) })
	return nil
}

// take assigns an invocation to the process and starts its timeout. The caller holds the lock.
func (w *process) take(i *invocation) {
	w.state, w.current = busy, i
	i.deadline = time.Now().Add(w.pool.function.Timeout)
	w.timer = time.AfterFunc(w.pool.function.Timeout, func() { w.overdue(i) })
}

// retire stops events to a process that has ended, before its children are killed. An event that
// was read in between is lost: nothing shows how far the program came.
func (w *process) retire() {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	w.pool.removeIdle(w)
	w.requeue()
	w.pool.deliver()
}

// requeue returns an invocation that the program has not fetched, so that another process can have
// it. The caller holds the lock.
func (w *process) requeue() {
	select {
	case i := <-w.wake:
		w.timer.Stop()
		w.current = nil
		w.pool.pending = append([]*invocation{i}, w.pool.pending...)
	default:
	}
}

// overdue kills the process if its start (nil) or the invocation is still not finished. The timeout
// includes the time from the response to the next request, as in AWS.
func (w *process) overdue(i *invocation) {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	switch {
	case i == nil && w.state == starting:
		w.stop(fmt.Errorf("%w: not ready after %v", ErrInit, w.pool.config.InitTimeout))
	case i != nil && w.current == i:
		cause := fmt.Errorf("%w after %v", ErrTimeout, w.pool.function.Timeout)
		w.pool.finish(i, nil, cause)
		w.stop(cause)
	}
}

// stop kills the process; run cleans up. The caller holds the lock.
func (w *process) stop(cause error) {
	if w.cause == nil {
		w.cause = cause
	}
	if w.command != nil {
		killGroup(w.command.Process)
	}
}

// explain returns the error for a caller that waits for this process, and logs it unless the
// Runtime was closed.
func (w *process) explain(err error) error {
	w.pool.mu.Lock()
	cause, ready := w.cause, w.state != starting
	w.pool.mu.Unlock()
	switch {
	case cause != nil && !errors.Is(cause, ErrExited): // its exit status says more
		err = cause
	case errors.Is(err, ErrInit): // never ran
	case !ready:
		err = fmt.Errorf("%w: it ended before its first request: %s", ErrInit, exitStatus(err))
	default:
		err = fmt.Errorf("%w: %s", ErrExited, exitStatus(err))
	}
	if !errors.Is(err, ErrClosed) {
		w.pool.config.Log(w.pool.function.Name, err.Error())
	}
	return err
}

func exitStatus(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}
