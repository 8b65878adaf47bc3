package gateway

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/securedpets/infra/local/template"
)

// mayInvoke tells whether a permission of the function covers this route: without one AWS deploys and then
// answers 500.
func (r *route) mayInvoke(apiARN, stage, method string) bool {
	arn := r.arn(apiARN, stage, method)
	for _, pattern := range r.sources {
		if pattern == "*" || arnLike(pattern, arn) {
			return true
		}
	}
	return false
}

// arn is the source that Lambda sees: API, stage, method and the path of the route with its parameters' names.
func (r *route) arn(apiARN, stage, method string) string {
	if r.key == defaultRouteKey {
		return apiARN + "/" + stage + "/" + defaultRouteKey
	}
	_, path, _ := strings.Cut(r.key, " ")
	return apiARN + "/" + stage + "/" + method + path
}

// arnLike compares as the condition ArnLike does: * is any text and ? any character, each within one of the
// first five parts or within the last one.
func arnLike(pattern, arn string) bool {
	const parts = 6
	p, a := strings.SplitN(pattern, ":", parts), strings.SplitN(arn, ":", parts)
	if len(p) != parts || len(a) != parts {
		return false
	}
	for i := range p {
		if !glob(p[i], a[i]) {
			return false
		}
	}
	return true
}

// glob goes back only to the latest *, so it is at worst quadratic.
func glob(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// warnings finds what deploys and then fails.
func warnings(api template.API, table *routeTable) []string {
	var found []string
	for _, r := range table.routes {
		for _, s := range api.Stages {
			method := r.method
			if method == anyMethod || method == "" {
				method = http.MethodGet
			}
			if !r.mayInvoke(api.ARN, s.Name, method) {
				found = append(found, fmt.Sprintf("%s: no permission lets API Gateway invoke the function of %q in stage %s: it answers 500",
					r.logicalID, r.key, s.Name))
			}
		}
		if r.kind == template.AuthorizationIAM {
			found = append(found, fmt.Sprintf("%s: %q wants signed requests, which cannot be checked here: it answers 403", r.logicalID, r.key))
		}
		if swallowsPreflight(api, table, r) {
			found = append(found, fmt.Sprintf("%s: %q takes the preflight and its authorizer refuses it: add a public OPTIONS route for the same path", r.logicalID, r.key))
		}
	}
	return found
}

// swallowsPreflight holds for a route that needs a token and takes OPTIONS requests of a browser, which never carry one.
func swallowsPreflight(api template.API, table *routeTable, r *route) bool {
	takesOptions := r.method == http.MethodOptions || r.method == anyMethod || r.key == defaultRouteKey
	if api.CORS == nil || r.kind == template.AuthorizationNone || !takesOptions {
		return false
	}
	for _, other := range table.routes {
		isPublic := other.kind == template.AuthorizationNone && other.method == http.MethodOptions
		if isPublic && compareRoutes(other, r) < 0 && other.covers(r) {
			return false
		}
	}
	return true
}

// covers holds when every path of the other route is also one of this route.
func (r *route) covers(other *route) bool {
	for at, s := range r.segments {
		if s.kind == greedy {
			return at < len(other.segments) || other.key == defaultRouteKey && at == 0
		}
		if at >= len(other.segments) || s.kind == literal && s != other.segments[at] || other.segments[at].kind == greedy {
			return false
		}
	}
	return len(r.segments) == len(other.segments) && other.key != defaultRouteKey
}
