package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// The Runtime API's paths. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
const (
	nextPath      = "GET /2018-06-01/runtime/invocation/next"
	responsePath  = "POST /2018-06-01/runtime/invocation/{id}/response"
	errorPath     = "POST /2018-06-01/runtime/invocation/{id}/error"
	initErrorPath = "POST /2018-06-01/runtime/init/error"
)

// errorTypeHeader names the type of an error beside its body, and of an error in the middle of a stream.
const errorTypeHeader = "Lambda-Runtime-Function-Error-Type"

// runtimeAPI is what the program talks to. The Host must be its own address, so that a page in a
// browser cannot reach it by a name it has bound to loopback.
func (w *process) runtimeAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(nextPath, w.next)
	mux.HandleFunc(responsePath, w.response)
	mux.HandleFunc(errorPath, w.failure)
	mux.HandleFunc(initErrorPath, w.initFailure)
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if in.Host != w.address || in.Header.Get("Origin") != "" {
			refuse(out, http.StatusForbidden, "Forbidden", "not the function's program")
			return
		}
		mux.ServeHTTP(out, in)
	})
}

// next waits for an event and writes it.
func (w *process) next(out http.ResponseWriter, in *http.Request) {
	w.ready()
	select {
	case i := <-w.wake:
		header := out.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", i.arn)
		if i.trace != "" {
			header.Set("Lambda-Runtime-Trace-Id", i.trace)
		}
		_, _ = out.Write(i.event) // a process that dies here takes the invocation with it
	case <-in.Context().Done():
		w.hungUp()
	}
}

// ready puts the process among the idle ones and gives it an event if one waits.
func (w *process) ready() {
	p := w.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.cause != nil || w.state == waiting {
		return
	}
	if w.current != nil { // asking again without an answer is as good as a crash
		p.finish(w.current, nil, ErrExited)
	}
	if w.timer != nil {
		w.timer.Stop()
	}
	w.state, w.current = waiting, nil
	p.idle = append(p.idle, w)
	p.deliver()
}

// hungUp ends a program that has left in the middle of a wait: a runtime sets no time limit on next.
func (w *process) hungUp() {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	w.giveBack()
	w.pool.forget(w)
	w.state = failed
	w.stop(ErrExited)
	w.pool.deliver()
}

// response takes the answer of an invocation.
func (w *process) response(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, in.Body, PayloadLimit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		w.answer(in.PathValue("id"), failed, nil, fmt.Errorf("%w in the answer", ErrTooLarge))
		refuse(out, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size")
		return
	case err != nil: // the program died while writing; run reports it
		return
	}
	next := answered
	if kind := in.Trailer.Get(errorTypeHeader); kind != "" {
		err, next = &FunctionError{Type: kind}, failed
	}
	w.acknowledge(out, w.answer(in.PathValue("id"), next, body, err))
}

// failure takes the error of an invocation.
func (w *process) failure(out http.ResponseWriter, in *http.Request) {
	w.acknowledge(out, w.answer(in.PathValue("id"), failed, nil, readFailure(out, in)))
}

// initFailure takes the error of a start; the program then ends.
func (w *process) initFailure(out http.ResponseWriter, in *http.Request) {
	reported := readFailure(out, in)
	w.pool.mu.Lock()
	if w.state == starting && w.cause == nil {
		w.cause = fmt.Errorf("%w: %w", ErrInit, reported)
	}
	w.pool.mu.Unlock()
	w.acknowledge(out, true)
}

// answer finishes the current invocation; false when the id is not its.
func (w *process) answer(id string, next state, body []byte, err error) bool {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	if w.current == nil || w.current.id != id {
		return false
	}
	w.state = next
	w.pool.finish(w.current, body, err)
	return true
}

func (w *process) acknowledge(out http.ResponseWriter, accepted bool) {
	if !accepted {
		refuse(out, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(out, `{"status":"OK"}`+"\n")
}

func refuse(out http.ResponseWriter, status int, kind, message string) {
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(map[string]string{"errorMessage": message, "errorType": kind})
}

// readFailure reads an error report; what is not one is still an error.
func readFailure(out http.ResponseWriter, in *http.Request) error {
	var report struct {
		ErrorMessage string `json:"errorMessage"`
		ErrorType    string `json:"errorType"`
	}
	body := http.MaxBytesReader(out, in.Body, PayloadLimit)
	if err := json.NewDecoder(body).Decode(&report); err != nil || report.ErrorType == "" {
		report.ErrorType = in.Header.Get(errorTypeHeader)
	}
	return &FunctionError{Type: report.ErrorType, Message: report.ErrorMessage}
}
