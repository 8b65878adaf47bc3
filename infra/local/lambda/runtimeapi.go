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

// errorTypeHeader is the type of an error report, and the trailer of a stream that failed.
const errorTypeHeader = "Lambda-Runtime-Function-Error-Type"

// runtimeAPI serves the program. It checks Host and Origin, so that a page in a browser cannot
// reach it through DNS rebinding.
func (w *process) runtimeAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(nextPath, w.next)
	mux.HandleFunc(responsePath, w.response)
	mux.HandleFunc(errorPath, w.failure)
	mux.HandleFunc(initErrorPath, w.initFailure)
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if in.Host != w.address || in.Header.Get("Origin") != "" {
			writeError(out, http.StatusForbidden, "Forbidden", "only for the function's program")
			return
		}
		mux.ServeHTTP(out, in)
	})
}

// next waits for an event and sends it.
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
		_, _ = out.Write(i.event) // a process that dies here loses the invocation
	case <-in.Context().Done():
		w.disconnected()
	}
}

// ready makes the process idle and gives it a waiting event.
func (w *process) ready() {
	p := w.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.cause != nil || w.state == waiting {
		return
	}
	if w.current != nil { // a request without a response to the last event counts as a crash
		p.finish(w.current, nil, ErrExited)
	}
	if w.timer != nil {
		w.timer.Stop()
	}
	w.state, w.current = waiting, nil
	p.idle = append(p.idle, w)
	p.deliver()
}

// disconnected ends a program that closed its connection: a runtime waits without a timeout.
func (w *process) disconnected() {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	w.requeue()
	w.pool.removeIdle(w)
	w.state = failed
	w.stop(ErrExited)
	w.pool.deliver()
}

// response receives the response of an invocation.
func (w *process) response(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, in.Body, PayloadLimit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		w.complete(in.PathValue("id"), failed, nil, fmt.Errorf("%w in the response", ErrTooLarge))
		writeError(out, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size")
		return
	case err != nil: // the program died while it was writing; run reports it
		return
	}
	next := responded
	if kind := in.Trailer.Get(errorTypeHeader); kind != "" {
		err, next = &FunctionError{Type: kind}, failed
	}
	w.acknowledge(out, w.complete(in.PathValue("id"), next, body, err))
}

// failure receives the error of an invocation.
func (w *process) failure(out http.ResponseWriter, in *http.Request) {
	w.acknowledge(out, w.complete(in.PathValue("id"), failed, nil, readFailure(out, in)))
}

// initFailure receives the error of a start; the program then ends.
func (w *process) initFailure(out http.ResponseWriter, in *http.Request) {
	reported := readFailure(out, in)
	w.pool.mu.Lock()
	if w.state == starting && w.cause == nil {
		w.cause = fmt.Errorf("%w: %w", ErrInit, reported)
	}
	w.pool.mu.Unlock()
	w.acknowledge(out, true)
}

// complete finishes the current invocation. It returns false if the id is another one's.
func (w *process) complete(id string, next state, body []byte, err error) bool {
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
		writeError(out, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(out, `{"status":"OK"}`+"\n")
}

func writeError(out http.ResponseWriter, status int, kind, message string) {
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(map[string]string{"errorMessage": message, "errorType": kind})
}

// readFailure reads an error report. A malformed report is an error too.
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
