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

// respondWith responds with a status, a body and headers in pairs. "-" leaves a header out.
func respondWith(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
			if headers[i+1] == "-" {
				w.Header()[headers[i]] = nil
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// jwksOnly responds with this instead of the key set.
func jwksOnly(issuer *jwtauthtest.Issuer, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if issuer.URL+r.URL.Path[1:] == issuer.JWKSURL() {
			_, _ = io.WriteString(w, body)
			return
		}
		document(`{"issuer":"ISSUER","jwks_uri":"ISSUER.well-known/jwks.json"}`).ServeHTTP(w, r)
	})
}

// issuerFaults are responses from which no key is taken, to requests for both documents.
func issuerFaults(t *testing.T) map[string]http.Handler {
	t.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect to another host was followed")
	}))
	t.Cleanup(elsewhere.Close)
	return map[string]http.Handler{
		"500":              respondWith(500, ""),
		"502":              respondWith(502, "<h1>Bad Gateway</h1>"),
		"503":              respondWith(503, ""),
		"429":              respondWith(429, ""),
		"404":              respondWith(404, "{}"),
		"201":              respondWith(201, "{}"),
		"204":              respondWith(204, ""),
		"304 out of place": respondWith(304, ""),
		"HTML":             respondWith(200, "<!doctype html><title>Maintenance</title>"),
		"empty":            respondWith(200, ""),
		"{}":               respondWith(200, "{}"),
		"null":             respondWith(200, "null"),
		"keys null":        respondWith(200, `{"keys":null}`),
		"keys object":      respondWith(200, `{"keys":{}}`),
		"keys empty":       respondWith(200, `{"keys":[]}`),
		"oversize":         respondWith(200, `{"keys":[]`+strings.Repeat(" ", 200_000)+`}`),
		"gzip bomb":        gzipBomb(),
		"broken gzip":      respondWith(200, "not gzip", "Content-Encoding", "gzip"),
		"connection cut": http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}),
		"body cut": respondWith(200, `{"keys":[`, "Content-Length", "1000"),
		"redirect to another host": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		}),
		"redirect in a circle": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}),
		"redirect nowhere": respondWith(302, ""),
		// Discovery documents of another issuer, or without a key set that may be used.
		"another issuer":    respondWith(200, `{"issuer":"https://evil.example/","jwks_uri":"https://evil.example/jwks"}`),
		"no issuer":         respondWith(200, `{"jwks_uri":"https://evil.example/jwks"}`),
		"no jwks_uri":       document(`{"issuer":"ISSUER"}`),
		"jwks_uri by http":  document(`{"issuer":"ISSUER","jwks_uri":"http://evil.example/jwks"}`),
		"jwks_uri a file":   document(`{"issuer":"ISSUER","jwks_uri":"file:///etc/passwd"}`),
		"jwks_uri a list":   document(`{"issuer":"ISSUER","jwks_uri":[]}`),
		"two issuers":       document(`{"issuer":"https://evil.example/","issuer":"ISSUER","jwks_uri":"ISSUERjwks"}`),
		"issuer, no slash":  document(`{"issuer":"ISSUERx","jwks_uri":"ISSUERjwks"}`),
		"ISSUER in capital": document(`{"ISSUER":"ISSUER","jwks_uri":"ISSUERjwks"}`),
	}
}

