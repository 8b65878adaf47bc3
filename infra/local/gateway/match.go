package gateway

import "strings"

// find selects the route of a request and notes its path parameters. The path is decoded before it is
// matched: %2F separates segments.
func (t *routeTable) find(x *exchange) *route {
	segments := split(x.stagePath)
	for _, r := range t.routes {
		if r.matches(x.in.Method, segments) {
			x.parameters = r.values(x.stagePath, segments)
			return r
		}
	}
	return nil
}

// matches tells whether a route takes a method and the segments of a path. A parameter needs a text, so //pets
// is not /{x}/pets, and dot segments are ordinary ones: nothing is normalized [open].
func (r *route) matches(method string, segments []string) bool {
	if r.key == defaultRouteKey {
		return true
	}
	if r.method != anyMethod && r.method != method {
		return false
	}
	for at, s := range r.segments {
		if at >= len(segments) {
			return false
		}
		switch s.kind {
		case greedy:
			return true
		case literal:
			if segments[at] != s.text {
				return false
			}
		case parameter:
			if segments[at] == "" {
				return false
			}
		}
	}
	return len(segments) == len(r.segments)
}

// values are the path parameters; a greedy one takes the rest of the path with its slashes.
func (r *route) values(path string, segments []string) map[string]string {
	var values map[string]string
	set := func(name, value string) {
		if values == nil {
			values = map[string]string{}
		}
		values[name] = value
	}
	rest := strings.TrimPrefix(path, "/")
	for at, s := range r.segments {
		switch s.kind {
		case parameter:
			set(s.text, segments[at])
		case greedy:
			set(s.text, rest)
		case literal:
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	return values
}
