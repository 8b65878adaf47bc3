package authorizer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
)

// guardedEvent is one kind of event, documented by AWS, with its guards.
type guardedEvent struct {
	file    string
	dropped []string // documented members that the type of aws-lambda-go does not have
	route   string   // of its decisions

	required func(a *authorizer.Authorizer, scopes ...string) func(context.Context, testing.TB, json.RawMessage) wireResponse
	optional func(a *authorizer.Authorizer) func(context.Context, testing.TB, json.RawMessage) wireResponse // nil without such a guard

	lastHeaderOnly bool // the sender of the event drops all but the last of equal headers
}

// wireResponse is what all kinds of responses have, and their JSON.
type wireResponse struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Body              string              `json:"body"`

	raw json.RawMessage
}

func (r wireResponse) header(name string) string {
	return strings.Join(append(slices.Clone(r.MultiValueHeaders[name]), r.Headers[name]), "")
}

// invoke decodes an event strictly and calls a handler, as the Lambda runtime does.
func invoke[E, R any](h func(context.Context, E) (R, error)) func(context.Context, testing.TB, json.RawMessage) wireResponse {
	return func(ctx context.Context, tb testing.TB, raw json.RawMessage) wireResponse {
		tb.Helper()
		var e E
		strictly(tb, raw, &e)
		resp, err := h(ctx, e)
		if err != nil {
			tb.Fatal(err)
		}
		out, err := json.Marshal(resp)
		if err != nil {
			tb.Fatal(err)
		}
		r := wireResponse{raw: out}
		if err := json.Unmarshal(out, &r); err != nil {
			tb.Fatal(err)
		}
		return r
	}
}

func whoamiURL(ctx context.Context, _ events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
	return events.LambdaFunctionURLResponse{StatusCode: http.StatusOK, Body: subject(ctx)}, nil
}

func whoamiProxy(ctx context.Context, _ events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: subject(ctx)}, nil
}

func whoamiALB(ctx context.Context, _ events.ALBTargetGroupRequest) (events.ALBTargetGroupResponse, error) {
	return events.ALBTargetGroupResponse{StatusCode: http.StatusOK, StatusDescription: "200 OK", Body: subject(ctx)}, nil
}

func whoamiConnect(ctx context.Context, _ events.APIGatewayWebsocketProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: subject(ctx)}, nil
}

type eventCall = func(context.Context, testing.TB, json.RawMessage) wireResponse

func requireHTTP(a *authorizer.Authorizer, scopes ...string) eventCall {
	return invoke(a.Require(whoami, scopes...))
}
func optionalHTTP(a *authorizer.Authorizer) eventCall { return invoke(a.Optional(whoami)) }

func requireProxy(a *authorizer.Authorizer, scopes ...string) eventCall {
	return invoke(a.RequireProxy(whoamiProxy, scopes...))
}

func optionalProxy(a *authorizer.Authorizer) eventCall { return invoke(a.OptionalProxy(whoamiProxy)) }

func requireALB(a *authorizer.Authorizer, scopes ...string) eventCall {
	return invoke(a.RequireLoadBalancer(whoamiALB, scopes...))
}

func optionalALB(a *authorizer.Authorizer) eventCall {
	return invoke(a.OptionalLoadBalancer(whoamiALB))
}

var guardedEvents = []guardedEvent{
	{file: "http-v2-event", route: "$default", required: requireHTTP, optional: optionalHTTP},
	{
		file: "http-v1-event", dropped: []string{"version", "requestContext.identity.principalOrgId"},
		route: "GET /my/path", required: requireProxy, optional: optionalProxy,
	},
	{file: "rest-proxy-event", route: "POST /{proxy+}", required: requireProxy, optional: optionalProxy},
	{file: "alb-event", required: requireALB, optional: optionalALB, lastHeaderOnly: true},
	{file: "alb-multi-event", required: requireALB, optional: optionalALB},
	{
		file: "function-url-event",
		dropped: []string{
			"routeKey", "pathParameters", "stageVariables", "requestContext.authentication", "requestContext.routeKey", "requestContext.stage",
			"requestContext.authorizer.iam.cognitoIdentity", "requestContext.authorizer.iam.principalOrgId",
		},
		required: func(a *authorizer.Authorizer, scopes ...string) eventCall {
			return invoke(a.RequireFunctionURL(whoamiURL, scopes...))
		},
		optional: func(a *authorizer.Authorizer) eventCall { return invoke(a.OptionalFunctionURL(whoamiURL)) },
	},
	// The same event with the types of payload 2.0.
	{
		file: "function-url-event", dropped: []string{"requestContext.authorizer.iam.principalOrgId"},
		route: "$default", required: requireHTTP, optional: optionalHTTP,
	},
	{
		file: "websocket-connect-event", route: "$connect",
		required: func(a *authorizer.Authorizer, scopes ...string) eventCall {
			return invoke(a.RequireConnect(whoamiConnect, scopes...))
		},
	},
}

