package contract

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ErrContract means that the contract contradicts itself.
var ErrContract = errors.New("functions/contract is not consistent")

// A Problem is one contradiction.
type Problem struct {
	File    string // in functions/contract
	Entry   string // text of the line to change
	Message string
}

func (p *Problem) Error() string { return "functions/contract/" + p.File + ": " + p.Message }

// Is reports whether target is [ErrContract].
func (p *Problem) Is(target error) bool { return target == ErrContract }

// Check returns every contradiction in the contract, joined. `make build`, `make golden` and
// infra/cdk stop on it.
func Check() error { return check(Routes(), Scopes(), PublicRoutes()) }

func check(routes []Route, scopes []ScopeDescription, public []string) error {
	var errs []error
	report := func(file, entry, format string, args ...any) {
		errs = append(errs, &Problem{File: file, Entry: entry, Message: fmt.Sprintf(format, args...)})
	}
	var declared []string
	for _, s := range scopes {
		if !scopeToken.MatchString(s.Scope) {
			report("scope.go", s.Scope, "scope %q must be visible ASCII without space, quote and backslash (RFC 6749, section 3.3)", s.Scope)
		}
		declared = append(declared, s.Scope)
	}
	var used []string
	for i, r := range routes {
		used = append(used, r.Scopes...)
		for _, problem := range r.problems(declared, public) {
			report("route.go", r.Path, "%s %s", r.Key(), problem)
		}
		for _, other := range routes[:i] {
			if r.Method == other.Method && shape(r.Path) == shape(other.Path) {
				report("route.go", r.Path, "%s and %s match the same requests", other.Key(), r.Key())
			}
			if r.Function.ID == other.Function.ID && r.Function.Folder != other.Function.Folder ||
				r.Function.ID != other.Function.ID && r.Function.Folder == other.Function.Folder {
				report("function.go", r.Function.ID, "%s and %s share a name or a folder", other.Function.ID, r.Function.ID)
			}
		}
	}
	for _, scope := range declared {
		if !slices.Contains(used, scope) {
			report("scope.go", scope, "no route in route.go asks for scope %q", scope)
		}
	}
	return errors.Join(errs...)
}

var (
	scopeToken = regexp.MustCompile(`^[!#-\[\]-~]+$`)
	routePath  = regexp.MustCompile(`^(/([A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9]*\}))*(/\{[A-Za-z][A-Za-z0-9]*\+\})?$`)
	methods    = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
)

func (r Route) problems(declared []string, public []string) (list []string) {
	if !slices.Contains(methods, r.Method) {
		list = append(list, "has no method of HTTP; ANY would take preflight requests too")
	}
	if r.Path == "" || !routePath.MatchString(r.Path) {
		list = append(list, "has a path that is not /segments, with {name} and a last {proxy+}")
	}
	if r.Function.ID == "" || r.Function.Folder == "" {
		list = append(list, "names no function of function.go")
	}
	for _, scope := range r.Scopes {
		if !slices.Contains(declared, scope) {
			list = append(list, fmt.Sprintf("asks for scope %q, which scope.go does not describe", scope))
		}
	}
	if r.Public() != slices.Contains(public, r.Key()) {
		list = append(list, "must have scopes or be in PublicRoutes, and not both")
	}
	return list
}

// shape is equal for paths that differ only in the names of their parameters.
func shape(path string) string {
	list := segments(path)
	for i, segment := range list {
		if name, ok := parameter(segment); ok {
			list[i] = "{}"
			if strings.HasSuffix(name, "+") {
				list[i] = "{+}"
			}
		}
	}
	return strings.Join(list, "/")
}
