package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"example.com/securedpets/infra/local/template"
)

// cors adds the headers that an API's configuration asks for. A nil *cors is an API without one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type cors struct {
	template.CORS
	methods, headers, expose, maxAge string
}

func newCORS(of *template.CORS) *cors {
	if of == nil {
		return nil
	}
	c := &cors{
		CORS: *of, methods: strings.Join(of.AllowMethods, ","),
		headers: strings.Join(of.AllowHeaders, ","), expose: strings.Join(of.ExposeHeaders, ","),
	}
	if of.MaxAge != nil {
		c.maxAge = strconv.Itoa(*of.MaxAge)
	}
	return c
}

// decorate replaces the CORS headers of a function by the configured ones, on every status: a refusal without them looks
// like a broken network to a page [open]. Without an Origin, or with one that is not allowed, there are none.
func (c *cors) decorate(x *exchange, r *response) {
	if c == nil {
		return
	}
	for name := range r.header {
		if strings.HasPrefix(name, "Access-Control-") {
			r.header.Del(name)
		}
	}
	origin := x.in.Header.Get("Origin")
	allowed, echoed := c.allowOrigin(origin)
	asksFor := x.in.Header.Get("Access-Control-Request-Method")
	isOptions := x.in.Method == http.MethodOptions
	if allowed == "" || isOptions && asksFor == "" {
		return // OPTIONS without both headers is no preflight
	}
	set := func(name, value string) {
		if value != "" {
			r.header.Set(name, value)
		}
	}
	set("Access-Control-Allow-Origin", allowed)
	if echoed {
		r.header.Add("Vary", "Origin")
	}
	if c.AllowCredentials {
		set("Access-Control-Allow-Credentials", "true")
	}
	if isOptions {
		set("Access-Control-Allow-Methods", c.methods)
		set("Access-Control-Allow-Headers", c.headers)
		set("Access-Control-Max-Age", c.maxAge)
		return
	}
	set("Access-Control-Expose-Headers", c.expose)
}

// allowOrigin gives the value of access-control-allow-origin, "" for none, and whether it depends on the request. A configured
// "https://*" or "http://*" allows all origins of that scheme.
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

func (c *cors) allowsScheme(origin string) bool {
	for _, scheme := range []string{"https://", "http://"} {
		if slices.Contains(c.AllowOrigins, scheme+"*") && strings.HasPrefix(origin, scheme) && len(origin) > len(scheme) {
			return true
		}
	}
	return false
}
