package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/infra/local/template"
)

// warnings lists what deploys and then fails in AWS.
func warnings(api template.API, table *routeTable) []string {
	var found []string
	warn := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if key := unlistedAuthorization(api); key != "" {
		warn("%s: * in AllowHeaders does not cover Authorization, which %q needs: list it too, or browsers will not send it", api.LogicalID, key)
	}
	for _, r := range table.routes {
		for _, s := range api.Stages {
			if !r.mayInvoke(api.ARN, s.Name, r.exampleMethod()) {
				warn("%s: no permission lets API Gateway invoke the function of %q in stage %s: the response is 500", r.logicalID, r.key, s.Name)
			}
		}
		if r.kind == template.AuthorizationIAM {
			warn("%s: %q requires signed requests, which are not supported here: the response is 403", r.logicalID, r.key)
		}
		if blocksPreflight(api, table, r) {
			warn("%s: %q receives the preflight and its authorizer refuses it: add a public OPTIONS route for the same path", r.logicalID, r.key)
		}
	}
	return found
}

// exampleMethod returns a method that the route matches.
func (r *route) exampleMethod() string {
	if r.method == anyMethod || r.method == "" {
		return http.MethodGet
	}
	return r.method
}

// unlistedAuthorization returns the key of a route that needs the Authorization
// header where AllowHeaders has only the wildcard, which does not cover it.
// https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
func unlistedAuthorization(api template.API) string {
	if api.CORS == nil || !slices.Contains(api.CORS.AllowHeaders, "*") ||
		slices.ContainsFunc(api.CORS.AllowHeaders, isAuthorization) {
		return ""
	}
	for _, route := range api.Routes {
		inHeader := route.Authorizer != nil && isAuthorization(strings.TrimPrefix(route.Authorizer.IdentitySource, headerSource))
		if inHeader || route.Authorization == template.AuthorizationIAM {
			return route.Key
		}
	}
	return ""
}

func isAuthorization(header string) bool { return strings.EqualFold(header, "authorization") }

// blocksPreflight reports whether a route that requires a token receives
// preflight requests, which never carry one.
func blocksPreflight(api template.API, table *routeTable, r *route) bool {
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

// covers reports whether this route matches every path of the other route.
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
