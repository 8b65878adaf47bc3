package gateway_test

import (
	"errors"
	"testing"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
)

func TestRouteSelection(t *testing.T) {
	documented := []string{"GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"}
	cases := []struct {
		routes         []string
		method, target string
		want           string // "" for 404
	}{
		// The table of the developer guide.
		{documented, "GET", "/pets/dog/1", "GET /pets/dog/1"},
		{documented, "GET", "/pets/dog/2", "GET /pets/dog/{id}"},
		{documented, "GET", "/pets/cat/1", "GET /pets/{proxy+}"},
		{documented, "POST", "/test/5", "ANY /{proxy+}"},
		// A greedy parameter needs a segment.
		{documented, "GET", "/", "$default"},
		{[]string{"GET /a/{proxy+}"}, "GET", "/a", ""},
		{[]string{"GET /a/{proxy+}"}, "GET", "/a/", ""},
		{[]string{"GET /a/{proxy+}"}, "GET", "/a/b/c", "GET /a/{proxy+}"},
		// Wrong method and unknown path are both 404; HEAD is not GET; methods
		// are case-sensitive.
		{[]string{"GET /pets"}, "POST", "/pets", ""},
		{[]string{"GET /pets"}, "HEAD", "/pets", ""},
		{[]string{"GET /pets"}, "get", "/pets", ""},
		{[]string{"GET /pets"}, "GET", "/cats", ""},
		{[]string{"GET /pets"}, "GET", "/pets/1", ""},
		{[]string{"GET /pets"}, "GET", "/Pets", ""},
		// Method override headers are ignored.
		{[]string{"POST /pets"}, "GET", "/pets", ""},
		// The exact method wins over ANY before paths are compared.
		{[]string{"ANY /pets/dog", "GET /pets/{id}"}, "GET", "/pets/dog", "GET /pets/{id}"},
		{[]string{"ANY /pets/dog", "GET /pets/{id}"}, "PUT", "/pets/dog", "ANY /pets/dog"},
		{[]string{"ANY /pets", "GET /pets"}, "GET", "/pets", "GET /pets"},
		// A full match wins over a greedy one for any method.
		{[]string{"GET /{proxy+}", "ANY /pets"}, "GET", "/pets", "ANY /pets"},
		// From the left: a literal wins over a parameter, a parameter over a
		// greedy one.
		{[]string{"GET /{a}/b", "GET /a/{b}"}, "GET", "/a/b", "GET /a/{b}"},
		{[]string{"GET /{a}/{b}", "GET /{a}/b"}, "GET", "/a/b", "GET /{a}/b"},
		{[]string{"GET /{proxy+}", "GET /a/{proxy+}", "GET /{x}/{proxy+}"}, "GET", "/a/b", "GET /a/{proxy+}"},
		{[]string{"GET /{proxy+}", "GET /{x}/{proxy+}"}, "GET", "/c/b", "GET /{x}/{proxy+}"},
		// One slash at the end is ignored.
		{[]string{"GET /pets"}, "GET", "/pets/", "GET /pets"},
		{[]string{"GET /pets"}, "GET", "/pets//", ""},
		{[]string{"GET /"}, "GET", "/", "GET /"},
		// The path is decoded before it is matched: %2F separates, %252F does
		// not.
		{[]string{"GET /pets/{id}"}, "GET", "/pets/a%2Fb", ""},
		{[]string{"GET /pets/{id}"}, "GET", "/pets/a%252Fb", "GET /pets/{id}"},
		{[]string{"GET /pets"}, "GET", "/%70ets", "GET /pets"},
		{[]string{"GET /pets"}, "GET", "/pets%2F", "GET /pets"},
		// Nothing is normalized [open].
		{[]string{"GET /pets"}, "GET", "//pets", ""},
		{[]string{"GET /pets"}, "GET", "/x/../pets", ""},
		{[]string{"GET /pets"}, "GET", "/./pets", ""},
		{[]string{"GET /{a}/pets"}, "GET", "//pets", ""},
		{[]string{"GET /pets"}, "GET", "/pets;v=1", ""},
	}
	for _, c := range cases {
		g := newGateway(t, api(c.routes...), echo, gateway.Options{})
		out := send(t, g, c.method, c.target, "", "X-Http-Method-Override", "POST")
		if c.want == "" {
			wantRefusal(t, out, 404, "Not Found")
			continue
		}
		if got := event(t, out)["routeKey"]; got != c.want {
			t.Errorf("%q: %s %s reaches %v, want %s", c.routes, c.method, c.target, got, c.want)
		}
	}
}

// Without a CORS configuration OPTIONS is an ordinary method.
func TestOptionsWithoutCORS(t *testing.T) {
	g := newGateway(t, api("GET /pets"), echo, gateway.Options{})
	wantRefusal(t, send(t, g, "OPTIONS", "/pets", "", "Origin", "https://app.example", "Access-Control-Request-Method", "GET"), 404, "Not Found")
}

