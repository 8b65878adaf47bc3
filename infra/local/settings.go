package main

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"unicode"

	"example.com/securedpets/infra/local/loopback"
)

// settings are the environment of `make run`.
type settings struct {
	Port       int    // PORT: the API
	WebPort    int    // WEB_PORT: the web page
	IssuerPort int    // ISSUER_PORT: the local issuer
	DataDir    string // DATA_DIR: what must survive a restart

	Identity         identity // zero for the local issuer
	DynamoDBEndpoint string   // DYNAMODB_ENDPOINT; empty for the embedded engine
}

// identity is whose tokens are accepted: ISSUER, AUDIENCE, CLIENT_ID.
type identity struct{ Issuer, Audience, ClientID string }

// foreignIssuer reports whether the tokens come from another issuer than the local one.
func (s *settings) foreignIssuer() bool { return s.Identity != identity{} }

// Names of the settings that move a port.
const (
	apiPort    = "PORT"
	webPort    = "WEB_PORT"
	issuerPort = "ISSUER_PORT"
)

// port is a port that the stack serves, and the setting that moves it.
type port struct {
	setting string
	number  int
}

// cure adds what to do to the reason why the port cannot be served.
func (p port) cure(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d is taken: stop what uses it, or choose another with %s=", p.number, p.setting)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %d needs administrator rights: choose one above 1023 with %s=", p.number, p.setting)
	}
	return fmt.Errorf("%w: choose another with %s=", err, p.setting)
}

// ports returns the ports that the stack serves.
func (s *settings) ports() []port {
	list := []port{{apiPort, s.Port}, {webPort, s.WebPort}}
	if !s.foreignIssuer() {
		list = append(list, port{issuerPort, s.IssuerPort})
	}
	return list
}

func (s *settings) apiURL() string  { return localURL(s.Port) }
func (s *settings) pageURL() string { return localURL(s.WebPort) }

// issuerURL is the issuer's identifier. It ends with a slash, as Auth0's does.
func (s *settings) issuerURL() string { return localURL(s.IssuerPort) + "/" }

func localURL(port int) string { return "http://localhost:" + strconv.Itoa(port) }

// readSettings returns the settings, or every bad one at once, each with its cure.
func readSettings(getenv func(string) string) (*settings, error) {
	r := reader{getenv: getenv}
	s := &settings{
		Port:             r.port(apiPort, 8080),
		WebPort:          r.port(webPort, 3000),
		IssuerPort:       r.port(issuerPort, 9000),
		DataDir:          r.text("DATA_DIR", ".local"),
		Identity:         identity{r.url("ISSUER"), r.text("AUDIENCE", ""), r.text("CLIENT_ID", "")},
		DynamoDBEndpoint: r.url("DYNAMODB_ENDPOINT"),
	}
	r.distinct(s.ports())
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
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback.Is(u.Hostname())) {
		r.complain("%s must be an https URL, or http on this machine", name)
	} else if u.User != nil || strings.ContainsAny(value, "?#") || !isSingle(value) {
		r.complain("%s must be a URL without user, query, fragment, spaces and commas", name)
	}
	return value
}

// isSingle reports whether neither the template nor a function reads the value as a list.
func isSingle(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r == ',' || unicode.IsSpace(r) || unicode.IsControl(r) })
}

func (r *reader) distinct(ports []port) {
	settings := map[int]string{}
	for _, p := range ports {
		if p.number == 0 {
			continue // reported already
		}
		if other, taken := settings[p.number]; taken {
			r.complain("%s and %s must not be the same port", other, p.setting)
		}
		settings[p.number] = p.setting
	}
}

// identity requires all three settings of a foreign issuer or none: with the audience of one tenant
// and the keys of another, every token would be refused.
func (r *reader) identity(id identity) {
	set := id.Issuer != "" || id.Audience != "" || id.ClientID != ""
	if set && (id.Issuer == "" || id.Audience == "" || id.ClientID == "") {
		r.complain("ISSUER, AUDIENCE and CLIENT_ID belong together")
	}
	if !isSingle(id.Audience) {
		r.complain("AUDIENCE must be one API identifier without spaces or commas")
	}
	if !isSingle(id.ClientID) {
		r.complain("CLIENT_ID must be one client id without spaces or commas")
	}
}

// curedByDataDir adds the cure to an error of the data folder; other errors stay as they are.
func curedByDataDir(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return fmt.Errorf("%w: set DATA_DIR= to a folder that can be made and written", err)
	}
	return err
}
