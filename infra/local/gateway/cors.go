package gateway

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"example.com/securedpets/infra/local/template"
)

// cors adds the configured headers. A nil *cors means no configuration.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type cors struct {
	template.CORS
	methods, headers, expose, maxAge string
}

func newCORS(config *template.CORS) *cors {
	if config == nil {
		return nil
	}
	c := &cors{
		CORS: *config, methods: strings.Join(config.AllowMethods, ","),
		headers: strings.Join(config.AllowHeaders, ","), expose: strings.Join(config.ExposeHeaders, ","),
	}
	if config.MaxAge != nil {
		c.maxAge = strconv.Itoa(*config.MaxAge)
	}
	return c
}

// setHeaders replaces the function's CORS headers by the configured ones.
// Errors have them too, so that a page can read the status [open].
func (c *cors) setHeaders(x *exchange) {
	if c == nil {
		return
	}
	header := x.response.header
	maps.DeleteFunc(header, func(name string, _ []string) bool { return strings.HasPrefix(name, "Access-Control-") })
	origin := x.in.Header.Get("Origin")
	allowed, echoed := c.allowOrigin(origin)
	isOptions := x.in.Method == http.MethodOptions
	isPreflight := isOptions && x.in.Header.Get("Access-Control-Request-Method") != ""
	if allowed == "" || isOptions && !isPreflight {
		return
	}
	set := func(name, value string) {
		if value != "" {
			header.Set(name, value)
		}
	}
	set("Access-Control-Allow-Origin", allowed)
	if echoed {
		header.Add("Vary", "Origin")
	}
	if c.AllowCredentials {
		set("Access-Control-Allow-Credentials", "true")
	}
	if isPreflight {
		set("Access-Control-Allow-Methods", c.methods)
		set("Access-Control-Allow-Headers", c.headers)
		set("Access-Control-Max-Age", c.maxAge)
		return
	}
	set("Access-Control-Expose-Headers", c.expose)
}

// allowOrigin returns the value of access-control-allow-origin, "" for none,
// and whether it depends on the request.
func (c *cors) allowOrigin(origin string) (value string, echoed bool) {
	switch {
	case origin == "":
		return "", false
	case slices.Contains(c.AllowOrigins, "*"):
		return "*", false
	case slices.Contains(c.AllowOrigins, origin), c.allowsScheme(origin):
		return origin, true
	default:
		return "", false
	}
}

// allowsScheme reports whether "https://*" or "http://*" covers an origin.
func (c *cors) allowsScheme(origin string) bool {
	for _, scheme := range []string{"https://", "http://"} {
		if slices.Contains(c.AllowOrigins, scheme+"*") && strings.HasPrefix(origin, scheme) && len(origin) > len(scheme) {
			return true
		}
	}
	return false
}
