package authorizer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// errAny stands for an error that is not ErrUnauthorized: API Gateway responds 500.
var errAny = errors.New("any other error")

// TestLambdaAuthorizers sends each documented event with each verdict. It compares the response
// with a golden file or an error.
func TestLambdaAuthorizers(t *testing.T) {
	for _, c := range []struct {
		event, header string
		golden        string
		err           error
	}{
		// HTTP API, simple response: a refusal is "not authorized" and no error, or API Gateway
		// would respond 500.
		{"http-v2-request", "Bearer good", "http-simple-allow", nil},
		{"http-v2-request", "", "http-simple-deny", nil},
		{"http-v2-request", "Bearer token_expired", "http-simple-deny", nil},
		{"http-v2-request", "Bearer invalid_signature", "http-simple-deny", nil},
		{"http-v2-request", "Bearer forbidden", "http-simple-deny", nil},
		{"http-v2-request", "Bearer insufficient_scope", "http-simple-deny", nil},
		{"http-v2-request", "Bearer keys", "", jwtauth.ErrKeysUnavailable},
		{"http-v2-request", "Bearer undecided", "", jwtauth.ErrKeysUnavailable},
		{"http-v2-request", "Bearer broken", "", errAny},
		{"http-v2-request", "Bearer nothing", "", errAny},

		// HTTP API with payload 1.0 gets a policy.
		{"http-v1-request", "Bearer good", "http-policy-allow", nil},
		{"http-v1-request", "Bearer token_expired", "", authorizer.ErrUnauthorized},
		{"http-v1-request", "Bearer keys", "", jwtauth.ErrKeysUnavailable},
		{"http-v1-request", "Bearer undecided", "", jwtauth.ErrKeysUnavailable},

		// REST API: 401 for the token, 403 for the rule, 500 for no decision.
		{"rest-request", "Bearer good", "rest-request-allow", nil},
		{"rest-request", "", "", authorizer.ErrUnauthorized},
		{"rest-request", "Bearer invalid_token", "", authorizer.ErrUnauthorized},
		{"rest-request", "Bearer invalid_signature", "", authorizer.ErrUnauthorized},
		{"rest-request", "Bearer invalid_claims", "", authorizer.ErrUnauthorized},
		{"rest-request", "Bearer token_expired", "", authorizer.ErrUnauthorized},
		{"rest-request", "Bearer forbidden", "rest-request-deny", nil},
		{"rest-request", "Bearer insufficient_scope", "rest-request-deny", nil},
		{"rest-request", "Bearer keys", "", jwtauth.ErrKeysUnavailable},
		{"rest-request", "Bearer undecided", "", jwtauth.ErrKeysUnavailable},
		{"rest-request", "Bearer keys_and_refusal", "", jwtauth.ErrKeysUnavailable},
		{"rest-request", "Bearer broken", "", errAny},

		{"rest-token", "Bearer good", "rest-token-allow", nil},
		{"rest-token", "", "", authorizer.ErrUnauthorized},
		{"rest-token", "allow", "", authorizer.ErrUnauthorized},
		{"rest-token", "Bearer token_expired", "", authorizer.ErrUnauthorized},
		{"rest-token", "Bearer keys", "", jwtauth.ErrKeysUnavailable},
		{"rest-token", "Bearer undecided", "", jwtauth.ErrKeysUnavailable},
		{"rest-token", "Bearer nothing", "", errAny},

		{"websocket-request", "Bearer good", "websocket-allow", nil},
		{"websocket-request", "", "", authorizer.ErrUnauthorized},
		{"websocket-request", "Bearer token_expired", "", authorizer.ErrUnauthorized},
		{"websocket-request", "Bearer forbidden", "websocket-deny", nil},
		{"websocket-request", "Bearer keys", "", jwtauth.ErrKeysUnavailable},
		{"websocket-request", "Bearer undecided", "", jwtauth.ErrKeysUnavailable},
		{"websocket-request", "Bearer broken", "", errAny},

		// AppSync: the token with its scheme, or as AppSync documents it, alone.
		{"appsync-request", "Bearer good", "appsync-allow", nil},
		{"appsync-request", "good", "appsync-allow", nil},
		{"appsync-request", "", "appsync-deny", nil},
		{"appsync-request", "bearer", "appsync-deny", nil},
		{"appsync-request", "Basic good", "appsync-deny", nil},
		{"appsync-request", "good good", "appsync-deny", nil},
		{"appsync-request", "token_expired", "appsync-deny", nil},
		{"appsync-request", "Bearer forbidden", "appsync-deny", nil},
		{"appsync-request", "keys", "", jwtauth.ErrKeysUnavailable},
		{"appsync-request", "undecided", "", jwtauth.ErrKeysUnavailable},
		{"appsync-request", "broken", "", errAny},
		{"appsync-request", "nothing", "", errAny},
	} {
		t.Run(c.event+" "+c.header, func(t *testing.T) {
			got, err := authorizer.New(verifier{}).Handle(t.Context(), event(t, c.event, c.header))
			checkError(t, err, c.err)
			if c.err == nil {
				checkGolden(t, c.golden, got)
			}
		})
	}
}

