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

// kind of a path segment, the better match first.
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
	integration template.Integration
	authorization
}

// routeTable holds the routes in order of precedence: the first match wins.
type routeTable struct{ routes []*route }

func newRouteTable(api template.API, authorizers map[string]*authorizer) (*routeTable, error) {
	table := &routeTable{}
	var problems []error
	shapes := map[string]string{}
	for _, config := range api.Routes {
		r, err := compileRoute(config, authorizers)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", config.LogicalID, err))
			continue
		}
		if other, taken := shapes[r.shape()]; taken {
			problems = append(problems, fmt.Errorf("%s: %w: %s and %s match the same requests", config.LogicalID, ErrRoute, other, r.key))
		}
		shapes[r.shape()] = r.key
		table.routes = append(table.routes, r)
	}
	slices.SortStableFunc(table.routes, compareRoutes)
	return table, errors.Join(problems...)
}

// ErrRoute means that API Gateway would refuse to create a route.
var ErrRoute = errors.New("not a route of an HTTP API")

func compileRoute(config template.Route, authorizers map[string]*authorizer) (*route, error) {
	r := &route{
		key: config.Key, logicalID: config.LogicalID, integration: config.Integration,
		authorization: newAuthorization(config, authorizers),
	}
	if config.Key == defaultRouteKey {
		return r, nil
	}
	method, path, found := strings.Cut(config.Key, " ")
	if !found || !strings.HasPrefix(path, "/") || !isMethod(method) {
		return nil, fmt.Errorf("%w: %q", ErrRoute, config.Key)
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

// split returns the segments of a path, ignoring one slash at the end: /x/
// reaches the route /x.
func split(path string) []string {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// shape is equal for two routes that match the same requests.
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

// compareRoutes orders routes by precedence: rank, then the segments from the
// left, literal before parameter before greedy.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func compareRoutes(a, b *route) int {
	if c := cmp.Compare(a.rank(), b.rank()); c != 0 {
		return c
	}
	return slices.CompareFunc(a.segments, b.segments, func(x, y segment) int { return cmp.Compare(x.kind, y.kind) })
}

// rank puts full matches before greedy ones before $default, and within each an
// exact method before ANY.
func (r *route) rank() int {
	rank := 0
	switch {
	case r.key == defaultRouteKey:
		rank = 4
	case len(r.segments) > 0 && r.segments[len(r.segments)-1].kind == greedy:
		rank = 2
	}
	if r.method == anyMethod {
		rank++
	}
	return rank
}
