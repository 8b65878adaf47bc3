package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/infra/local/template"
)

const (
	defaultRouteKey = "$default"
	anyMethod       = "ANY"
)

// kind of a path segment; the smaller is the better match.
type kind int

const (
	literal kind = iota
	parameter
	greedy
)

type segment struct {
	kind kind
	text string // the literal, or the parameter's name
}

// route is a compiled route.
type route struct {
	key, method string // method is ANY for any, "" for $default
	segments    []segment
	logicalID   string
	sources     []string
	integration template.Integration
	authorization
}

// routeTable holds routes in the order in which they win: the first match is the answer. That is possible because two
// routes that match one path differ in the kind of a segment, which the order compares.
type routeTable struct{ routes []*route }

func newRouteTable(api template.API, authorizers map[string]*authorizer) (*routeTable, error) {
	table := &routeTable{}
	var problems []error
	shapes := map[string]string{}
	for _, of := range api.Routes {
		r, err := compileRoute(of, authorizers)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", of.LogicalID, err))
			continue
		}
		if other, taken := shapes[r.shape()]; taken {
			problems = append(problems, fmt.Errorf("%s: %w: %s and %s match the same requests", of.LogicalID, ErrRoute, other, r.key))
		}
		shapes[r.shape()] = r.key
		table.routes = append(table.routes, r)
	}
	slices.SortStableFunc(table.routes, compareRoutes)
	return table, errors.Join(problems...)
}

// ErrRoute means that API Gateway would not create a route.
var ErrRoute = errors.New("not a route of an HTTP API")

func compileRoute(of template.Route, authorizers map[string]*authorizer) (*route, error) {
	r := &route{
		key: of.Key, logicalID: of.LogicalID, integration: of.Integration, sources: of.Integration.Sources,
		authorization: newAuthorization(of, authorizers),
	}
	if of.Key == defaultRouteKey {
		return r, nil
	}
	method, path, found := strings.Cut(of.Key, " ")
	if !found || !strings.HasPrefix(path, "/") || !isMethod(method) {
		return nil, fmt.Errorf("%w: %q", ErrRoute, of.Key)
	}
	r.method = method
	var err error
	r.segments, err = compilePath(path)
	return r, err
}

func isMethod(method string) bool {
	return slices.Contains([]string{
		anyMethod, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodPost, http.MethodPut,
	}, method)
}

func compilePath(path string) ([]segment, error) {
	parts := split(path)
	segments := make([]segment, 0, len(parts))
	names := map[string]bool{}
	for at, part := range parts {
		s, err := compileSegment(part)
		if err == nil && s.kind == greedy && at != len(parts)-1 {
			err = fmt.Errorf("%w: %q: a greedy parameter must be the last segment", ErrRoute, path)
		}
		if err == nil && s.kind != literal && names[s.text] {
			err = fmt.Errorf("%w: %q: parameter %q occurs twice", ErrRoute, path, s.text)
		}
		if err != nil {
			return nil, err
		}
		names[s.text] = s.kind != literal
		segments = append(segments, s)
	}
	return segments, nil
}

func compileSegment(part string) (segment, error) {
	inner, opens := strings.CutPrefix(part, "{")
	name, closes := strings.CutSuffix(inner, "}")
	if !opens && !strings.ContainsAny(part, "{}") && part != "" {
		return segment{literal, part}, nil
	}
	name, isGreedy := strings.CutSuffix(name, "+")
	if !opens || !closes || name == "" || strings.ContainsAny(name, "{}+") {
		return segment{}, fmt.Errorf("%w: segment %q", ErrRoute, part)
	}
	if isGreedy {
		return segment{greedy, name}, nil
	}
	return segment{parameter, name}, nil
}

// split gives the segments of a path. One slash at the end does not count: /x/ reaches the route /x.
func split(path string) []string {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// shape is the same for two routes that match the same requests, whatever their parameters are called.
func (r *route) shape() string {
	var b strings.Builder
	b.WriteString(r.method)
	for _, s := range r.segments {
		b.WriteByte('/')
		switch s.kind {
		case literal:
			b.WriteString(s.text)
		case parameter:
			b.WriteString("{}")
		case greedy:
			b.WriteString("{+}")
		}
	}
	if r.key == defaultRouteKey {
		return defaultRouteKey
	}
	return b.String()
}

// compareRoutes puts the route that wins first: a full match before a greedy one, $default last; then the exact method
// before ANY; then, from the left, a literal before a parameter before a greedy one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func compareRoutes(a, b *route) int {
	if c := cmp.Compare(a.class(), b.class()); c != 0 {
		return c
	}
	if c := cmp.Compare(boolRank(a.method == anyMethod), boolRank(b.method == anyMethod)); c != 0 {
		return c
	}
	return slices.CompareFunc(a.segments, b.segments, func(x, y segment) int { return cmp.Compare(x.kind, y.kind) })
}

func (r *route) class() int {
	switch {
	case r.key == defaultRouteKey:
		return 2
	case len(r.segments) > 0 && r.segments[len(r.segments)-1].kind == greedy:
		return 1
	default:
		return 0
	}
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
