// Package lambda runs real function programs as AWS Lambda does, so that what is tested on a laptop
// is the very program that is deployed.
//
// A [Runtime] holds one pool of processes per [Function]. A program is started when it is first
// needed, gets Lambda's environment variables (and nothing of the laptop's own environment), and
// fetches its events from the Runtime API on loopback, as its runtime library does in AWS:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
// # One process, one invocation
//
// A process serves one invocation at a time. Under load more are started, up to a limit, and all are
// reused; the most recently used first, so that the rest can stay swapped out. Above the limit
// invocations wait. A function with reserved concurrency refuses what is above it
// ([ErrThrottled]), as Lambda does.
//
// # What goes wrong
//
// A program that is not ready after 10 seconds, exits, or overruns its timeout is killed together with
// everything it started; the invocation fails and the next one gets a new process. An event is
// never delivered twice: only invocations that no process has fetched move on to another one. The caller
// may give up earlier (an integration timeout): the function then runs on, as in AWS.
//
// No process outlives the Runtime: [Runtime.Close] kills and collects all of them, and on Linux the
// kernel kills them when this program dies by any other way.
//
// # What differs from Lambda
//
// Memory and processor are not limited, the file system is the laptop's, and credentials are dummies.
// A process that is idle is not frozen and is kept until Close.
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
	// PayloadLimit is the most bytes of an event, and of an answer.
	PayloadLimit = 6 << 20
	// InitTimeout is how long a program may take until it asks for its first event.
	InitTimeout = 10 * time.Second
	// DefaultLimit is how many processes of one function run at the same time.
	DefaultLimit = 10
)

// Errors of an invocation. A caller that gave up gets the error of its context.
var (
	// ErrTimeout means the function overran its timeout and was killed.
	ErrTimeout = errors.New("lambda: the function timed out")
	// ErrExited means the process ended, and an invocation that it had has no answer.
	ErrExited = errors.New("lambda: the function's process ended")
	// ErrInit means no process could be started, or it was not ready in time.
	ErrInit = errors.New("lambda: the function could not be started")
	// ErrTooLarge means the event or the answer is over PayloadLimit.
	ErrTooLarge = errors.New("lambda: more than 6 MB")
	// ErrThrottled means the reserved concurrency is used up.
	ErrThrottled = errors.New("lambda: the reserved concurrency is used up")
	// ErrUnknown means there is no such function.
	ErrUnknown = errors.New("lambda: no such function")
	// ErrClosed means the Runtime is closed.
	ErrClosed = errors.New("lambda: closed")
)

// A FunctionError is what the function itself reported: an error it returned, or a panic.
type FunctionError struct {
	// Type is the error's type, such as "errorString"; it comes from the function's program.
	Type string
	// Message is the error's text. It may hold anything: do not send it to clients.
	Message string
}

func (e *FunctionError) Error() string {
	return "lambda: the function reported an error of type " + e.Type
}

// A Function is what it takes to run one.
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
	// Memory is in megabytes and only announced to the program. By default, 128.
	Memory int
	// Concurrency is the reserved concurrency. By default, nil: none.
	Concurrency *int
	// LogGroup, LogFormat and LogLevel are only announced to the program.
	// By default, /aws/lambda/NAME, Text and nothing.
	LogGroup, LogFormat, LogLevel string
}

// Config is what all functions of a Runtime share.
type Config struct {
	// Region is announced to the programs. Required.
	Region string
	// Environment is added to every function's own variables and wins over them: where the local
	// engine listens (AWS_ENDPOINT_URL_DYNAMODB), for example. By default, nothing.
	Environment map[string]string
	// Limit is the most processes of one function. By default, DefaultLimit.
	Limit int
	// InitTimeout is how long a program may take to start. By default, the constant of that name.
	InitTimeout time.Duration
	// Log gets every line that a program writes to stdout or stderr, and a line for each kill and
	// crash. It is called from several goroutines. By default, lines are dropped.
	Log func(function, line string)
}

// A Runtime runs functions. It is safe for concurrent use.
type Runtime struct {
	pools map[string]*pool // by ARN
}

// New makes a Runtime. It starts no program yet; Close must be called.
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
			problems = append(problems, fmt.Errorf("lambda: function %s exists twice", f.Name))
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

// Invoke sends an event to the function with an ARN (with or without alias or version) and waits for its
// answer. trace is the value of X-Amzn-Trace-Id for the function, "" for none. When ctx ends first its error
// is returned and the function runs on.
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

// Close kills every process and returns when all are gone. Invocations in progress fail with ErrClosed.
func (r *Runtime) Close() {
	for _, arn := range slices.Sorted(maps.Keys(r.pools)) {
		r.pools[arn].close()
	}
	for _, p := range r.pools {
		p.processes.Wait()
	}
}
