package jwtauth_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// answerWith answers with a status, a body and headers in pairs.
func answerWith(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// providerFaults are answers from which no key is taken. Both documents are answered with them.
func providerFaults(t *testing.T) map[string]http.Handler {
	t.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect to another host was followed")
	}))
	t.Cleanup(elsewhere.Close)
	return map[string]http.Handler{
		"500":              answerWith(500, ""),
		"502":              answerWith(502, "<h1>Bad Gateway</h1>"),
		"503":              answerWith(503, "", "Retry-After", "3600"),
		"429":              answerWith(429, "", "Retry-After", "30"),
		"404":              answerWith(404, "{}"),
		"201":              answerWith(201, "{}"),
		"204":              answerWith(204, ""),
		"304 out of place": answerWith(304, ""),
		"HTML":             answerWith(200, "<!doctype html><title>Maintenance</title>"),
		"empty":            answerWith(200, ""),
		"{}":               answerWith(200, "{}"),
		"null":             answerWith(200, "null"),
		"keys null":        answerWith(200, `{"keys":null}`),
		"keys object":      answerWith(200, `{"keys":{}}`),
		"keys empty":       answerWith(200, `{"keys":[]}`),
		"oversize":         answerWith(200, `{"keys":[]`+strings.Repeat(" ", 200_000)+`}`),
		"gzip bomb":        gzipBomb(),
		"broken gzip":      answerWith(200, "not gzip", "Content-Encoding", "gzip"),
		"connection cut": http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}),
		"body cut": answerWith(200, `{"keys":[`, "Content-Length", "1000"),
		"redirect to another host": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		}),
		"redirect in a circle": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}),
		"redirect nowhere": answerWith(302, ""),
		// Discovery documents that vouch for somebody else, or for no key set that may be used.
		"another issuer":    answerWith(200, `{"issuer":"https://evil.example/","jwks_uri":"https://evil.example/jwks"}`),
		"no issuer":         answerWith(200, `{"jwks_uri":"https://evil.example/jwks"}`),
		"no jwks_uri":       document(`{"issuer":"ISSUER"}`),
		"jwks_uri by http":  document(`{"issuer":"ISSUER","jwks_uri":"http://evil.example/jwks"}`),
		"jwks_uri a file":   document(`{"issuer":"ISSUER","jwks_uri":"file:///etc/passwd"}`),
		"jwks_uri a list":   document(`{"issuer":"ISSUER","jwks_uri":[]}`),
		"two issuers":       document(`{"issuer":"https://evil.example/","issuer":"ISSUER","jwks_uri":"ISSUERjwks"}`),
		"issuer, no slash":  document(`{"issuer":"ISSUERx","jwks_uri":"ISSUERjwks"}`),
		"ISSUER in capital": document(`{"ISSUER":"ISSUER","jwks_uri":"ISSUERjwks"}`),
	}
}

// document answers with text, in which "ISSUER" inside quotes is the issuer asked.
func document(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issuer := "http://" + r.Host + "/"
		text := strings.ReplaceAll(strings.ReplaceAll(text, `:"ISSUER`, `:"`+issuer), `"ISSUERjwks`, `"`+issuer+`jwks`)
		_, _ = io.WriteString(w, text)
	})
}

// bomb is 16 MB of spaces in 16 KB.
var bomb = sync.OnceValue(func() string {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(bytes.Repeat([]byte(" "), 16<<20)) // a buffer takes everything
	_ = zip.Close()
	return packed.String()
})

func gzipBomb() http.Handler { return answerWith(200, bomb(), "Content-Encoding", "gzip") }

// TestFaultsWhenCold: nobody can be let in, nobody is refused, and it is over as soon as the provider is well again.
func TestFaultsWhenCold(t *testing.T) {
	for name, fault := range providerFaults(t) {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			d.issuer.Respond(fault)
			start := time.Now()
			expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
			if took := time.Since(start); took > 1600*time.Millisecond {
				t.Error("it took", took)
			}
			if d.seen(jwtauth.EventFetch, "failed") != 1 || d.keys.Status().Failures != 1 {
				t.Error("the failure was not reported")
			}
			d.issuer.Respond(nil)
			d.Move(2 * time.Second)
			expect(t, d.v, d.issuer.Token(), nil)
			if status := d.keys.Status(); status.Failures != 0 || status.Err != nil || status.Keys != 1 || !status.Fresh {
				t.Errorf("status %+v", status)
			}
		})
	}
}

