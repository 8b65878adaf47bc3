package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/infra/local/template"
)

// warnings finds what deploys and then fails.
func warnings(api template.API, table *routeTable) []string {
	var found []string
	if needing := withheldToken(api); needing != "" {
		found = append(found, fmt.Sprintf("%s: * in AllowHeaders does not cover Authorization, which %q needs: "+
			"browsers refuse to send it until it is listed as well", api.LogicalID, needing))
	}
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

// withheldToken gives the key of a route that needs the header Authorization where the CORS configuration allows every header
// but lists that one nowhere: the Fetch standard keeps it out of the wildcard.
// https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
func withheldToken(api template.API) string {
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
