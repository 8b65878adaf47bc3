// Package lambda runs function binaries as AWS Lambda does, so that a laptop tests the program that
// is deployed.
//
// A [Runtime] has one pool of processes per [Function]. A program starts at its first invocation,
// gets Lambda's environment variables and none of the laptop's, and fetches its events from the
// Runtime API on loopback, as in AWS:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
// # One process, one invocation
//
// A process serves one invocation at a time. Under load more processes start, up to a limit, and
// are reused, the most recently used first. Above the limit invocations wait. Invocations above a
// function's reserved concurrency fail with [ErrThrottled], as in AWS.
//
// # Failures
//
// A program that is not ready after 10 seconds, exits or exceeds its timeout is killed with its
// children. The invocation fails, and the next one gets a new process. No event is delivered twice:
// only an invocation that no process has fetched moves to another one. When the caller gives up
// earlier, at an integration timeout, the function keeps running, as in AWS.
//
// No process outlives the Runtime: [Runtime.Close] kills all of them, and on Linux the kernel does
// when this program dies in another way.
//
// # Differences from Lambda
//
// Memory and processor are not limited, the file system is the laptop's, and credentials are
// dummies. An idle process is not frozen and is kept until Close.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Limits of Lambda. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	// PayloadLimit is the maximum size of an event and of a response, in bytes.
	PayloadLimit = 6 << 20
	// InitTimeout is the time from a program's start to its request for the first event.
	InitTimeout = 10 * time.Second
	// DefaultLimit is the maximum number of processes of one function.
	DefaultLimit = 10
)

// Errors of an invocation. If the caller's context ends first, its error is returned.
var (
	// ErrTimeout means the function exceeded its timeout and was killed.
	ErrTimeout = errors.New("lambda: the function timed out")
	// ErrExited means the process ended before its invocation had a response.
	ErrExited = errors.New("lambda: the function's process ended")
	// ErrInit means no process could be started, or it was not ready in time.
	ErrInit = errors.New("lambda: the function could not be started")
	// ErrTooLarge means the event or the response is larger than PayloadLimit.
	ErrTooLarge = errors.New("lambda: more than 6 MB")
	// ErrThrottled means the reserved concurrency is used up.
	ErrThrottled = errors.New("lambda: the reserved concurrency is used up")
	// ErrUnknown means there is no such function.
	ErrUnknown = errors.New("lambda: no such function")
	// ErrClosed means the Runtime is closed.
	ErrClosed = errors.New("lambda: closed")
)

// A FunctionError is an error that the function returned, or a panic.
type FunctionError struct {
	// Type is the error's Go type, such as "errorString".
	Type string
	// Message is the error's text. It may contain secrets: do not send it to clients.
	Message string
}

func (e *FunctionError) Error() string {
	return "lambda: the function reported an error of type " + e.Type
}

// A Function is the configuration of one function.
type Function struct {
	// Name is the function's name; ARN its ARN without alias or version. Required.
	Name, ARN string
	// Program is the path of the executable. Required.
	Program string
	// Handler is the value of _HANDLER. By default, bootstrap.
	Handler string
	// Environment are the variables of the function's configuration.
	Environment map[string]string
	// Timeout is for one invocation. By default, 3 seconds.
	Timeout time.Duration
	// Memory is in megabytes and only sets a variable of the program. By default, 128.
	Memory int
	// Concurrency is the reserved concurrency. By default, nil: none.
	Concurrency *int
	// LogGroup, LogFormat and LogLevel only set variables of the program.
	// By default, /aws/lambda/NAME, Text and none.
	LogGroup, LogFormat, LogLevel string
}

// Config is the configuration of a Runtime.
type Config struct {
	// Region is the programs' AWS region. Required.
	Region string
	// Environment is added to the variables of each function and overrides them, for example
	// AWS_ENDPOINT_URL_DYNAMODB. By default, nothing.
	Environment map[string]string
	// Limit is the maximum number of processes of one function. By default, DefaultLimit.
	Limit int
	// InitTimeout bounds the start of a program. By default, the constant of that name.
	InitTimeout time.Duration
	// Log receives each line that a program writes, and one for each kill and crash. It must be
	// safe for concurrent use. By default, lines are dropped.
	Log func(function, line string)
}

// A Runtime runs functions. It is safe for concurrent use.
type Runtime struct {
	pools map[string]*pool // by ARN
}

// New makes a Runtime and starts no program. The caller must call Close.
func New(with Config, functions ...Function) (*Runtime, error) {
	with = with.defaults()
	r := &Runtime{pools: make(map[string]*pool, len(functions))}
	var problems []error
	if with.Region == "" {
		problems = append(problems, errors.New("lambda: Config.Region is required"))
	}
	for _, f := range functions {
		if err := f.check(); err != nil {
			problems = append(problems, err)
			continue
		}
		if _, twice := r.pools[f.ARN]; twice {
			problems = append(problems, fmt.Errorf("lambda: duplicate function %s", f.Name))
		}
		r.pools[f.ARN] = newPool(with, f.defaults())
	}
	return r, errors.Join(problems...)
}

func (c Config) defaults() Config {
	if c.Limit <= 0 {
		c.Limit = DefaultLimit
	}
	if c.InitTimeout <= 0 {
		c.InitTimeout = InitTimeout
	}
	if c.Log == nil {
		c.Log = func(string, string) {}
	}
	return c
}

func (f Function) check() error {
	var problems []error
	for _, field := range []struct{ name, value string }{{"Name", f.Name}, {"ARN", f.ARN}, {"Program", f.Program}} {
		if field.value == "" {
			problems = append(problems, fmt.Errorf("lambda: function %q: %s is required", f.Name, field.name))
		}
	}
	return errors.Join(problems...)
}

func (f Function) defaults() Function {
	const defaultTimeout, defaultMemory = 3 * time.Second, 128
	if f.Timeout <= 0 {
		f.Timeout = defaultTimeout
	}
	if f.Memory <= 0 {
		f.Memory = defaultMemory
	}
	if f.Handler == "" {
		f.Handler = "bootstrap"
	}
	if f.LogGroup == "" {
		f.LogGroup = "/aws/lambda/" + f.Name
	}
	if f.LogFormat == "" {
		f.LogFormat = "Text"
	}
	return f
}

// Invoke sends an event to the function with the ARN, with or without alias or version, and returns
// its response. trace is the function's X-Amzn-Trace-Id, or "". When ctx ends first, its error is
// returned and the function keeps running.
func (r *Runtime) Invoke(ctx context.Context, arn, trace string, event []byte) ([]byte, error) {
	p, known := r.pool(arn)
	if !known {
		return nil, fmt.Errorf("%w: %s", ErrUnknown, arn)
	}
	if len(event) > PayloadLimit {
		return nil, fmt.Errorf("%w in the event", ErrTooLarge)
	}
	return p.invoke(ctx, arn, trace, event)
}

// pool finds the pool of a function by its ARN, with or without an alias or version at the end.
func (r *Runtime) pool(arn string) (*pool, bool) {
	if p, exact := r.pools[arn]; exact {
		return p, true
	}
	p, qualified := r.pools[arn[:max(0, strings.LastIndexByte(arn, ':'))]]
	return p, qualified
}

// Close kills every process and waits until all have ended. Invocations in progress fail with
// ErrClosed.
func (r *Runtime) Close() {
	for _, arn := range slices.Sorted(maps.Keys(r.pools)) {
		r.pools[arn].close()
	}
	for _, p := range r.pools {
		p.processes.Wait()
	}
}
