package authorizer_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
)

// These headers of an event contain a token, or are refused before it is verified.
func TestHeaderOfAnEvent(t *testing.T) {
	for _, c := range []struct {
		name    string
		headers map[string]string
		opts    []authorizer.Option
		status  int
		asked   []string
	}{
		// One header, in any spelling.
		{"lower case", map[string]string{"authorization": "Bearer good"}, nil, 200, []string{good}},
		{"as typed", map[string]string{"Authorization": "Bearer good"}, nil, 200, []string{good}},
		{"upper case", map[string]string{"AUTHORIZATION": "Bearer good"}, nil, 200, []string{good}},
		// Two spellings are two credentials, even if one is empty.
		{"two spellings", map[string]string{"authorization": "Bearer good", "Authorization": "Bearer good"}, nil, 401, nil},
		{"one of two empty", map[string]string{"authorization": "Bearer good", "Authorization": ""}, nil, 401, nil},
		// No other header and no look-alike.
		{"other header", map[string]string{"x-authorization": "Bearer good"}, nil, 401, nil},
		{"trailing space in the name", map[string]string{"authorization ": "Bearer good"}, nil, 401, nil},
		{"Kelvin sign", map[string]string{"authori\u212aation": "Bearer good"}, nil, 401, nil},
		{"long s", map[string]string{"authori\u017fation": "Bearer good"}, nil, 401, nil},
		{"dotted I", map[string]string{"author\u0130zation": "Bearer good"}, nil, 401, nil},
		{"another header of that length", map[string]string{"if-none-match": "Bearer good"}, nil, 401, nil},
		{"dotless i", map[string]string{"authorızation": "Bearer good"}, nil, 401, nil},
		{"cookie", map[string]string{"cookie": "access_token=good"}, nil, 401, nil},
		// The token alone, as API Gateway takes it, only by option.
		{"bare", map[string]string{"authorization": good}, nil, 401, nil},
		{"bare by option", map[string]string{"authorization": good}, bare, 200, []string{good}},
		{"with scheme by option", map[string]string{"authorization": "Bearer good"}, bare, 200, []string{good}},
		{"scheme only by option", map[string]string{"authorization": "bearer"}, bare, 401, nil},
		{"two bare by option", map[string]string{"authorization": "good,good"}, bare, 401, nil},
		{"other scheme by option", map[string]string{"authorization": "Basic good"}, bare, 401, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked []string
			a := authorizer.New(verifier{&asked}, c.opts...)
			resp, err := a.Require(whoami)(t.Context(), events.APIGatewayV2HTTPRequest{Headers: c.headers})
			if err != nil || resp.StatusCode != c.status {
				t.Errorf("status is %d, %v; want %d", resp.StatusCode, err, c.status)
			}
			if !slices.Equal(asked, c.asked) {
				t.Errorf("the verifier was asked about %q, want %q", asked, c.asked)
			}
		})
	}
}

var bare = []authorizer.Option{authorizer.WithBareTokens()}

// A token in a URL, a cookie or an authorizer's context is not read.
func TestNoOtherPlaceForATokenCounts(t *testing.T) {
	event := events.APIGatewayV2HTTPRequest{
		Cookies:               []string{"access_token=good", "authorization=Bearer good"},
		QueryStringParameters: map[string]string{"access_token": good, "authorization": "Bearer good"},
		RawQueryString:        "access_token=good",
		PathParameters:        map[string]string{"authorization": "Bearer good"},
		StageVariables:        map[string]string{"authorization": "Bearer good"},
		Body:                  "access_token=good",
	}
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": "auth0|1"}},
	}
	resp, err := authorizer.New(verifier{}).Require(whoami)(t.Context(), event)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || resp.Headers["www-authenticate"] != "Bearer" {
		t.Errorf("response is %d %v, %v", resp.StatusCode, resp.Headers, err)
	}
}

func TestTwoHeadersOfARequest(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?access_token=good", nil)
	r.Header.Add("Authorization", "Bearer good")
	r.Header.Add("Authorization", "Bearer good")
	w := httptest.NewRecorder()
	authorizer.New(verifier{}).Middleware()(whoamiHTTP).ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") != malformed {
		t.Errorf("response is %d %v", w.Code, w.Header())
	}
}
