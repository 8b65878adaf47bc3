package jwtauth_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// web is an internet of two documents. It keeps every host that a request goes to.
type web struct {
	discovery, jwks string // bodies
	status          int    // of the key set
	asked           []string
}

func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	w.asked = append(w.asked, r.URL.Scheme+"://"+r.URL.Host)
	body, status := w.jwks, w.status
	if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
		body, status = w.discovery, http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// TestGoodKeysInBadResponses has a good key set in responses that must not count for another
// reason.
func TestGoodKeysInBadResponses(t *testing.T) {
	jwks := string(jwtauthtest.NewIssuer(t).JWKS())
	const issuer = "https://issuer.example/"
	names := func(url string) string { return fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, issuer, url) }
	spaces := strings.Repeat(" ", 150_000)
	for name, c := range map[string]struct {
		web   web
		ok    bool
		asked string
	}{
		"good":               {web{names("https://keys.example/"), jwks, 200, nil}, true, "https://issuer.example https://keys.example"},
		"on loopback":        {web{names("http://127.0.0.1:9/"), jwks, 200, nil}, true, "https://issuer.example http://127.0.0.1:9"},
		"149 KB":             {web{names("https://keys.example/"), jwks + spaces[:149_000-len(jwks)], 200, nil}, true, ""},
		"keys too large":     {web{names("https://keys.example/"), jwks + spaces, 200, nil}, false, ""},
		"document too large": {web{names("https://keys.example/") + spaces, jwks, 200, nil}, false, "https://issuer.example"},
		// Keys that came over plain http may be forged on the way, and a document must not point
		// into the network of the verifier.
		"by http":         {web{names("http://keys.example/"), jwks, 200, nil}, false, "https://issuer.example"},
		"a cloud's own":   {web{names("http://169.254.169.254/"), jwks, 200, nil}, false, "https://issuer.example"},
		"with a password": {web{names("https://u:p@keys.example/"), jwks, 200, nil}, false, "https://issuer.example"},
		"no host":         {web{names("https:///keys"), jwks, 200, nil}, false, "https://issuer.example"},
		"no scheme":       {web{names("keys.example"), jwks, 200, nil}, false, "https://issuer.example"},
		// The document must be exactly that of the configured issuer.
		"another issuer":  {web{strings.Replace(names("https://keys.example/"), "issuer.example", "evil.example", 1), jwks, 200, nil}, false, "https://issuer.example"},
		"without a slash": {web{strings.Replace(names("https://keys.example/"), "example/", "example", 1), jwks, 200, nil}, false, "https://issuer.example"},
		// Only 200 means "here is the document".
		"201": {web{names("https://keys.example/"), jwks, 201, nil}, false, ""},
		"203": {web{names("https://keys.example/"), jwks, 203, nil}, false, ""},
		"206": {web{names("https://keys.example/"), jwks, 206, nil}, false, ""},
		"304": {web{names("https://keys.example/"), jwks, 304, nil}, false, ""},
		"400": {web{names("https://keys.example/"), jwks, 400, nil}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: issuer, Client: &http.Client{Transport: &c.web}})
			if err != nil {
				t.Fatal(err)
			}
			key, err := keys.Key(t.Context(), "k1")
			if (key != nil) != c.ok || (err == nil) != c.ok || !c.ok && !errors.Is(err, jwtauth.ErrKeysUnavailable) {
				t.Errorf("key %v, error %v", key != nil, err)
			}
			if got := strings.Join(c.web.asked, " "); c.asked != "" && got != c.asked {
				t.Errorf("asked %s", got)
			}
		})
	}
}
