// Package apidocs serves the API's OpenAPI document and a viewer for it, Swagger UI, beside the
// web page of the laptop stack. The document names the running stack's addresses, so that the
// viewer can send requests to it.
package apidocs

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"example.com/securedpets/functions/contract/openapi"
)

//go:embed viewer
var viewer embed.FS

// Paths on the page's server.
const (
	DocumentPath = "/openapi.json"
	ViewerPath   = "/api-docs/"
)

// policy lets the viewer run its own script and send requests to the API. Swagger UI sets inline
// styles and has images in data URLs.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self' {api}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves DocumentPath and the files below ViewerPath. swaggerUI is the folder of the npm
// package swagger-ui-dist.
func Handler(at openapi.Addresses, swaggerUI fs.FS) (http.Handler, error) {
	document, err := openapi.Document(at)
	if err != nil {
		return nil, err
	}
	own, err := fs.Sub(viewer, "viewer")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+DocumentPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document) // the client is gone
	})
	mux.Handle("GET "+ViewerPath, http.StripPrefix(ViewerPath, http.FileServerFS(own)))
	for _, name := range []string{"swagger-ui-bundle.js", "swagger-ui.css"} {
		mux.HandleFunc("GET "+ViewerPath+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, swaggerUI, name)
		})
	}
	headers := map[string]string{
		"Content-Security-Policy": strings.ReplaceAll(policy, "{api}", at.API),
		"X-Content-Type-Options":  "nosniff",
		"Cache-Control":           "no-cache",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		mux.ServeHTTP(w, r)
	}), nil
}

// Beside serves the paths of docs, and all others by next.
func Beside(docs, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == DocumentPath || strings.HasPrefix(r.URL.Path, ViewerPath) {
			docs.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
