package days

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// issuer is an issuer whose documents are served by an http.RoundTripper, because a synctest bubble
// waits for no network.
type issuer struct {
	*jwtauthtest.Issuer
	t *testing.T

	mu      sync.Mutex
	down    bool
	delay   time.Duration
	maxAge  string // of the key set, for Cache-Control; empty: none
	jwks    []byte // replaces the published keys, unless nil
	fetches int    // of the key set
}

func newIssuer(t *testing.T, published *jwtauthtest.Issuer) *issuer {
	t.Helper()
	return &issuer{Issuer: published, t: t}
}

// configure changes how the issuer responds.
func (i *issuer) configure(change func(*issuer)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change(i)
}

// count returns the number of requests for the key set so far.
func (i *issuer) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// RoundTrip responds to requests for the discovery document and the key set.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	isKeys := r.URL.String() == i.JWKSURL()
	i.mu.Lock()
	down, delay, maxAge, body := i.down, i.delay, i.maxAge, i.jwks
	if isKeys {
		i.fetches++
	}
	i.mu.Unlock()
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	switch {
	case down:
		return response(r, http.StatusServiceUnavailable, nil), nil
	case !isKeys:
		body = i.discovery()
	case body == nil:
		body = i.JWKS()
	}
	resp := response(r, http.StatusOK, body)
	if maxAge != "" {
		resp.Header.Set("Cache-Control", "max-age="+maxAge)
	}
	return resp, nil
}

func (i *issuer) discovery() []byte {
	body, err := json.Marshal(map[string]any{
		"issuer": i.URL, "jwks_uri": i.JWKSURL(), "id_token_signing_alg_values_supported": algorithms,
	})
	if err != nil {
		i.t.Error(err)
	}
	return body
}

func response(r *http.Request, status int, body []byte) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)),
	}
}

// long is a lifetime that no day reaches the end of.
var long = jwtauthtest.ExpiresIn(30 * 24 * time.Hour)

// token returns a good token of a key, by default of the newest one.
func (i *issuer) token(edits ...jwtauthtest.Edit) string {
	return i.Token(append([]jwtauthtest.Edit{long}, edits...)...)
}

// signed returns a good token of the key with this id.
func (i *issuer) signed(kid string) string { return i.token(jwtauthtest.SignedBy(i.Key(kid))) }

// forged returns a token with a key id and a signature that is random data.
func (i *issuer) forged(kid string) string {
	return i.token(jwtauthtest.Header("kid", kid), jwtauthtest.Signature(func(string) []byte {
		return []byte(strings.Repeat("x", 256))
	}))
}
