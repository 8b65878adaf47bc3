package contract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestContract(t *testing.T) {
	for _, problem := range problems(Check()) {
		t.Errorf("%s: %s", line(t, problem.File, problem.Entry), problem.Message)
	}
	for _, f := range append(Functions(), Authorizer) {
		if _, err := os.Stat(filepath.Join("..", f.Folder, "main.go")); err != nil {
			t.Errorf("%s: %s has no program functions/%s/main.go", line(t, "function.go", `"`+f.ID+`"`), f.ID, f.Folder)
		}
	}
}

func problems(err error) (list []*Problem) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			list = append(list, problems(e)...)
		}
	} else if p, ok := errors.AsType[*Problem](err); ok {
		list = append(list, p)
	}
	return list
}

// line returns "file:line" of the first line of the file that contains the text.
func line(t *testing.T, file, text string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(string(content), text)
	if !found {
		return file
	}
	return fmt.Sprintf("%s:%d", file, strings.Count(before, "\n")+1)
}

func TestCheckNamesTheContradiction(t *testing.T) {
	read := "read:unicorn"
	scopes := []ScopeDescription{{read, "Read"}}
	good := Route{Method: "GET", Path: "/unicorn/{name}", Function: GetUnicorn, Scopes: []string{read}}
	with := func(edit func(*Route)) []Route {
		r := good
		edit(&r)
		return []Route{good, r}
	}
	other := func(r *Route) { r.Path, r.Function = "/other", NoOp }
	for _, tt := range []struct {
		name   string
		routes []Route
		scopes []ScopeDescription
		want   string
	}{
		{"the same requests", with(func(r *Route) { r.Path = "/unicorn/{id}" }), scopes, "route.go: GET /unicorn/{name} and GET /unicorn/{id} match the same requests"},
		{"no function", with(func(r *Route) { other(r); r.Function = Function{} }), scopes, "route.go: GET /other names no function of function.go"},
		{"a mistyped scope", with(func(r *Route) { other(r); r.Scopes = []string{"raed:unicorn"} }), scopes, `route.go: GET /other asks for scope "raed:unicorn", which scope.go does not describe`},
		{"a scope with a space", []Route{good}, append(scopes, ScopeDescription{"read unicorn", ""}), `scope.go: scope "read unicorn" must be visible ASCII`},
		{"a scope that no route needs", []Route{good}, append(scopes, ScopeDescription{"list:unicorns", ""}), `scope.go: no route in route.go asks for scope "list:unicorns"`},
		{"a route that lost its scopes", with(func(r *Route) { other(r); r.Scopes = nil }), scopes, "route.go: GET /other must have scopes or be in PublicRoutes"},
		{"every method", with(func(r *Route) { other(r); r.Method = "ANY" }), scopes, "route.go: ANY /other has no method of HTTP"},
		{"no path", with(func(r *Route) { other(r); r.Path = "" }), scopes, "route.go: GET  has a path that is not"},
		{"a greedy parameter before the end", with(func(r *Route) { other(r); r.Path = "/{proxy+}/x" }), scopes, "route.go: GET /{proxy+}/x has a path that is not"},
		{"two functions in one folder", with(func(r *Route) { other(r); r.Function.Folder = "get-unicorn" }), scopes, "function.go: GetUnicorn and NoOp share a name or a folder"},
	} {
		err := check(tt.routes, tt.scopes, nil)
		if !errors.Is(err, ErrContract) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
	if err := check([]Route{good}, scopes, nil); err != nil {
		t.Errorf("a consistent contract: %v", err)
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		route, path string
		ok          bool
		parameters  string
	}{
		{"/pets", "/pets", true, ""},
		{"/pets", "/pets/", true, ""},
		{"/pets", "/pets//", false, ""},
		{"/pets", "//pets", false, ""},
		{"/pets", "/Pets", false, ""},
		{"/pets", "/pets/1", false, ""},
		{"/pets", "/", false, ""},
		{"/pets", "", false, ""},
		{"/pets/{id}", "/pets/1", true, "id=1"},
		{"/pets/{id}", "/pets/1/", true, "id=1"},
		{"/pets/{id}", "/pets/", false, ""},
		{"/pets/{id}", "/pets", false, ""},
		{"/pets/{id}", "/pets/1/2", false, ""},
		{"/pets/{id}/toys/{toy}", "/pets/1/toys/ball", true, "id=1 toy=ball"},
		{"/pets/{id}/toys/{toy}", "/pets//toys/ball", false, ""},
		{"/{proxy+}", "/", true, "proxy="},
		{"/{proxy+}", "/a/b", true, "proxy=a/b"},
		{"/{proxy+}", "//x/../y", true, "proxy=/x/../y"},
		{"/a/{proxy+}", "/b/c", false, ""},
	} {
		parameters, ok := Route{Path: tt.route}.Match(tt.path)
		var got []string
		for _, name := range []string{"id", "toy", "proxy"} {
			if value, given := parameters[name]; given {
				got = append(got, name+"="+value)
			}
		}
		if ok != tt.ok || strings.Join(got, " ") != tt.parameters {
			t.Errorf("%s with %q: %v %t, want %q %t", tt.route, tt.path, parameters, ok, tt.parameters, tt.ok)
		}
	}
}
