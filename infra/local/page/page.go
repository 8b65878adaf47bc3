// Package page serves the built web page on the laptop as CloudFront does in the cloud: the files
// of web/dist, the security headers of web/headers.json, and config.json with the addresses of the
// API and the issuer.
package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Config is config.json: what the page needs at its start. Nothing in it is secret.
type Config struct {
	Issuer   string `json:"issuer"`   // exact, with the slash at its end
	ClientID string `json:"clientId"` // the page's client at the issuer
	Audience string `json:"audience"` // the API's identifier at the issuer
	APIURL   string `json:"apiUrl"`   // no slash at the end
}

// ErrNotBuilt means the page's files are missing; its text names the cure.
var ErrNotBuilt = errors.New("the web page is not built: run `make build-web`")

// Handler serves the files, config.json, and index.html for every path without a file extension (a
// deep link after a login). headers is web/headers.json, a JSON object of header name to value with
// the placeholders {api} and {issuer}.
func Handler(files fs.FS, headers []byte, config Config) (http.Handler, error) {
	if _, err := fs.Stat(files, "index.html"); err != nil {
		return nil, ErrNotBuilt
	}
	issuer, err := url.Parse(config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("the page's issuer: %w", err)
	}
	// Origins only: in a policy, a path without a slash at its end allows that one address.
	fill := strings.NewReplacer("{api}", config.APIURL, "{issuer}", issuer.Scheme+"://"+issuer.Host)
	var served map[string]string
	if err := json.Unmarshal(headers, &served); err != nil {
		return nil, fmt.Errorf("the page's headers: %w", err)
	}
	for name, value := range served {
		served[name] = fill.Replace(value)
	}
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	return &handler{files: files, headers: served, config: text}, nil
}

type handler struct {
	files   fs.FS
	headers map[string]string
	config  []byte
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range h.headers {
		w.Header().Set(name, value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "config.json" {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(h.config) // the client is gone
		return
	}
	h.serveFile(w, r, name)
}

func (h *handler) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	info, err := fs.Stat(h.files, name)
	switch {
	case err == nil && info.Mode().IsRegular():
	case path.Ext(name) == "":
		name = "index.html"
	default:
		http.NotFound(w, r)
		return
	}
	// The build puts a hash of the content into the names below assets/.
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	//nolint:gosec // G703: an fs.FS takes no path that leaves it, and name is cleaned
	http.ServeFileFS(w, r, h.files, name)
}
