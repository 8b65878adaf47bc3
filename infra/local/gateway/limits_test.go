package gateway_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const tenMegabytes = 10 << 20

// sizeProbe reports whether the event has more than five megabytes.
func sizeProbe(_ context.Context, _, _ string, event []byte) ([]byte, error) {
	return json.Marshal(len(event) > tenMegabytes/2)
}

func TestBodyLimit(t *testing.T) {
	g := newGateway(t, api("POST /pets"), sizeProbe, gateway.Options{})
	cases := []struct {
		name    string
		length  int
		chunked bool
		status  int
	}{
		{"what fits an event", tenMegabytes / 2, false, 200},
		{"what fits an event, in chunks", tenMegabytes / 2, true, 200},
		{"more than an event holds", 6 << 20, false, 413},
		{"the limit of bodies", tenMegabytes, false, 413},
		{"one byte more", tenMegabytes + 1, false, 413},
		{"one byte more, in chunks", tenMegabytes + 1, true, 413},
	}
	for _, c := range cases {
		in := httptest.NewRequestWithContext(t.Context(), "POST", "/pets", strings.NewReader(strings.Repeat("x", c.length)))
		in.Header.Set("Content-Type", "text/plain")
		if c.chunked {
			in.ContentLength = -1
		}
		out := httptest.NewRecorder()
		g.ServeHTTP(out, in)
		if c.status == 413 {
			wantRefusal(t, out, 413, "Request Entity Too Large")
		} else if out.Code != c.status || out.Body.String() != "true" {
			t.Errorf("%s: %d %.100s", c.name, out.Code, out.Body)
		}
	}
}

// The body of an unauthorized request is not read.
func TestUnauthorizedBody(t *testing.T) {
	a := secured(jwtauthtest.NewIssuer(t))
	read := &reader{}
	in := httptest.NewRequestWithContext(t.Context(), "GET", "/pets", read)
	out := httptest.NewRecorder()
	newGateway(t, a, echo, gateway.Options{}).ServeHTTP(out, in)
	wantRefusal(t, out, 401, "Unauthorized")
	if read.touched {
		t.Error("the body was read")
	}
}

// reader records that it was read, and fails.
type reader struct{ touched bool }

func (r *reader) Read([]byte) (int, error) {
	r.touched = true
	return 0, errFunction
}

func TestBrokenBody(t *testing.T) {
	in := httptest.NewRequestWithContext(t.Context(), "GET", "/pets", &reader{})
	out := httptest.NewRecorder()
	newGateway(t, api("GET /pets"), echo, gateway.Options{}).ServeHTTP(out, in)
	wantRefusal(t, out, 400, "Bad Request")
}

// The limit covers the request line and all header lines.
func TestHeaderLimit(t *testing.T) {
	g := newGateway(t, api("GET /pets"), echo, gateway.Options{})
	const fixed = len("GET /pets?") + len(" HTTP/1.1\r\n") + len("Host: example.com\r\n") + len("X-Long: \r\n")
	for _, c := range []struct {
		query, header int
		status        int
	}{
		{0, 10240 - fixed, 200},
		{0, 10240 - fixed + 1, 431},
		{5000, 10240 - fixed - 5000, 200},
		{5000, 10240 - fixed - 5000 + 1, 431},
		{20000, 1, 431},
	} {
		out := send(t, g, "GET", "/pets?"+strings.Repeat("q", c.query), "", "X-Long", strings.Repeat("h", c.header))
		if out.Code != c.status {
			t.Errorf("query of %d, header of %d: %d, want %d", c.query, c.header, out.Code, c.status)
		}
		if c.status == 431 {
			wantRefusal(t, out, 431, "Request Header Fields Too Large")
		}
	}
}

func limits(burst int, rate float64) template.Throttle {
	return template.Throttle{Burst: &burst, Rate: &rate}
}

// A burst passes, then the rate applies; routes do not share.
func TestThrottling(t *testing.T) {
	c := newClock()
	a := api("GET /pets", "GET /other", "GET /narrow")
	a.Stages[0].Throttle = limits(3, 2)
	burst := 1
	a.Stages[0].RouteThrottle = map[string]template.Throttle{"GET /narrow": {Burst: &burst}}
	g := newGateway(t, a, echo, gateway.Options{Now: c.Now})
	pass := func(target string, want int) {
		t.Helper()
		for range want {
			if out := send(t, g, "GET", target, ""); out.Code != 200 {
				t.Fatalf("%s: %d, want %d to pass", target, out.Code, want)
			}
		}
		wantRefusal(t, send(t, g, "GET", target, ""), 429, "Too Many Requests")
	}
	pass("/pets", 3)
	pass("/other", 3)
	pass("/narrow", 1)
	c.advance(500 * time.Millisecond)
	pass("/pets", 1)
	c.advance(time.Hour)
	pass("/pets", 3)
	c.advance(500 * time.Millisecond)
	pass("/narrow", 1) // its rate is the stage's
	// A clock set back changes nothing.
	c.advance(time.Hour)
	if out := send(t, g, "GET", "/pets", ""); out.Code != 200 {
		t.Errorf("%d", out.Code)
	}
	c.advance(-time.Minute)
	pass("/pets", 2)
}

// Zero closes a route; without settings the account's limits apply.
func TestThrottlingEdges(t *testing.T) {
	zero, rate := 0, 0.0
	cases := []struct {
		name     string
		throttle template.Throttle
		passing  int
	}{
		{"no burst", template.Throttle{Burst: &zero}, 0},
		{"no rate", template.Throttle{Rate: &rate}, 0},
		{"nothing set", template.Throttle{}, 5000},
	}
	for _, c := range cases {
		a := api("GET /pets")
		a.Stages[0].Throttle = c.throttle
		g := newGateway(t, a, returning(`{}`), gateway.Options{Now: newClock().Now})
		passed := 0
		for send(t, g, "GET", "/pets", "").Code == http.StatusOK {
			passed++
		}
		if passed != c.passing {
			t.Errorf("%s: %d passed, want %d", c.name, passed, c.passing)
		}
	}
}

// A throttled request gets 429 before its token is checked.
func TestThrottlingComesFirst(t *testing.T) {
	a := secured(jwtauthtest.NewIssuer(t))
	zero := 0
	a.Stages[0].RouteThrottle = map[string]template.Throttle{"GET /pets": {Burst: &zero}}
	g := newGateway(t, a, echo, gateway.Options{})
	wantRefusal(t, send(t, g, "GET", "/pets", ""), 429, "Too Many Requests")
	if out := send(t, g, "GET", "/public", ""); out.Code != 200 {
		t.Errorf("another route: %d", out.Code)
	}
}
