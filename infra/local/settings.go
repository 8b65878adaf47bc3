package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// settings are the environment of `make run`.
type settings struct {
	Port       int    // PORT: the API
	WebPort    int    // WEB_PORT: the web page
	IssuerPort int    // ISSUER_PORT: the local issuer
	DataDir    string // DATA_DIR: what must survive a restart

	Identity identity // zero for the local issuer
	// Another engine than the embedded one: DYNAMODB_ENDPOINT.
	DynamoDBEndpoint string
}

// identity says whose tokens are accepted: ISSUER, AUDIENCE, CLIENT_ID.
type identity struct{ Issuer, Audience, ClientID string }

// foreignIssuer says whether the tokens come from somewhere else.
func (s *settings) foreignIssuer() bool { return s.Identity != identity{} }

func (s *settings) apiURL() string  { return localURL(s.Port) }
func (s *settings) pageURL() string { return localURL(s.WebPort) }

// issuerURL is the issuer's identifier: Auth0's ends with a slash, so ours does.
func (s *settings) issuerURL() string { return localURL(s.IssuerPort) + "/" }

func localURL(port int) string { return "http://localhost:" + strconv.Itoa(port) }

// readSettings reports every bad setting at once, each with its cure.
func readSettings(getenv func(string) string) (*settings, error) {
	r := reader{getenv: getenv}
	s := &settings{
		Port:             r.port("PORT", 8080),
		WebPort:          r.port("WEB_PORT", 3000),
		IssuerPort:       r.port("ISSUER_PORT", 9000),
		DataDir:          r.text("DATA_DIR", ".local"),
		Identity:         identity{r.url("ISSUER"), r.text("AUDIENCE", ""), r.text("CLIENT_ID", "")},
		DynamoDBEndpoint: r.url("DYNAMODB_ENDPOINT"),
	}
	r.distinct(s)
	r.identity(s.Identity)
	return s, errors.Join(r.complaints...)
}

type reader struct {
	getenv     func(string) string
	complaints []error
}

func (r *reader) complain(format string, args ...any) {
	r.complaints = append(r.complaints, fmt.Errorf(format, args...))
}

func (r *reader) text(name, byDefault string) string {
	if value := r.getenv(name); value != "" {
		return value
	}
	return byDefault
}

func (r *reader) port(name string, byDefault int) int {
	value := r.getenv(name)
	if value == "" {
		return byDefault
	}
	port, err := strconv.Atoi(value)
	if err != nil || port < 1 || port > 65535 {
		r.complain("%s must be a port, 1 to 65535", name)
		return 0
	}
	return port
}

func (r *reader) url(name string) string {
	value := r.getenv(name)
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		r.complain("%s must be an https URL, or http on this machine", name)
	} else if u.User != nil || strings.ContainsAny(value, "?#") || !isOneWord(value) {
		r.complain("%s must be a URL without user, query, fragment, spaces and commas", name)
	}
	return value
}

// isOneWord is what the template and the functions can tell from a list.
func isOneWord(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r == ',' || unicode.IsSpace(r) || unicode.IsControl(r) })
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *reader) distinct(s *settings) {
	names := map[int]string{}
	ports := []struct {
		name string
		port int
	}{{"PORT", s.Port}, {"WEB_PORT", s.WebPort}, {"ISSUER_PORT", s.IssuerPort}}
	for _, p := range ports {
		if p.port == 0 {
			continue // no port, and that has been said
		}
		if other, taken := names[p.port]; taken {
			r.complain("%s and %s must not be the same port", other, p.name)
		}
		names[p.port] = p.name
	}
}

// identity wants all three settings of a foreign issuer or none: an audience of
// one tenant with the keys of another would refuse everybody without a reason.
func (r *reader) identity(id identity) {
	set := id.Issuer != "" || id.Audience != "" || id.ClientID != ""
	if set && (id.Issuer == "" || id.Audience == "" || id.ClientID == "") {
		r.complain("ISSUER, AUDIENCE and CLIENT_ID belong together")
	}
	if !isOneWord(id.Audience) {
		r.complain("AUDIENCE must be one API identifier without spaces or commas")
	}
	if !isOneWord(id.ClientID) {
		r.complain("CLIENT_ID must be one client id without spaces or commas")
	}
}
