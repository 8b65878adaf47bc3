package gateway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/securedpets/infra/local/gateway"
)

// TestSelectionAgainstModel compares the sorted table with a model that applies
// the rules of the developer guide one after another to all matching routes.
func TestSelectionAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		keys := distinct(rapid.SliceOfN(rapid.Custom(routeKey), 1, 12).Draw(r, "routes"))
		method := rapid.SampledFrom([]string{"GET", "POST", "OPTIONS", "HEAD"}).Draw(r, "method")
		path := "/" + strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 5).Draw(r, "path"), "/")
		g := newGateway(t, api(keys...), echo, gateway.Options{})
		out := send(t, g, method, "http://example.com"+path, "")
		want := model(keys, method, path)
		if want == "" {
			wantRefusal(t, out, 404, "Not Found")
			return
		}
		if got := event(t, out)["routeKey"]; got != want {
			r.Fatalf("%q: %s %s reaches %v, the model says %s", keys, method, path, got, want)
		}
	})
}

func routeKey(r *rapid.T) string {
	if rapid.IntRange(0, 9).Draw(r, "default") == 0 {
		return "$default"
	}
	method := rapid.SampledFrom([]string{"GET", "POST", "ANY", "OPTIONS"}).Draw(r, "method")
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "{}"}), 0, 4).Draw(r, "parts")
	for at := range parts {
		if parts[at] == "{}" {
			parts[at] = fmt.Sprintf("{p%d}", at)
		}
	}
	if rapid.Bool().Draw(r, "greedy") {
		parts = append(parts, "{rest+}")
	}
	return method + " /" + strings.Join(parts, "/")
}

func distinct(keys []string) []string {
	slices.Sort(keys)
	return slices.Compact(keys)
}

// model returns the key of the winning route, "" for none.
func model(keys []string, method, path string) string {
	candidates := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !modelMatches(key, method, path) })
	for _, prefer := range []func(key string) bool{
		func(key string) bool { return key != "$default" },
		func(key string) bool { return !strings.Contains(key, "+}") },
		func(key string) bool { return strings.HasPrefix(key, method+" ") },
	} {
		candidates = narrow(candidates, prefer)
	}
	for at := range 8 { // longer than any path here
		candidates = narrow(candidates, func(key string) bool { return !strings.HasPrefix(modelPart(key, at), "{") })
		candidates = narrow(candidates, func(key string) bool { return !strings.HasSuffix(modelPart(key, at), "+}") })
	}
	switch len(candidates) {
	case 0:
		return ""
	case 1:
		return candidates[0]
	default:
		return fmt.Sprintf("ambiguous: %q", candidates)
	}
}

// narrow keeps the preferred candidates if there are any.
func narrow(candidates []string, prefer func(string) bool) []string {
	if !slices.ContainsFunc(candidates, prefer) {
		return candidates
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(key string) bool { return !prefer(key) })
}

func modelPart(key string, at int) string {
	_, path, _ := strings.Cut(key, " ")
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if at < len(parts) {
		return parts[at]
	}
	return ""
}

func modelMatches(key, method, path string) bool {
	if key == "$default" {
		return true
	}
	keyMethod, pattern, _ := strings.Cut(key, " ")
	if keyMethod != "ANY" && keyMethod != method {
		return false
	}
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	return modelPath(strings.TrimPrefix(pattern, "/"), path)
}

// modelPath matches by recursion, segment by segment.
func modelPath(pattern, path string) bool {
	if pattern == "" || path == "" {
		return pattern == path
	}
	if strings.HasPrefix(pattern, "{") && strings.HasSuffix(pattern, "+}") && !strings.Contains(pattern, "/") {
		return true
	}
	part, patternRest, patternMore := strings.Cut(pattern, "/")
	segment, pathRest, pathMore := strings.Cut(path, "/")
	if patternMore != pathMore || !strings.HasPrefix(part, "{") && part != segment || segment == "" {
		return false
	}
	if !patternMore {
		return true
	}
	if patternRest == "{rest+}" {
		return true
	}
	return modelPath(patternRest, pathRest)
}