// document responds with text, in which a value that begins with ISSUER begins with the issuer's
// URL.
func document(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issuer := "http://" + r.Host + "/"
		text := strings.ReplaceAll(text, `:"ISSUER`, `:"`+issuer)
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

func gzipBomb() http.Handler { return respondWith(200, bomb(), "Content-Encoding", "gzip") }

// TestFaultsWhenCold: no token is accepted, none is refused, and that ends as soon as the issuer is
// well again.
func TestFaultsWhenCold(t *testing.T) {
	for name, fault := range issuerFaults(t) {
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

// TestFaultsWhenWarm: the keys that were good stay good, and a rotation is seen once the issuer is
// well again.
func TestFaultsWhenWarm(t *testing.T) {
	for name, fault := range issuerFaults(t) {
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

// TestRetryAfter is about what the issuer asks for, in both forms of the header: how long the next
// fetch is put off while old keys serve, while a token of an unknown key waits, and without keys.
func TestRetryAfter(t *testing.T) {
	const sent = "Fri, 15 Jan 2027 07:00:00 GMT"
	for name, c := range map[string]struct {
		headers            []string
		warm, lookup, cold time.Duration
	}{
		"none":              {nil, 1 * time.Second, 1 * time.Second, 1 * time.Second},
		"seconds":           {[]string{"Retry-After", "30"}, 30 * time.Second, 30 * time.Second, 30 * time.Second},
		"an hour":           {[]string{"Retry-After", "3600"}, time.Hour, time.Minute, time.Minute},
		"a day":             {[]string{"Retry-After", "86400"}, time.Hour, time.Minute, time.Minute},
		"an age":            {[]string{"Retry-After", "99999999999999999999"}, time.Second, time.Second, time.Second},
		"date":              {[]string{"Date", sent, "Retry-After", "Fri, 15 Jan 2027 07:00:30 GMT"}, 30 * time.Second, 30 * time.Second, 30 * time.Second},
		"date, our clock":   {[]string{"Date", "-", "Retry-After", noon.Add(40 * time.Second).UTC().Format(http.TimeFormat)}, 40 * time.Second, 40 * time.Second, 40 * time.Second},
		"date in the past":  {[]string{"Date", sent, "Retry-After", "Fri, 15 Jan 2027 06:00:30 GMT"}, time.Second, time.Second, time.Second},
		"neither":           {[]string{"Retry-After", "soon"}, time.Second, time.Second, time.Second},
		"negative":          {[]string{"Retry-After", "-30"}, time.Second, time.Second, time.Second},
		"date, another age": {[]string{"Date", sent, "Retry-After", "Sat, 16 Jan 2027 07:00:30 GMT"}, time.Hour, time.Minute, time.Minute},
	} {
		for use, pause := range map[string]time.Duration{"warm": c.warm, "lookup": c.lookup, "cold": c.cold} {
			t.Run(name+"/"+use, func(t *testing.T) {
				d := newDay(t)
				if use != "cold" {
					expect(t, d.v, d.issuer.Token(), nil)
				}
				if use == "warm" {
					d.Move(10 * time.Minute)
				}
				d.Set(noon)
				kid := map[string]string{"lookup": "k2"}[use]
				if use == "warm" {
					d.keys = d.issuer.KeySet(jwtauth.RemoteConfig{Now: d.Now})
					if err := d.keys.Preload(d.issuer.JWKS()); err != nil {
						t.Fatal(err)
					}
				}
				if kid == "" {
					kid = "k1"
				}
				d.issuer.Respond(respondWith(429, "", c.headers...))
				for _, step := range []struct {
					move time.Duration
					want int
				}{{0, 1}, {pause - time.Second, 0}, {time.Second, 1}} {
					if pause == time.Second && step.move == 0 && step.want == 0 {
						continue // the shortest pause there is
					}
					d.Move(step.move)
					before := d.issuer.Fetches() + d.issuer.Discoveries()
					_, _ = d.keys.Key(t.Context(), kid)
					if got := d.issuer.Fetches() + d.issuer.Discoveries() - before; got != step.want {
						t.Errorf("after %v more: %d requests, want %d", step.move, got, step.want)
					}
				}
			})
		}
	}
}

// TestOneRetry makes one more attempt after a failure that may pass, and none after a response that
// will stay.
func TestOneRetry(t *testing.T) {
	for name, c := range map[string]struct {
		fault http.Handler
		want  int
	}{
		"500":      {respondWith(500, ""), 2},
		"cut":      {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), 2},
		"404":      {http.NotFoundHandler(), 1},
		"429":      {respondWith(429, ""), 1},
		"HTML":     {respondWith(200, "<p>"), 1},
		"redirect": {respondWith(302, "", "Location", "http://169.254.169.254/"), 1},
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

// TestOddKeysAmongGood: a key set of which some keys are of no use.
func TestOddKeysAmongGood(t *testing.T) {
	d := newDay(t)
	set := setOf(t, members{"kty": "oct", "kid": "s", "k": "c2VjcmV0"}, members{"kty": "XYZ"}, 5, published(t, d.issuer)["k1"])
	d.keys = d.issuer.KeySet(jwtauth.RemoteConfig{URL: serve(t, respondWith(200, string(set))), Now: d.Now})
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

// TestRedirectOnTheSameHost is how an issuer moves a document.
func TestRedirectOnTheSameHost(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	mux := http.NewServeMux()
	mux.Handle("/old", http.RedirectHandler("/new", http.StatusMovedPermanently))
	mux.Handle("/new", respondWith(200, string(issuer.JWKS())))
	keys := issuer.KeySet(jwtauth.RemoteConfig{URL: serve(t, mux) + "/old"})
	if _, err := keys.Key(t.Context(), "k1"); err != nil {
		t.Error(err)
	}
}

// TestSlowIssuer sends nothing, or a byte now and then. A request gets its response in time, the
// connection is closed at the timeout, and the keys are used as soon as the issuer is well again.
func TestSlowIssuer(t *testing.T) {
	for name, first := range map[string]string{"nothing": "", "byte by byte": "{"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDayWith(t, jwtauth.RemoteConfig{Timeout: 1600 * time.Millisecond})
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
				t.Error("it took", took)
			}
			<-left
			<-d.ended
			d.issuer.Respond(nil)
			d.Move(2 * time.Second)
			expect(t, d.v, d.issuer.Token(), nil)
		})
	}
}
