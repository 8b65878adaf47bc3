package dynamotest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// A Fault is what happens to one call on its way.
type Fault int

// The faults. Those that happen after the engine has done its work leave the
// caller in doubt.
const (
	None      Fault = iota
	Refused         // no connection
	Throttled       // ProvisionedThroughputExceededException
	Failed          // 500 InternalServerError, nothing done
	Lost            // done, and the connection breaks before the response
	Cut             // done, and the connection breaks in the middle of the response
	Broken          // done, and 500 InternalServerError
	Slow            // done, and the response comes after the caller has left
)

// Faults is a network that misbehaves as planned.
type Faults struct {
	// Plan decides about the n-th call, counted from 1, of an operation such as
	// "Query". Calls are counted in the order in which they come; Plan must be
	// safe for concurrent use. By default, nothing happens to any call.
	Plan func(n int, operation string) Fault
	// Stale makes eventually consistent reads as stale as they can be: the first
	// response ever given to the same request.
	Stale bool

	calls atomic.Int64
	mu    sync.Mutex
	seen  map[string][]byte
}

// errFault is what a connection breaks with.
var errFault = errors.New("dynamotest: the connection broke")

// Calls is the number of calls so far.
func (f *Faults) Calls() int { return int(f.calls.Load()) }

// RoundTrip implements [http.RoundTripper].
func (f *Faults) RoundTrip(req *http.Request) (*http.Response, error) {
	n := int(f.calls.Add(1))
	_, operation, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	fault := None
	if f.Plan != nil {
		fault = f.Plan(n, operation)
	}
	switch fault {
	case Refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case Throttled:
		return failure(req, http.StatusBadRequest, "ProvisionedThroughputExceededException"), nil
	case Failed:
		return failure(req, http.StatusInternalServerError, "InternalServerError"), nil
	}
	resp, err := f.forward(req)
	if err != nil || fault == None {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	_ = resp.Body.Close()
	switch fault {
	case Broken:
		return failure(req, http.StatusInternalServerError, "InternalServerError"), nil
	case Cut:
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), brokenReader{}))
		return resp, nil
	case Slow:
		<-req.Context().Done()
	}
	return nil, errFault
}

// forward sends the call on, or responds with the first result, as a stale replica would.
func (f *Faults) forward(req *http.Request) (*http.Response, error) {
	if !f.Stale || req.Body == nil {
		return network.RoundTrip(req)
	}
	request, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(request))
	operation := req.Header.Get("X-Amz-Target")
	reads := strings.HasSuffix(operation, ".GetItem") || strings.HasSuffix(operation, ".Query")
	if !reads || bytes.Contains(request, []byte(`"ConsistentRead":true`)) {
		return network.RoundTrip(req)
	}
	var canonical map[string]any
	if err := json.Unmarshal(request, &canonical); err != nil {
		return nil, err
	}
	// The SDK writes maps in any order; fmt sorts them.
	return f.recall(req, operation+fmt.Sprint(canonical))
}

func (f *Faults) recall(req *http.Request, request string) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if body, ok := f.seen[request]; ok {
		return reply(req, http.StatusOK, body), nil
	}
	resp, err := network.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	if f.seen == nil {
		f.seen = map[string][]byte{}
	}
	f.seen[request] = body
	return reply(req, http.StatusOK, body), resp.Body.Close()
}

// network keeps enough connections for tests with many callers.
var network = &http.Transport{MaxIdleConnsPerHost: 64}

func failure(req *http.Request, status int, code string) *http.Response {
	return reply(req, status, []byte(`{"__type":"com.amazonaws.dynamodb.v20120810#`+code+`","message":"a fault of the test"}`))
}

func reply(req *http.Request, status int, body []byte) *http.Response {
	return &http.Response{
		Status:     http.StatusText(status),
		StatusCode: status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Proxy serves the engine over a network of the test, for what is configured by
// its environment alone, programs among them. It returns that part of the
// environment.
func Proxy(t testing.TB, network http.RoundTripper) map[string]string {
	t.Helper()
	engine, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(engine) },
		Transport: network,
		// A caller must see a broken connection, not a 502.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:     log.New(io.Discard, "", 0), // the faults are planned
	})
	t.Cleanup(proxy.Close)
	return map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": proxy.URL}
}

// Dying is a network over which a process dies with its k-th call: before the
// call is sent, or after it was carried out and before its response is read. End
// ends the process, or the context that stands for it; whatever it still tries
// does not reach the engine.
type Dying struct {
	K     int
	After bool
	End   func()

	calls atomic.Int64
}

// Died reports whether there was a k-th call.
func (d *Dying) Died() bool { return int(d.calls.Load()) >= d.K }

// RoundTrip implements [http.RoundTripper].
func (d *Dying) RoundTrip(req *http.Request) (*http.Response, error) {
	n := int(d.calls.Add(1))
	if n < d.K {
		return network.RoundTrip(req)
	}
	if n == d.K && d.After {
		resp, err := network.RoundTrip(req)
		if err == nil {
			// The engine has responded: the work is done.
			_, err = io.Copy(io.Discard, resp.Body)
			err = errors.Join(err, resp.Body.Close())
		}
		d.End()
		return nil, errors.Join(errFault, err)
	}
	d.End()
	return nil, errFault
}
