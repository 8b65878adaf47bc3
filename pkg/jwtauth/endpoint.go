package jwtauth

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// checkIssuer holds for the URL of an issuer (OpenID Connect Discovery section 2: no query, no
// fragment) that can be the iss claim of a token.
func checkIssuer(issuer string) error {
	if issuer == "" {
		return errors.New("jwtauth: Issuer is required")
	}
	if strings.ContainsAny(issuer, "{}") {
		return errors.New("jwtauth: Issuer: is a template: use the URL with the tenant's id in place of the braces, " +
			"and NewIssuers for several tenants")
	}
	u, err := parseEndpoint(issuer)
	if err != nil {
		return fmt.Errorf("jwtauth: Issuer: %w", err)
	}
	if u.RawQuery != "" || u.ForceQuery {
		return errors.New("jwtauth: Issuer: must not have a query")
	}
	return checkPossible(u)
}

// wellKnown is where the path of a metadata document begins (RFC 8615).
const wellKnown = "/.well-known/"

// entraHosts issue the tokens of Microsoft Entra, in the clouds of all countries.
var entraHosts = []string{
	"login.microsoftonline.com", "sts.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
}

// checkPossible refuses URLs that manuals show as issuers, or beside them, and that no token names.
func checkPossible(u *url.URL) error {
	tenant, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch tenant = strings.ToLower(tenant); {
	case strings.Contains(u.Path, wellKnown):
		return errors.New("jwtauth: Issuer: is the URL of a document: use the part before " + wellKnown)
	case !slices.Contains(entraHosts, strings.ToLower(u.Hostname())):
		return nil
	case tenant == "consumers":
		return errors.New("jwtauth: Issuer: no token names /consumers/: use " +
			"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0, " +
			"the tenant of personal accounts")
	case tenant == "common", tenant == "organizations":
		return errors.New("jwtauth: Issuer: no token names /" + tenant + "/: use " +
			"https://login.microsoftonline.com/TENANT-ID/v2.0, and NewIssuers for several tenants")
	}
	return nil
}

var errEndpoint = errors.New("must be an https URL, or an http URL of a loopback host, without user and fragment")

// parseEndpoint accepts a URL that keys may be fetched from. Over plain http, an attacker on the
// network could replace the keys, except on a loopback host.
func parseEndpoint(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return nil, errEndpoint
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return u, nil
	}
	return nil, errEndpoint
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && addr.Unmap().IsLoopback()
}
