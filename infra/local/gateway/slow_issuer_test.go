package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// hang is an issuer that never responds.
var hang = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })

// An issuer becomes slower than API Gateway waits. The keys at hand serve on,
// and a line warns.
func TestSlowIssuer(t *testing.T) {
	issuer, c := jwtauthtest.NewIssuer(t), newClock()
	issuer.Now = c.Now
	lines := make(chan string, 10)
	g := newGateway(t, secured(issuer), echo, gateway.Options{Now: c.Now, Warn: func(line string) { lines <- line }})
	issuer.Respond(hang)
	c.advance(10 * time.Minute)
	if out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token()); out.Code != 200 {
		t.Errorf("with the keys of the start: %d", out.Code)
	}
	want := "Tokens: issuer " + issuer.URL + " needs more than 1.5s for a document: API Gateway does not wait longer"
	if got := <-lines; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	issuer.Down()
	c.advance(10 * time.Minute)
	if out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token()); out.Code != 200 {
		t.Errorf("with the keys of the start: %d", out.Code)
	}
	if len(lines) != 0 {
		t.Errorf("down is not slow: %s", <-lines)
	}
}

// At the start each document has its time, not both together.
func TestSlowIssuerAtStart(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Respond(hang)
	_, err := gateway.New(t.Context(), secured(issuer), invoker(echo), gateway.Options{})
	if err == nil || !strings.HasSuffix(err.Error(), "API Gateway waits 1.5s for each document") {
		t.Errorf("error %v", err)
	}

	issuer = jwtauthtest.NewIssuer(t)
	slow := &http.Client{Transport: slowly(800 * time.Millisecond)}
	g := newGateway(t, secured(issuer), echo, gateway.Options{Client: slow})
	if out := send(t, g, "GET", "/pets", "", "Authorization", issuer.Token()); out.Code != 200 {
		t.Errorf("800 ms for each document: %d", out.Code)
	}
}

// slowly is a transport that takes this long.
type slowly time.Duration

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(time.Duration(s)):
		return http.DefaultTransport.RoundTrip(r)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}
