package authorizer

import (
	"errors"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

var (
	errURL        = errors.New("must be an https URL, or an http URL of a loopback host, without user information")
	errFragment   = errors.New("must have no fragment")
	errIdentifier = errors.New("must have neither query nor fragment")
	errPath       = errors.New(`must have a path without empty, "." or ".." segments and without percent-encoding`)
)

// parseURL allows the characters of RFC 3986 only, none of which ends a quoted string.
func parseURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.Hostname() == "" || u.User != nil || strings.ContainsFunc(address, notInURL) {
		return nil, errURL
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return u, nil
	}
	return nil, errURL
}

// parseIdentifier parses a resource (RFC 9728 section 1.2) or an issuer (RFC 8414 section 2).
func parseIdentifier(identifier string) (*url.URL, error) {
	if strings.ContainsAny(identifier, "?#") {
		return nil, errIdentifier
	}
	return parseURL(identifier)
}

// parseResource also refuses paths that routers and clients might spell differently.
func parseResource(resource string) (*url.URL, error) {
	u, err := parseIdentifier(resource)
	if err != nil {
		return nil, err
	}
	clean := path.Clean("/" + u.Path)
	if u.Path != "" && u.Path != clean && u.Path != clean+"/" || strings.Contains(u.Path, "//") || strings.Contains(resource, "%") {
		return nil, errPath
	}
	return u, nil
}

func notInURL(r rune) bool {
	alphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !alphanumeric && !strings.ContainsRune("-._~:/?#[]@!$&'()*+,;=%", r)
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Zone() == "" && addr.Unmap().IsLoopback()
}
