package page_test

import (
	"errors"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"example.com/securedpets/infra/local/page"
)

var (
	files = fstest.MapFS{
		"index.html":      {Data: []byte("<!doctype html>start")},
		"assets/app-1.js": {Data: []byte("run()")},
		"favicon.svg":     {Data: []byte("<svg/>")},
	}
	headers = []byte(`{"Content-Security-Policy":"connect-src {api} {issuer}"}`)
	config  = page.Config{
		Issuer: "http://localhost:9000/realms/pets/", ClientID: "web", Audience: "https://api.example", APIURL: "http://localhost:8080",
	}
)

func TestHandler(t *testing.T) {
	const (
		revalidate = "no-cache"
		forever    = "public, max-age=31536000, immutable"
	)
	for _, test := range []struct {
		name, method, path string
		status             int
		body, cache        string
	}{
		{"the start", "GET", "/", 200, "<!doctype html>start", revalidate},
		{"a file with a hash in its name", "GET", "/assets/app-1.js", 200, "run()", forever},
		{"another file", "GET", "/favicon.svg", 200, "<svg/>", revalidate},
		{"a deep link", "GET", "/unicorns/Gaia", 200, "<!doctype html>start", revalidate},
		{"a folder is not listed", "GET", "/assets/", 200, "<!doctype html>start", revalidate},
		{
			"the configuration", "GET", "/config.json", 200,
			`{"issuer":"http://localhost:9000/realms/pets/","clientId":"web","audience":"https://api.example","apiUrl":"http://localhost:8080"}`, "no-store",
		},
		// What is not there must not look like a page: a script tag would run it.
		{"a file that is missing", "GET", "/assets/app-2.js", 404, "404 page not found\n", ""},
		{"out of the folder", "GET", "/../page.go", 404, "404 page not found\n", ""},
		{"another method", "POST", "/", 405, "Method Not Allowed\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			handler, err := page.Handler(files, headers, config)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(test.method, test.path, nil))
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, test.status, test.body)
			}
			if got := w.Header().Get("Cache-Control"); got != test.cache {
				t.Errorf("Cache-Control: got %q, want %q", got, test.cache)
			}
			const policy = "connect-src http://localhost:8080 http://localhost:9000"
			if got := w.Header().Get("Content-Security-Policy"); got != policy {
				t.Errorf("Content-Security-Policy: got %q, want %q", got, policy)
			}
		})
	}
}

func TestHandlerRefuses(t *testing.T) {
	t.Run("a page that is not built", func(t *testing.T) {
		if _, err := page.Handler(fstest.MapFS{}, headers, config); !errors.Is(err, page.ErrNotBuilt) {
			t.Fatalf("got %v, want ErrNotBuilt", err)
		}
	})
	t.Run("headers that are not JSON", func(t *testing.T) {
		if _, err := page.Handler(files, []byte(`{`), config); err == nil {
			t.Fatal("accepted")
		}
	})
}
