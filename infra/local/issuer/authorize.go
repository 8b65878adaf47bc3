package issuer

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// authorize checks an authorization request more strictly than the library. It
// redirects only after the client and its redirect_uri have been checked.
func (i *Issuer) authorize(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			_ = i.showError(w, r, goidc.NewError(goidc.ErrorCodeInvalidRequest, "the request cannot be read"))
			return
		}
		values := r.Form
		if err := i.checkRedirect(values); err != nil {
			_ = i.showError(w, r, err)
			return
		}
		if code, text := checkParameters(values); code != "" {
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

// checkRedirect returns the errors that must not be redirected: a repeated
// parameter (RFC 6749, section 3.1), an unknown client, an unlisted
// redirect_uri (RFC 9700, section 2.1).
func (i *Issuer) checkRedirect(values url.Values) error {
	if hasRepeated(values) {
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

func hasRepeated(values url.Values) bool {
	for _, v := range values {
		if len(v) > 1 {
			return true
		}
	}
	return false
}

// checkParameters returns the errors that the library accepts, or reports with
// a nonstandard code.
func checkParameters(values url.Values) (code, text string) {
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

// isChallenge requires S256: 43 characters of base64url (RFC 7636, section
// 4.2).
func isChallenge(values url.Values) bool {
	challenge := values.Get("code_challenge")
	invalid := func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	}
	return values.Get("code_challenge_method") == "S256" && len(challenge) == 43 && strings.IndexFunc(challenge, invalid) < 0
}

// redirectError redirects to the checked redirect_uri (RFC 6749, section
// 4.1.2.1; RFC 9207).
func (i *Issuer) redirectError(w http.ResponseWriter, r *http.Request, values url.Values, code, text string) {
	parameters := url.Values{"error": {code}, "error_description": {text}, "iss": {i.url}}
	if state := values.Get("state"); state != "" {
		parameters.Set("state", state)
	}
	address, separator := values.Get("redirect_uri"), "?"
	if values.Get("response_mode") == "fragment" {
		separator = "#"
	} else if strings.Contains(address, "?") {
		separator = "&"
	}
	http.Redirect(w, r, address+separator+parameters.Encode(), http.StatusSeeOther) //nolint:gosec // see checkRedirect
}
