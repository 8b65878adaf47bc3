package apidocs_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/securedpets/functions/contract/openapi"
	"example.com/securedpets/infra/local/apidocs"
)

var at = openapi.Addresses{API: "http://localhost:18080", Issuer: "http://localhost:19000/"}

func TestHandler(t *testing.T) {
	handler, err := apidocs.Handler(at, fstest.MapFS{
		"swagger-ui-bundle.js": {Data: []byte("bundle")},
		"swagger-ui.css":       {Data: []byte("css")},
		"package.json":         {Data: []byte("{}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path string
		status       int
		contains     string
	}{
		{"GET", "/api-docs/", 200, `<main id="viewer">`},
		{"GET", "/api-docs/viewer.js", 200, "SwaggerUIBundle"},
		{"GET", "/api-docs/swagger-ui-bundle.js", 200, "bundle"},
		{"GET", "/api-docs/swagger-ui.css", 200, "css"},
		{"GET", "/openapi.json", 200, `"openapi": "3.1.0"`},
		{"GET", "/api-docs/package.json", 404, ""},
		{"GET", "/api-docs/../openapi.go", 307, ""},
		{"POST", "/openapi.json", 405, ""},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.contains) {
			t.Errorf("%s %s: %d %.80q, want %d with %q", tt.method, tt.path, w.Code, w.Body, tt.status, tt.contains)
		}
		if p := w.Header().Get("Content-Security-Policy"); !strings.Contains(p, "connect-src 'self' "+at.API+";") {
			t.Errorf("%s: policy %q", tt.path, p)
		}
	}
}

// The viewer sends requests to the stack that serves it.
func TestDocumentNamesTheRunningStack(t *testing.T) {
	handler, err := apidocs.Handler(at, fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	var document struct{ Servers []struct{ URL string } }
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Servers) != 1 || document.Servers[0].URL != at.API {
		t.Errorf("servers %v, want %s", document.Servers, at.API)
	}
	if !strings.Contains(w.Body.String(), at.Issuer+"oauth/token") {
		t.Error("the document does not name the issuer")
	}
}

func TestBesideLeavesOtherPathsAlone(t *testing.T) {
	text := func(s string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(s)) })
	}
	handler := apidocs.Beside(text("docs"), text("page"))
	for path, want := range map[string]string{
		"/openapi.json": "docs", "/api-docs/": "docs", "/api-docs/viewer.js": "docs",
		"/": "page", "/api-docs": "page", "/openapi.json/": "page", "//openapi.json": "page", "/x/api-docs/": "page",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.URL.Path = path
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Body.String() != want {
			t.Errorf("%s: %s, want %s", path, w.Body, want)
		}
	}
}
