package functiontest

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/contract/openapi/openapitest"
	"example.com/securedpets/functions/internal/rest"
)

// EveryStatus makes one request for each status that the OpenAPI document has for the route, and
// fails for a status without a request. Throttling (429) is API Gateway's, not the function's.
func EveryStatus(t *testing.T, route contract.Route, requests map[int]func() rest.Response) {
	t.Helper()
	want := slices.DeleteFunc(openapitest.New(t).Statuses(route), func(status int) bool {
		return status == http.StatusTooManyRequests
	})
	if got := slices.Sorted(maps.Keys(requests)); !slices.Equal(got, want) {
		t.Errorf("%s: requests for the statuses %v, documented are %v", route.Key(), got, want)
	}
	for status, request := range requests {
		if resp := request(); resp.StatusCode != status {
			t.Errorf("%s: status %d %s, want %d", route.Key(), resp.StatusCode, resp.Body, status)
		}
	}
}