func TestPathParameters(t *testing.T) {
	cases := []struct{ route, target, name, want, rawPath string }{
		{"GET /pets/{id}", "/pets/7", "id", "7", "/pets/7"},
		{"GET /pets/{id}", "/pets/7/", "id", "7", "/pets/7/"},
		{"GET /pets/{id}", "/pets/a%20b+c%C3%A4", "id", "a b+cä", "/pets/a b+cä"},
		{"GET /pets/{id}", "/pets/a%252Fb", "id", "a%2Fb", "/pets/a%2Fb"},
		{"GET /{proxy+}", "/a/b%2Fc/", "proxy", "a/b/c/", "/a/b/c/"},
		{"GET /x/{y}/{proxy+}", "/x/1/2/3", "proxy", "2/3", "/x/1/2/3"},
		{"GET /x/{y}/{proxy+}", "/x/1/2/3", "y", "1", "/x/1/2/3"},
	}
	for _, c := range cases {
		e := event(t, send(t, newGateway(t, api(c.route), echo, gateway.Options{}), "GET", c.target, ""))
		if got := member(e, "pathParameters", c.name); got != c.want || e["rawPath"] != c.rawPath {
			t.Errorf("%s: %s is %q, rawPath %q; want %q, %q", c.target, c.name, got, e["rawPath"], c.want, c.rawPath)
		}
	}
}

func TestPathNotUTF8(t *testing.T) {
	g := newGateway(t, api("GET /{proxy+}"), echo, gateway.Options{})
	wantRefusal(t, send(t, g, "GET", "/a%ff", ""), 400, "Bad Request")
}

func TestStageSelection(t *testing.T) {
	stages := func(names ...string) template.API {
		a := api("GET /pets", "GET /", "GET /dev/pets")
		a.Stages = nil
		for _, name := range names {
			a.Stages = append(a.Stages, template.Stage{Name: name})
		}
		return a
	}
	cases := []struct {
		api           template.API
		target        string
		stage, key    string // "" for 404
		path, rawPath string
	}{
		{stages("$default"), "/pets", "$default", "GET /pets", "/pets", "/pets"},
		{stages("$default", "dev"), "/dev/pets", "dev", "GET /pets", "/dev/pets", "/dev/pets"},
		{stages("$default", "dev"), "/pets", "$default", "GET /pets", "/pets", "/pets"},
		{stages("$default", "dev"), "/dev", "dev", "GET /", "/dev", "/dev"},
		{stages("$default", "dev"), "/dev/", "dev", "GET /", "/dev/", "/dev/"},
		{stages("$default"), "/dev/pets", "$default", "GET /dev/pets", "/dev/pets", "/dev/pets"},
		{stages("dev"), "/dev/pets", "dev", "GET /pets", "/dev/pets", "/dev/pets"},
		// No stage, no $default.
		{stages("dev"), "/pets", "", "", "", ""},
		{stages("dev"), "/", "", "", "", ""},
		{stages("dev"), "/developer/pets", "", "", "", ""},
		// $default is not a path segment.
		{stages("$default"), "/$default/pets", "", "", "", ""},
	}
	for _, c := range cases {
		out := send(t, newGateway(t, c.api, echo, gateway.Options{}), "GET", c.target, "")
		if c.stage == "" {
			wantRefusal(t, out, 404, "Not Found")
			continue
		}
		e := event(t, out)
		got := []any{member(e, "requestContext", "stage"), e["routeKey"], member(e, "requestContext", "http", "path"), e["rawPath"]}
		for i, want := range []any{c.stage, c.key, c.path, c.rawPath} {
			if got[i] != want {
				t.Errorf("%s: %v, want %v", c.target, got[i], want)
			}
		}
	}
}

func TestDisabledEndpoint(t *testing.T) {
	a := api("GET /pets")
	a.DisableExecuteAPIEndpoint = true
	wantRefusal(t, send(t, newGateway(t, a, echo, gateway.Options{}), "GET", "/pets", ""), 403, "Forbidden")
}

// API Gateway refuses to create these.
func TestBadRoutes(t *testing.T) {
	for _, routes := range [][]string{
		{"GET /pets/{a}", "GET /pets/{b}"},
		{"GET /pets", "GET /pets/"},
		{"GET /{a+}", "GET /{b+}"},
		{"$default", "$default"},
		{"GET pets"},
		{"GET"},
		{"FETCH /pets"},
		{"get /pets"},
		{"GET /pets/{id"},
		{"GET /pets/id}"},
		{"GET /pets/{}"},
		{"GET /pets/{+}"},
		{"GET /{proxy+}/pets"},
		{"GET /{a}/{a}"},
		{"GET /pets//dog"},
		{"GET /pets/{a}b"},
		{"$other"},
	} {
		if _, err := gateway.New(t.Context(), api(routes...), invoker(echo), gateway.Options{}); !errors.Is(err, gateway.ErrRoute) {
			t.Errorf("%q: error %v, want %v", routes, err, gateway.ErrRoute)
		}
	}
}
