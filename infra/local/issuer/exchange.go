package issuer

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// translate replaces Auth0's audience by the library's resource (RFC 8707) and
// drops unknown scopes. Like Auth0, it ignores a resource beside an audience, and
// any resource of the client by default.
func (i *Issuer) translate(values url.Values) {
	if audience := values.Get("audience"); audience != "" {
		values.Set("resource", audience)
	} else if !i.acceptsResource {
		values.Del("resource")
	}
	values.Del("audience")
	values.Set("scope", strings.Join(i.knownScopes(values.Get("scope")), " "))
}

func (i *Issuer) knownScopes(scope string) []string {
	known := i.scopeNames()
	return slices.DeleteFunc(strings.Fields(scope), func(s string) bool { return !slices.Contains(known, s) })
}

// exchange prepares a token request for the library, which reads only the body
// (RFC 6749, section 2.3.1).
func (i *Issuer) exchange(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
			writeError(w, http.StatusBadRequest, "invalid_request", "the body must be application/x-www-form-urlencoded")
			return
		}
		if err := r.ParseForm(); err != nil || hasRepeated(r.PostForm) {
			writeError(w, http.StatusBadRequest, "invalid_request", "the body cannot be read, or a parameter is repeated")
			return
		}
		values := r.PostForm
		switch goidc.GrantType(values.Get("grant_type")) {
		case goidc.GrantClientCredentials:
			i.translate(values)
		case goidc.GrantAuthorizationCode:
			values.Del("scope") // decided at the login
		}
		if goidc.GrantType(values.Get("grant_type")) != goidc.GrantClientCredentials {
			values.Del("audience")
			values.Del("resource") // the audience of a grant is fixed
		}
		body := values.Encode()
		plain := r.Clone(context.WithValue(r.Context(), requestedScopes{}, strings.Fields(values.Get("scope"))))
		plain.Body, plain.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		plain.Form, plain.PostForm = nil, nil
		next.ServeHTTP(w, plain)
	}
}
