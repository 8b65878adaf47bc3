package gateway

import "strings"

// find selects the route of a request and sets its path parameters. It matches
// the decoded path, so %2F separates segments.
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

// matches reports whether a route accepts a method and the segments of a path.
// Nothing is normalized [open]: an empty segment matches no parameter.
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

// values returns the path parameters. A greedy one takes the rest of the path
// with its slashes.
func (r *route) values(path string, segments []string) map[string]string {
	values := map[string]string{}
	rest := strings.TrimPrefix(path, "/")
	for at, s := range r.segments {
		switch s.kind {
		case parameter:
			values[s.text] = segments[at]
		case greedy:
			values[s.text] = rest
		case literal:
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	return values
}
