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

// Compile builds the program of the function in a folder as it is deployed, but
// for this machine; tags are added to those of every build.
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
	process *exec.Cmd
	stderr  bytes.Buffer
	events  chan []byte
	answers chan []byte
	gone    chan struct{}
}

// Start starts the program as Lambda does: with its settings in the
// environment, and its events at the other end of AWS_LAMBDA_RUNTIME_API.
func Start(t testing.TB, program string, environments ...map[string]string) *Process {
	t.Helper()
	p := &Process{events: make(chan []byte, 1), answers: make(chan []byte, 1), gone: make(chan struct{})}
	api := httptest.NewServer(p.runtime())
	p.process = exec.CommandContext(context.WithoutCancel(t.Context()), program)
	p.process.Stderr = &p.stderr
	env := map[string]string{"AWS_LAMBDA_RUNTIME_API": strings.TrimPrefix(api.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME": "f"}
	for _, e := range environments {
		maps.Copy(env, e)
	}
	for name, value := range env {
		p.process.Env = append(p.process.Env, name+"="+value)
	}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.gone)
		_ = p.process.Wait() // its status is read from the process
	}()
	t.Cleanup(func() {
		p.Kill()
		api.CloseClientConnections()
		api.Close()
	})
	return p
}

// runtime is as much of the Runtime API as a program needs (AWS Lambda
// developer guide, "Using the Lambda runtime API").
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
	mux.HandleFunc("POST "+path+"{id}/response", func(w http.ResponseWriter, r *http.Request) {
		answer, err := io.ReadAll(r.Body)
		if err != nil {
			return // the program died while it answered
		}
		w.WriteHeader(http.StatusAccepted)
		p.answers <- answer
	})
	return mux
}

// Call sends an event and waits for the answer. It reports false when the
// program has died instead.
func (p *Process) Call(t testing.TB, event rest.Request) (resp rest.Response, answered bool) {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	p.events <- payload
	select {
	case answer := <-p.answers:
		if err := json.Unmarshal(answer, &resp); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
		return resp, true
	case <-p.gone:
		return resp, false
	}
}

// Kill is kill -9. It may be called by several goroutines, and again.
func (p *Process) Kill() {
	_ = p.process.Process.Kill() // it may be gone already
	<-p.gone
}

// End waits for a program that stops by itself, and returns its status and what
// it has printed to standard error.
func (p *Process) End(t testing.TB) (status int, stderr string) {
	t.Helper()
	<-p.gone
	return p.process.ProcessState.ExitCode(), p.stderr.String()
}