// checkError wants exactly ErrUnauthorized where it is wanted, and nowhere else: API Gateway reads
// the message. Nothing of a foreign error may reach the log.
func checkError(t *testing.T, err, want error) {
	t.Helper()
	switch {
	case want == nil && err != nil, want != nil && err == nil:
		t.Fatalf("error is %v, want %v", err, want)
	case want == nil:
		return
	case errors.Is(want, errAny):
		if err.Error() == "Unauthorized" || strings.Contains(err.Error(), "secret") {
			t.Fatalf("error is %v", err)
		}
	case !errors.Is(err, want) || (err.Error() == "Unauthorized") != errors.Is(want, authorizer.ErrUnauthorized):
		t.Fatalf("error is %v, want %v", err, want)
	}
}

func TestHTTPPolicy(t *testing.T) {
	for _, c := range []struct {
		header, golden string
		err            error
	}{
		{"Bearer good", "http-policy-allow", nil},
		{"", "http-policy-deny", nil},
		{"Bearer token_expired", "http-policy-deny", nil},
		{"Bearer forbidden", "http-policy-deny", nil},
		{"Bearer keys", "", jwtauth.ErrKeysUnavailable},
		{"Bearer undecided", "", jwtauth.ErrKeysUnavailable},
		{"Bearer broken", "", errAny},
	} {
		t.Run(c.header, func(t *testing.T) {
			var e events.APIGatewayV2CustomAuthorizerV2Request
			strictly(t, event(t, "http-v2-request", c.header), &e)
			got, err := authorizer.New(verifier{}).HandleHTTPPolicy(t.Context(), e)
			checkError(t, err, c.err)
			if c.err == nil {
				checkGolden(t, c.golden, got)
			}
		})
	}
}

// The fixtures contain nothing that the types of aws-lambda-go drop.
func TestFixturesDecodeStrictly(t *testing.T) {
	strictly(t, event(t, "http-v2-request", ""), new(events.APIGatewayV2CustomAuthorizerV2Request))
	strictly(t, event(t, "http-v1-request", ""), new(events.APIGatewayV2CustomAuthorizerV1Request))
	strictly(t, event(t, "rest-request", ""), new(events.APIGatewayCustomAuthorizerRequestTypeRequest))
	strictly(t, event(t, "rest-token", ""), new(events.APIGatewayCustomAuthorizerRequest))
	strictly(t, event(t, "websocket-request", ""), new(authorizer.ConnectRequest))
	strictly(t, event(t, "appsync-request", ""), new(events.AppSyncLambdaAuthorizerRequest))
}

func TestHandleRefusesOtherEvents(t *testing.T) {
	for name, event := range map[string]string{
		"no JSON":                 `{`,
		"nothing":                 ``,
		"a list":                  `[]`,
		"empty":                   `{}`,
		"console's test event":    `{"key1":"value1"}`,
		"payload 2.0 of a route":  `{"version":"2.0","routeKey":"GET /pets","headers":{"authorization":"Bearer good"}}`,
		"unknown type":            `{"type":"OTHER","headers":{"authorization":"Bearer good"}}`,
		"headers of another type": `{"type":"REQUEST","version":"2.0","headers":"Bearer secret"}`,
		"AppSync without a query": `{"authorizationToken":"good","requestContext":{"apiId":"a"}}`,
		"AppSync without an API":  `{"authorizationToken":"good","requestContext":{"queryString":"{a}"}}`,
		"AppSync with a type":     `{"type":"OTHER","authorizationToken":"good","requestContext":{"apiId":"a","queryString":"{a}"}}`,
		"no ARN":                  `{"type":"REQUEST","headers":{"authorization":"Bearer good"}}`,
	} {
		got, err := authorizer.New(verifier{}).Handle(t.Context(), json.RawMessage(event))
		if got != nil || err == nil || err.Error() == "Unauthorized" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// event reads a documented event and puts the caller's header into it.
func event(t testing.TB, name, header string) json.RawMessage {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(read(t, name), &e); err != nil {
		t.Fatal(err)
	}
	if headers, ok := e["headers"].(map[string]any); ok && header != "" {
		headers["Authorization"] = header
	}
	if _, ok := e["authorizationToken"]; ok {
		e["authorizationToken"] = header
	}
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func strictly(t testing.TB, raw []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%T: %v", v, err)
	}
}

func checkGolden(t testing.TB, name string, got any) {
	t.Helper()
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var have, want any
	if err := errors.Join(json.Unmarshal(raw, &have), json.Unmarshal(read(t, name), &want)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
