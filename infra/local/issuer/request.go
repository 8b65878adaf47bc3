package issuer

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// authorize prepares an authorization request for the library, which is laxer than this tenant in some places. The order
// matters: nothing is redirected before the client is known and the address is one of its own, byte by byte.
func (i *Issuer) authorize(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			_ = i.showError(w, r, goidc.NewError(goidc.ErrorCodeInvalidRequest, "the request cannot be read"))
			return
		}
		values := r.Form
		if err := i.addressed(values); err != nil {
			_ = i.showError(w, r, err)
			return
		}
		if code, text := unacceptable(values); code != "" {
			i.redirectError(w, r, values, code, text)
			return
		}
		i.translate(values)
		plain := r.Clone(r.Context())
		plain.Method, plain.Body, plain.ContentLength = http.MethodGet, http.NoBody, 0
		plain.URL.RawQuery = values.Encode()
		plain.Form, plain.PostForm = nil, nil
		next.ServeHTTP(w, plain)
	}
}

// addressed refuses what must never be redirected: repeated parameters (RFC 6749, section 3.1), an unknown client, an
// address that is not listed (RFC 9700, section 2.1).
func (i *Issuer) addressed(values url.Values) error {
	if repeated(values) {
		return goidc.NewError(goidc.ErrorCodeInvalidRequest, "a parameter is repeated")
	}
	client, ok := i.tenant.Client(values.Get("client_id"))
	if !ok {
		return goidc.NewError(goidc.ErrorCodeInvalidClient, "no application has this client_id")
	}
	if !slices.Contains(client.GrantTypes, string(goidc.GrantAuthorizationCode)) {
		return goidc.NewError(goidc.ErrorCodeUnauthorizedClient, "this application has no login")
	}
	if !slices.Contains(client.Callbacks, values.Get("redirect_uri")) {
		return goidc.NewError(goidc.ErrorCodeInvalidRequest, "redirect_uri is not one of the application's callbacks")
	}
	return nil
}

func repeated(values url.Values) bool {
	for _, v := range values {
		if len(v) > 1 {
			return true
		}
	}
	return false
}

// unacceptable finds what the library would let pass, or answer with another code than the standards say.
func unacceptable(values url.Values) (code, text string) {
	switch {
	case values.Has("request"):
		return "request_not_supported", "request objects are not supported"
	case values.Has("request_uri"):
		return "request_uri_not_supported", "request objects are not supported"
	case values.Get("response_type") != "code":
		return "unsupported_response_type", "response_type must be code"
	case values.Has("max_age") && !isAge(values.Get("max_age")):
		return "invalid_request", "max_age must be a number of seconds"
	case !isPrompt(values.Get("prompt")):
		return "invalid_request", "prompt must be none, login, consent or select_account"
	case !isChallenge(values):
		return "invalid_request", "PKCE is required: code_challenge with code_challenge_method=S256"
	default:
		return "", ""
	}
}

func isAge(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0
}

func isPrompt(s string) bool {
	return slices.Contains([]string{"", "none", "login", "consent", "select_account"}, s)
}

// isChallenge wants what S256 makes: 43 characters of base64url (RFC 7636, section 4.2).
func isChallenge(values url.Values) bool {
	challenge := values.Get("code_challenge")
	foreign := func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	}
	return values.Get("code_challenge_method") == "S256" && len(challenge) == 43 && strings.IndexFunc(challenge, foreign) < 0
}

// redirectError answers at an address that was checked before (RFC 6749, section 4.1.2.1, and RFC 9207).
func (i *Issuer) redirectError(w http.ResponseWriter, r *http.Request, values url.Values, code, text string) {
	answer := url.Values{"error": {code}, "error_description": {text}, "iss": {i.url}}
	if state := values.Get("state"); state != "" {
		answer.Set("state", state)
	}
	separator := "?"
	if values.Get("response_mode") == "fragment" {
		separator = "#"
	} else if strings.Contains(values.Get("redirect_uri"), "?") {
		separator = "&"
	}
	address := values.Get("redirect_uri")                                       // listed: see addressed
	http.Redirect(w, r, address+separator+answer.Encode(), http.StatusSeeOther) //nolint:gosec // checked byte by byte
}

// translate turns Auth0's audience into the library's resource (RFC 8707), and drops the scopes that nobody knows:
// Auth0 leaves them out silently. Auth0 does not read resource, so neither do we.
func (i *Issuer) translate(values url.Values) {
	values.Del("resource")
	if audience := values.Get("audience"); audience != "" {
		values.Set("resource", audience)
	}
	values.Del("audience")
	values.Set("scope", strings.Join(i.knownScopes(values.Get("scope")), " "))
}

func (i *Issuer) knownScopes(scope string) []string {
	known := i.scopeNames()
	return slices.DeleteFunc(strings.Fields(scope), func(s string) bool { return !slices.Contains(known, s) })
}

// exchange prepares a token request. The library reads the body only, as RFC 6749, section 2.3.1, wants.
func (i *Issuer) exchange(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
			refuseToken(w, "the body must be application/x-www-form-urlencoded")
			return
		}
		if err := r.ParseForm(); err != nil || repeated(r.PostForm) {
			refuseToken(w, "the body cannot be read, or a parameter is repeated")
			return
		}
		values := r.PostForm
		switch goidc.GrantType(values.Get("grant_type")) {
		case goidc.GrantClientCredentials:
			i.translate(values)
		case goidc.GrantAuthorizationCode:
			values.Del("scope") // the scopes were decided at the login
		}
		if goidc.GrantType(values.Get("grant_type")) != goidc.GrantClientCredentials {
			values.Del("audience")
			values.Del("resource") // a grant has one audience for life
		}
		body := values.Encode()
		plain := r.Clone(context.WithValue(r.Context(), requestedScopes{}, strings.Fields(values.Get("scope"))))
		plain.Body, plain.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		plain.Form, plain.PostForm = nil, nil
		next.ServeHTTP(w, plain)
	}
}

func refuseToken(w http.ResponseWriter, text string) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": text})
}

// originOf is the origin of an address, for the policy that says where a form may lead.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
