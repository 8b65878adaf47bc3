package main

import (
	"fmt"
	"net/url"
	"strings"
)

// slashOf reports whether issuers at a well-known host end with a slash. A token's
// iss is compared exactly: with the wrong ending every token is refused, and the
// only symptom is 401.
func slashOf(host string) (slash, known bool) {
	for suffix, slash := range map[string]bool{
		".auth0.com":                true,
		"cognito-idp.":              false, // https://cognito-idp.REGION.amazonaws.com/POOL
		".okta.com":                 false,
		".oktapreview.com":          false,
		"accounts.google.com":       false,
		"securetoken.google.com":    false,
		"login.microsoftonline.com": false, // https://login.microsoftonline.com/TENANT/v2.0
		"sts.windows.net":           true,  // https://sts.windows.net/TENANT/
		".b2clogin.com":             true,  // https://TENANT.b2clogin.com/ID/v2.0/
	} {
		if host == suffix || strings.HasSuffix(host, suffix) && strings.HasPrefix(suffix, ".") ||
			strings.HasPrefix(host, suffix) && strings.HasSuffix(suffix, ".") {
			return slash, true
		}
	}
	return false, false
}

// checkIssuer refuses an issuer that no token can match. By default, an unknown
// host is a custom domain of Auth0, whose issuers end with a slash; -c
// provider=oidc takes the issuer as written.
func checkIssuer(issuer, provider string) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrIssuer}, args...)...)
	}
	if issuer == "" {
		return refuse("it is empty: -c issuer=https://TENANT.eu.auth0.com/")
	}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || strings.ContainsAny(issuer, ", \t"):
		return refuse("%q is not an address", issuer)
	case u.Scheme != "https":
		return refuse("%q must be https", issuer)
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return refuse("%q must not have a query, a fragment or a user", issuer)
	case provider != "" && provider != "auth0" && provider != "oidc":
		return refuse("provider %q is neither auth0 nor oidc", provider)
	}
	slash, known := slashOf(strings.ToLower(u.Hostname()))
	ends := strings.HasSuffix(issuer, "/")
	switch {
	case known && slash != ends && slash:
		return refuse("issuers of %s end with a slash: %s/", u.Hostname(), issuer)
	case known && slash != ends:
		return refuse("issuers of %s have no slash at the end: %s", u.Hostname(), strings.TrimRight(issuer, "/"))
	case !known && !ends && provider != "oidc":
		return refuse("issuers of Auth0 end with a slash: %s/ (for an issuer without one: -c provider=oidc)", issuer)
	}
	return nil
}
