package authorizer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/pkg/authorizer"
)

const (
	unauthorized = `{"message":"Unauthorized"}`
	forbidden    = `{"message":"Forbidden"}`
	unavailable  = `{"message":"Service Unavailable"}`
	broken       = `{"message":"Internal Server Error"}`

	malformed = `Bearer error="invalid_token", error_description="the token is malformed"`
)

// guardCases hold for Require and for Middleware alike.
var guardCases = []struct {
	name       string
	header     string
	scopes     []string
	status     int
	body       string
	challenge  string
	retryAfter string
}{
	// A valid token, with any one of the scopes.
	{"any valid token", "Bearer good", nil, 200, "auth0|1", "", ""},
	{"the scope", "Bearer good", []string{"read:pets"}, 200, "auth0|1", "", ""},
	{"one of two scopes", "Bearer good", []string{"update:pets", "list:pets"}, 200, "auth0|1", "", ""},
	{"scheme in any case", "bEARER good", nil, 200, "auth0|1", "", ""},

	// No credentials: no error code (RFC 6750 section 3.1).
	{"no header", "", nil, 401, unauthorized, "Bearer", ""},
	{"scheme only", "Bearer", nil, 401, unauthorized, "Bearer", ""},
	{"scheme and space", "Bearer ", nil, 401, unauthorized, "Bearer", ""},
	{"another scheme", "Basic dXNlcjpwYXNz", nil, 401, unauthorized, "Bearer", ""},
	{"the verifier finds none", "Bearer missing_token", nil, 401, unauthorized, "Bearer", ""},

	// Credentials that are no bearer token.
	{"two tokens", "Bearer good,Bearer good", nil, 401, unauthorized, malformed, ""},
	{"junk behind", "Bearer good x", nil, 401, unauthorized, malformed, ""},

	// Every refusal.
	{"malformed", "Bearer invalid_token", nil, 401, unauthorized, malformed, ""},
	{"signature", "Bearer invalid_signature", nil, 401, unauthorized, `Bearer error="invalid_token", error_description="the signature is not valid"`, ""},
	{"claims", "Bearer invalid_claims", nil, 401, unauthorized, `Bearer error="invalid_token", error_description="a claim is missing or not valid"`, ""},
	{"expired", "Bearer token_expired", nil, 401, unauthorized, `Bearer error="invalid_token", error_description="the token has expired"`, ""},
	{"unknown refusal", "Bearer future_refusal", nil, 401, unauthorized, malformed, ""},
	{"rule of the verifier", "Bearer forbidden", nil, 403, forbidden, "", ""},
	{"scope, by the verifier", "Bearer insufficient_scope", nil, 403, forbidden, `Bearer error="insufficient_scope"`, ""},

	// Scopes are compared exactly.
	{"other scope", "Bearer good", []string{"update:pets"}, 403, forbidden, `Bearer error="insufficient_scope", scope="update:pets"`, ""},
	{"prefix", "Bearer good", []string{"read:pet"}, 403, forbidden, `Bearer error="insufficient_scope", scope="read:pet"`, ""},
	{"case", "Bearer good", []string{"Read:Pets"}, 403, forbidden, `Bearer error="insufficient_scope", scope="Read:Pets"`, ""},
	{"no wildcard", "Bearer good", []string{"*"}, 403, forbidden, `Bearer error="insufficient_scope", scope="*"`, ""},
	{"neither of two", "Bearer good", []string{"a", "b"}, 403, forbidden, `Bearer error="insufficient_scope", scope="a b"`, ""},
	{"bad token before scope", "Bearer token_expired", []string{"a"}, 401, unauthorized, `Bearer error="invalid_token", error_description="the token has expired"`, ""},

	// Not decided: never 401, and never the handler.
	{"no keys", "Bearer keys", nil, 503, unavailable, "", "2"},
	{"undecided key id", "Bearer undecided", nil, 503, unavailable, "", "2"},
	{"no keys, wrapped", "Bearer wrapped_keys", nil, 503, unavailable, "", "2"},
	{"no keys and a refusal", "Bearer keys_and_refusal", nil, 503, unavailable, "", "2"},
	{"unknown error", "Bearer broken", nil, 500, broken, "", ""},
	{"neither token nor error", "Bearer nothing", nil, 500, broken, "", ""},
}

func TestRequire(t *testing.T) {
	for _, c := range guardCases {
		t.Run(c.name, func(t *testing.T) {
			event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": c.header}}
			if c.header == "" {
				event.Headers = nil
			}
			resp, err := authorizer.New(verifier{}).Require(whoami, c.scopes...)(t.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
			want := events.APIGatewayV2HTTPResponse{StatusCode: c.status, Body: c.body, Headers: wantHeaders(c.status, c.challenge, c.retryAfter)}
			if diff := cmp.Diff(want, resp); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMiddleware(t *testing.T) {
	for _, c := range guardCases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
			w := httptest.NewRecorder()
			authorizer.New(verifier{}).Middleware(c.scopes...)(whoamiHTTP).ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("response is %d %s, want %d %s", w.Code, w.Body, c.status, c.body)
			}
			for name, value := range wantHeaders(c.status, c.challenge, c.retryAfter) {
				if got := w.Header().Get(name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
			for _, name := range []string{"WWW-Authenticate", "Retry-After"} {
				if _, want := wantHeaders(c.status, c.challenge, c.retryAfter)[strings.ToLower(name)]; !want && w.Header().Get(name) != "" {
					t.Errorf("unexpected %s: %s", name, w.Header().Get(name))
				}
			}
		})
	}
}

// wantHeaders are all the headers of a guard's response.
func wantHeaders(status int, challenge, retryAfter string) map[string]string {
	h := map[string]string{"cache-control": "no-store"}
	if status == 200 {
		return h
	}
	h["content-type"] = "application/json"
	h["x-content-type-options"] = "nosniff"
	if challenge != "" {
		h["www-authenticate"] = challenge
	}
	if retryAfter != "" {
		h["retry-after"] = retryAfter
	}
	return h
}

// whoami responds with the caller's subject, or "anonymous" with the reason.
func whoami(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: subject(ctx)}, nil
}

var whoamiHTTP = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(subject(r.Context())))
})

func subject(ctx context.Context) string {
	if token, ok := authorizer.IdentityFrom(ctx); ok {
		return token.Subject
	}
	if authorizer.IdentityError(ctx) != nil {
		return "anonymous, not checked"
	}
	return "anonymous"
}
