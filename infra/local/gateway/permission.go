package gateway

import "strings"

// mayInvoke reports whether a permission of the function covers this route.
// Without one, AWS deploys the route and responds with 500.
func (r *route) mayInvoke(apiARN, stage, method string) bool {
	arn := r.arn(apiARN, stage, method)
	for _, pattern := range r.integration.Sources {
		if pattern == "*" || arnLike(pattern, arn) {
			return true
		}
	}
	return false
}

// arn returns the source ARN that Lambda sees: API, stage, method and route
// path.
func (r *route) arn(apiARN, stage, method string) string {
	if r.key == defaultRouteKey {
		return apiARN + "/" + stage + "/" + defaultRouteKey
	}
	_, path, _ := strings.Cut(r.key, " ")
	return apiARN + "/" + stage + "/" + method + path
}

// arnLike implements the condition ArnLike: * and ? match within one of the six
// colon-separated parts.
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

// glob matches * and ?. It backtracks only to the latest *, so it is at worst
// quadratic.
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