// TestFaultsWhenWarm: the keys that were good stay good, and a rotation is seen once the provider is well again.
func TestFaultsWhenWarm(t *testing.T) {
	for name, fault := range providerFaults(t) {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			token := d.issuer.Token()
			expect(t, d.v, token, nil)
			d.issuer.Respond(fault)
			d.Move(10 * time.Minute)
			expect(t, d.v, token, nil)
			d.Move(20 * time.Minute)
			expect(t, d.v, token, nil)
			d.issuer.Respond(nil)
			d.issuer.Rotate("k2", "ES256")
			d.Move(time.Minute)
			expect(t, d.v, d.issuer.Token(), nil)
		})
	}
}

// TestGzipBombIsCheap: what is unpacked is bounded too.
func TestGzipBombIsCheap(t *testing.T) {
	d := newDay(t)
	d.issuer.Respond(gzipBomb())
	token := d.issuer.Token()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	expect(t, d.v, token, jwtauth.ErrKeysUnavailable)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 2_000_000 {
		t.Errorf("%d bytes", used)
	}
}

// TestRetryAfter keeps to what the provider asks for, while there are keys to serve with.
func TestRetryAfter(t *testing.T) {
	d := newDay(t)
	expect(t, d.v, d.issuer.Token(), nil)
	d.issuer.Respond(answerWith(429, "", "Retry-After", "30"))
	d.Move(10 * time.Minute)
	for _, c := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {29 * time.Second, 0}, {time.Second, 1}} {
		d.Move(c.wait)
		before := d.issuer.Fetches() + d.issuer.Discoveries()
		expect(t, d.v, d.issuer.Token(), nil)
		if got := d.issuer.Fetches() + d.issuer.Discoveries() - before; got != c.want {
			t.Errorf("after %v more: %d requests, want %d", c.wait, got, c.want)
		}
	}
}

// TestOneRetry makes one more attempt after a failure that may pass, and none after an answer that will stay.
func TestOneRetry(t *testing.T) {
	for name, c := range map[string]struct {
		fault http.Handler
		want  int
	}{
		"500":      {answerWith(500, ""), 2},
		"cut":      {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), 2},
		"404":      {http.NotFoundHandler(), 1},
		"429":      {answerWith(429, ""), 1},
		"HTML":     {answerWith(200, "<p>"), 1},
		"redirect": {answerWith(302, "", "Location", "http://169.254.169.254/"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			d.issuer.Respond(c.fault)
			expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
			if got := d.issuer.Discoveries(); got != c.want {
				t.Errorf("%d requests, want %d", got, c.want)
			}
		})
	}
}

// TestOddKeysAmongGood: the answer of a provider with keys of which some are of no use.
func TestOddKeysAmongGood(t *testing.T) {
	d := newDay(t)
	set := setOf(t, members{"kty": "oct", "kid": "s", "k": "c2VjcmV0"}, members{"kty": "XYZ"}, 5, published(t, d.issuer)["k1"])
	d.keys = d.issuer.KeySet(jwtauth.RemoteConfig{URL: serve(t, answerWith(200, string(set))), Now: d.Now})
	key, err := d.keys.Key(t.Context(), "k1")
	if key == nil || err != nil || d.keys.Status().Keys != 1 {
		t.Error(err, d.keys.Status())
	}
}

// serve starts a server and returns its URL.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// TestRedirectOnTheSameHost is how a provider moves a document.
func TestRedirectOnTheSameHost(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	mux := http.NewServeMux()
	mux.Handle("/old", http.RedirectHandler("/new", http.StatusMovedPermanently))
	mux.Handle("/new", answerWith(200, string(issuer.JWKS())))
	keys := issuer.KeySet(jwtauth.RemoteConfig{URL: serve(t, mux) + "/old"})
	if _, err := keys.Key(t.Context(), "k1"); err != nil {
		t.Error(err)
	}
}

// TestSlowProvider sends nothing, or a byte now and then. A request is answered in time, and the provider's connection
// is closed soon after; the keys are used as soon as it is well again.
func TestSlowProvider(t *testing.T) {
	for name, first := range map[string]string{"nothing": "", "byte by byte": "{"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDay(t)
			left := make(chan struct{}, 10)
			d.issuer.Respond(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() { left <- struct{}{} }()
				for first != "" && r.Context().Err() == nil {
					_, _ = io.WriteString(w, first)
					_ = http.NewResponseController(w).Flush()
					select {
					case <-time.After(100 * time.Millisecond):
					case <-r.Context().Done():
					}
				}
				<-r.Context().Done()
			}))
			start := time.Now()
			expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
			if took := time.Since(start); took < time.Second || took > 2*time.Second {
				t.Error("answered after", took)
			}
			<-left
			<-left // the second attempt
			d.issuer.Respond(nil)
			d.Move(2 * time.Second)
			<-d.ended
			expect(t, d.v, d.issuer.Token(), nil)
		})
	}
}
