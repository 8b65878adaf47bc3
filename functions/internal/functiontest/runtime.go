package functiontest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/internal/rest"
)

// Compile builds the program in a folder as it is deployed, but for this machine, and returns
// its path. It adds tags to those of every build.
func Compile(t testing.TB, folder string, tags ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "bootstrap")
	all := strings.Join(append([]string{"lambda.norpc"}, tags...), ",")
	//nolint:gosec // the path is the test's own
	out, err := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-tags", all, "-o", program, folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// A Process is a running program of a function behind Lambda's Runtime API.
type Process struct {
	command *exec.Cmd
	output  buffer
	stderr  bytes.Buffer
	events  chan []byte
	results chan Result
	exited  chan struct{}
}

// A Result is what a program returned for an event.
type Result struct {
	Payload []byte
	Failed  bool // the program reported an error
}

// Start starts the program as Lambda does: settings in the environment, events from the server
// at AWS_LAMBDA_RUNTIME_API.
func Start(t testing.TB, program string, environments ...map[string]string) *Process {
	t.Helper()
	p := &Process{events: make(chan []byte, 1), results: make(chan Result, 1), exited: make(chan struct{})}
	api := httptest.NewServer(p.runtime())
	p.command = exec.CommandContext(context.WithoutCancel(t.Context()), program)
	p.command.Stdout, p.command.Stderr = &p.output, io.MultiWriter(&p.output, &p.stderr)
	env := map[string]string{"AWS_LAMBDA_RUNTIME_API": strings.TrimPrefix(api.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME": "f"}
	for _, e := range environments {
		maps.Copy(env, e)
	}
	for name, value := range env {
		p.command.Env = append(p.command.Env, name+"="+value)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = p.command.Wait() // the status is read from the command
	}()
	t.Cleanup(func() {
		p.Kill()
		api.CloseClientConnections()
		api.Close()
	})
	return p
}

// runtime serves the part of the Runtime API that a program needs (AWS Lambda developer guide,
// "Using the Lambda runtime API").
func (p *Process) runtime() http.Handler {
	const path = "/2018-06-01/runtime/invocation/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path+"next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case event := <-p.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "id-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(10*time.Second).UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:f")
			_, _ = w.Write(event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST "+path+"{id}/{kind}", func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			return // the program died while it was writing
		}
		w.WriteHeader(http.StatusAccepted)
		p.results <- Result{payload, r.PathValue("kind") == "error"}
	})
	return mux
}

// Invoke sends an event and waits for the result. It returns false if the program has exited
// instead.
func (p *Process) Invoke(event string) (result Result, alive bool) {
	p.events <- []byte(event)
	select {
	case result := <-p.results:
		return result, true
	case <-p.exited:
		return Result{}, false
	}
}

// Call is Invoke for an event and a response of API Gateway.
func (p *Process) Call(t testing.TB, event rest.Request) (resp rest.Response, alive bool) {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	result, alive := p.Invoke(string(payload))
	if !alive {
		return resp, false
	}
	if err := json.Unmarshal(result.Payload, &resp); err != nil || result.Failed {
		t.Fatalf("%s: %v", result.Payload, err)
	}
	return resp, true
}

// Kill sends SIGKILL and waits for the end. It is safe for concurrent use and may be repeated.
func (p *Process) Kill() {
	_ = p.command.Process.Kill() // it may have exited already
	<-p.exited
}

// Output returns what the program has written to standard output and standard error.
func (p *Process) Output() string { return p.output.String() }

// End waits until the program exits by itself, and returns its status and what it wrote to
// standard error.
func (p *Process) End(t testing.TB) (status int, stderr string) {
	t.Helper()
	<-p.exited
	return p.command.ProcessState.ExitCode(), p.stderr.String()
}
