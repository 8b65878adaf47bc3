// Package chaos tests the running product over a bad network: the laptop stack
// with its functions, gateway and tokens, and between the functions and the
// engine a proxy that loses responses, throttles and delays. Clients buy, update
// and read over HTTP; an audit at the end compares what they were told with what
// is stored.
package chaos

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// The faults of a [Proxy].
const (
	Refused   = "refused"   // the connection breaks before the call
	Throttled = "throttled" // not applied
	Lost      = "lost"      // applied, and the connection breaks before the response
	Cut       = "cut"       // applied, and the connection breaks in the response
	Broken    = "broken"    // applied, and status 500
	Delayed   = "delayed"   // applied, and the response comes late
)

// A Proxy passes calls on to a DynamoDB-compatible endpoint, with faults.
type Proxy struct {
	engine *httputil.ReverseProxy

	mu      sync.Mutex
	random  *rand.Rand
	chances map[string]float64
	counts  map[string]int
	calls   int
}

// NewProxy returns a proxy without faults.
func NewProxy(endpoint *url.URL, seed uint64) *Proxy {
	return &Proxy{
		engine: &httputil.ReverseProxy{
			Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(endpoint) },
			Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		},
		random: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // the same faults for the same seed
		counts: map[string]int{},
	}
}

// SetFaults sets the chance of each fault.
func (p *Proxy) SetFaults(chances map[string]float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chances = chances
}

// Counts returns the number of calls, and of each fault.
func (p *Proxy) Counts() (calls int, faults map[string]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	faults = map[string]int{}
	for fault, n := range p.counts {
		faults[fault] = n
	}
	return p.calls, faults
}

func (p *Proxy) draw() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	at := p.random.Float64()
	for _, fault := range []string{Refused, Throttled, Lost, Cut, Broken, Delayed} {
		if at -= p.chances[fault]; at < 0 {
			p.counts[fault]++
			return fault
		}
	}
	return ""
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := p.draw()
	switch fault {
	case Refused:
		panic(http.ErrAbortHandler)
	case Throttled:
		respond(w, http.StatusBadRequest, "ProvisionedThroughputExceededException")
		return
	case "":
		p.engine.ServeHTTP(w, r)
		return
	}
	// A call that was sent is applied, whether or not its caller still waits.
	applied := &recorder{header: http.Header{}}
	p.engine.ServeHTTP(applied, r.WithContext(context.WithoutCancel(r.Context())))
	switch fault {
	case Lost:
		panic(http.ErrAbortHandler)
	case Broken:
		respond(w, http.StatusInternalServerError, "InternalServerError")
	case Cut:
		applied.copyTo(w, applied.body.Len()/2)
		panic(http.ErrAbortHandler)
	case Delayed:
		select {
		case <-time.After(300 * time.Millisecond):
		case <-r.Context().Done():
		}
		applied.copyTo(w, applied.body.Len())
	}
}

func respond(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#`+code+`","message":"a fault of the test"}`)
}

// A recorder keeps a response.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// copyTo sends the first n bytes of the body.
func (r *recorder) copyTo(w http.ResponseWriter, n int) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(max(r.status, http.StatusOK))
	_, _ = w.Write(r.body.Bytes()[:n])
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