// load reads the documented event and puts headers into it the way its sender does.
func (g guardedEvent) load(tb testing.TB, name string, values ...string) json.RawMessage {
	tb.Helper()
	var e map[string]any
	if err := json.Unmarshal(read(tb, g.file), &e); err != nil {
		tb.Fatal(err)
	}
	for _, path := range g.dropped {
		drop(tb, e, strings.Split(path, "."))
	}
	if multi, ok := e["multiValueHeaders"].(map[string]any); ok && values != nil {
		multi[name] = values
	}
	if single, ok := e["headers"].(map[string]any); ok && values != nil {
		single[name] = values[len(values)-1]
		if e["version"] == "2.0" {
			single[name] = strings.Join(values, ",")
		}
	}
	raw, err := json.Marshal(e)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func drop(tb testing.TB, e map[string]any, path []string) {
	tb.Helper()
	if len(path) == 1 {
		if _, ok := e[path[0]]; !ok {
			tb.Fatalf("the event has no %s", path[0])
		}
		delete(e, path[0])
		return
	}
	inner, ok := e[path[0]].(map[string]any)
	if !ok {
		tb.Fatalf("the event has no %s", path[0])
	}
	drop(tb, inner, path[1:])
}

// TestRequireForEvents sends each documented event with each verdict to its guard.
func TestRequireForEvents(t *testing.T) {
	for _, g := range guardedEvents {
		for _, c := range []struct {
			name      string
			headers   []string
			scope     string
			status    int
			challenge string
		}{
			{"good", []string{"Bearer good"}, "read:pets", 200, ""},
			{"no header", nil, "read:pets", 401, "Bearer"},
			{"another scheme", []string{"Basic dXNlcjpwYXNz"}, "read:pets", 401, "Bearer"},
			{"expired", []string{"Bearer token_expired"}, "read:pets", 401, `Bearer error="invalid_token", error_description="the token has expired"`},
			{"signature", []string{"Bearer invalid_signature"}, "read:pets", 401, `Bearer error="invalid_token", error_description="the signature is not valid"`},
			{"without a scheme", []string{good}, "read:pets", 401, "Bearer"},
			{"the same twice", []string{"Bearer good", "Bearer good"}, "read:pets", 401, malformed},
			{"a bad and a good one", []string{"Bearer token_expired", "Bearer good"}, "read:pets", 401, malformed},
			{"empty and good", []string{"", "Bearer good"}, "read:pets", 401, malformed},
			{"scope", []string{"Bearer good"}, "update:pets", 403, `Bearer error="insufficient_scope", scope="update:pets"`},
			{"rule of the verifier", []string{"Bearer forbidden"}, "read:pets", 403, ""},
			{"no keys", []string{"Bearer keys"}, "read:pets", 503, ""},
			{"undecided", []string{"Bearer undecided"}, "read:pets", 503, ""},
			{"unknown error", []string{"Bearer broken"}, "read:pets", 500, ""},
			{"neither token nor error", []string{"Bearer nothing"}, "read:pets", 500, ""},
		} {
			if g.lastHeaderOnly && len(c.headers) > 1 {
				continue // the event does not show that there were two
			}
			t.Run(g.file+" "+g.route+", "+c.name, func(t *testing.T) {
				var routes []string
				a := authorizer.New(verifier{}, authorizer.WithObserver(func(_ context.Context, d authorizer.Decision) { routes = append(routes, d.Route) }))
				got := g.required(a, c.scope)(t.Context(), t, g.load(t, "authorization", c.headers...))
				if got.StatusCode != c.status || got.header("www-authenticate") != c.challenge {
					t.Errorf("response %s, want %d %s", got.raw, c.status, c.challenge)
				}
				if (got.Body == "auth0|1") != (c.status == http.StatusOK) || (got.header("retry-after") == "2") != (c.status == http.StatusServiceUnavailable) {
					t.Errorf("response %s", got.raw)
				}
				if got.header("cache-control") != "no-store" || !slices.Equal(routes, []string{g.route}) {
					t.Errorf("response %s, decisions of %q", got.raw, routes)
				}
			})
		}
	}
}

// TestOptionalForEvents sends each documented event to the guard of a public route.
func TestOptionalForEvents(t *testing.T) {
	for _, g := range guardedEvents {
		for _, c := range []struct {
			name         string
			headers      []string
			status       int
			body         string
			cacheControl string
		}{
			{"no header", nil, 200, "anonymous", ""},
			{"good", []string{"Bearer good"}, 200, "auth0|1", "no-store"},
			{"no keys", []string{"Bearer keys"}, 200, "anonymous, not checked", "no-store"},
			{"expired", []string{"Bearer token_expired"}, 401, unauthorized, "no-store"},
			{"another scheme", []string{"Basic dXNlcjpwYXNz"}, 401, unauthorized, "no-store"},
			{"twice", []string{"Bearer good", "Bearer good"}, 401, unauthorized, "no-store"},
			{"unknown error", []string{"Bearer broken"}, 500, broken, "no-store"},
		} {
			if g.optional == nil || g.lastHeaderOnly && len(c.headers) > 1 {
				continue
			}
			t.Run(g.file+" "+g.route+", "+c.name, func(t *testing.T) {
				got := g.optional(authorizer.New(verifier{}))(t.Context(), t, g.load(t, "authorization", c.headers...))
				if got.StatusCode != c.status || got.Body != c.body || got.header("cache-control") != c.cacheControl {
					t.Errorf("response %s, want %d %s", got.raw, c.status, c.body)
				}
				if c.status == http.StatusOK && got.header("vary") != "Authorization" {
					t.Errorf("response %s", got.raw)
				}
			})
		}
	}
}

// TestGoldenResponses compares the whole JSON of a served and of a refused request.
func TestGoldenResponses(t *testing.T) {
	for i, g := range guardedEvents {
		for name, scope := range map[string]string{"served": "read:pets", "refused": "update:pets"} {
			file := strings.TrimSuffix(g.file, "-event") + "-" + name
			if i > 0 && guardedEvents[i-1].file == g.file {
				file = fmt.Sprint("http-v2-", name) // with the types of payload 2.0
			}
			got := g.required(authorizer.New(verifier{}), scope)(t.Context(), t, g.load(t, "Authorization", "Bearer good"))
			checkGolden(t, file, got.raw)
		}
	}
}

// A header in two spellings is two credentials in each kind of event.
func TestTwoSpellingsForEvents(t *testing.T) {
	for _, g := range guardedEvents {
		var e map[string]any
		if err := json.Unmarshal(g.load(t, "authorization", "Bearer good"), &e); err != nil {
			t.Fatal(err)
		}
		if headers, ok := e["headers"].(map[string]any); ok {
			headers["AUTHORIZATION"] = "Bearer good"
		}
		if headers, ok := e["multiValueHeaders"].(map[string]any); ok {
			headers["AUTHORIZATION"] = []string{"Bearer good"}
		}
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.required(authorizer.New(verifier{}))(t.Context(), t, raw); got.StatusCode != http.StatusUnauthorized || got.header("www-authenticate") != malformed {
			t.Errorf("%s: response %s", g.file, got.raw)
		}
	}
}

// A response keeps the headers of its handler, in the map where they are.
func TestHeadersOfAProxyHandler(t *testing.T) {
	own := map[string][]string{"Vary": {"Origin", "Accept"}, "Cache-Control": {"private"}}
	next := func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, MultiValueHeaders: own}, nil
	}
	event := events.APIGatewayProxyRequest{Headers: map[string]string{"Authorization": "Bearer good"}}
	resp, err := authorizer.New(verifier{}).OptionalProxy(next)(t.Context(), event)
	want := map[string][]string{"Vary": {"Origin, Accept, Authorization"}, "Cache-Control": {"private"}}
	if err != nil || fmt.Sprint(resp.MultiValueHeaders) != fmt.Sprint(want) || len(resp.Headers) != 0 {
		t.Errorf("response %+v, %v", resp, err)
	}
	if fmt.Sprint(own["Vary"]) != "[Origin Accept]" {
		t.Errorf("the handler's map became %v", own)
	}
}
