package authorizer_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
)

// Whatever name and value a caller gives a header: the handler runs only for the one good token,
// behind the scheme, in the one header; and the response is one of the documented ones.
func FuzzHeader(f *testing.F) {
	for _, seed := range [][2]string{
		{"authorization", "Bearer good"},
		{"AUTHORIZATION", "bearer  good"},
		{"authorization", "Bearer good,Bearer good"},
		{"authorızation", "Bearer good"},
		{"authorization", "Bearer keys"},
		{"cookie", "authorization=Bearer good"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		var asked []string
		guard := authorizer.New(verifier{&asked}).Require(whoami)
		resp, err := guard(t.Context(), events.APIGatewayV2HTTPRequest{Headers: map[string]string{name: value}})
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode == http.StatusOK {
			scheme, token, _ := strings.Cut(value, " ")
			if !strings.EqualFold(name, "authorization") || !strings.EqualFold(scheme, "bearer") || strings.Trim(token, " ") != good {
				t.Errorf("%q: %q is served", name, value)
			}
		}
		if !slices.Contains([]int{200, 401, 403, 500, 503}, resp.StatusCode) || (resp.StatusCode == http.StatusOK) != slices.Equal(asked, []string{good}) {
			t.Errorf("status %d after the verifier was asked about %q", resp.StatusCode, asked)
		}
	})
}

// Whatever event arrives at a Lambda authorizer: an allowing response needs the good token in it,
// and an error says nothing of the event.
func FuzzEvent(f *testing.F) {
	for _, name := range []string{"http-v2-request", "http-v1-request", "rest-request", "rest-token", "websocket-request", "appsync-request"} {
		f.Add(string(read(f, name)))
		f.Add(string(event(f, name, "Bearer good")))
		f.Add(string(event(f, name, "Bearer keys")))
	}
	f.Fuzz(func(t *testing.T, event string) {
		var asked []string
		got, err := authorizer.New(verifier{&asked}).Handle(t.Context(), json.RawMessage(event))
		if err != nil {
			if got != nil || err.Error() != "Unauthorized" && !strings.HasPrefix(err.Error(), "authorizer: ") {
				t.Errorf("%v, %v", got, err)
			}
			return
		}
		response, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		allows := strings.Contains(string(response), `"isAuthorized":true`) || strings.Contains(string(response), `"Effect":"Allow"`)
		if allows && !slices.Equal(asked, []string{good}) {
			t.Errorf("%s: response %s", event, response)
		}
	})
}
