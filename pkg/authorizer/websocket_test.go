package authorizer_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
)

// A handshake has one token, in one of the places that the options name.
func TestTokenOfAHandshake(t *testing.T) {
	query, protocol := authorizer.WithConnectQuery("token"), authorizer.WithConnectProtocol("bearer")
	both := []authorizer.Option{query, protocol}
	for _, c := range []struct {
		name     string
		opts     []authorizer.Option
		headers  map[string][]string
		query    map[string][]string
		status   int
		protocol string // that the response selects
	}{
		// One token.
		{"header", nil, map[string][]string{"Authorization": {"Bearer good"}}, nil, 200, ""},
		{"header, with the options", both, map[string][]string{"Authorization": {"Bearer good"}}, nil, 200, ""},
		{"query", []authorizer.Option{query}, nil, map[string][]string{"token": {"good"}}, 200, ""},
		{"protocol", []authorizer.Option{protocol}, map[string][]string{"Sec-WebSocket-Protocol": {"bearer, good"}}, nil, 200, "bearer"},
		{"protocol, lower case, no space", []authorizer.Option{protocol}, map[string][]string{"sec-websocket-protocol": {"bearer,good"}}, nil, 200, "bearer"},
		{"protocol after another", []authorizer.Option{protocol}, map[string][]string{"Sec-WebSocket-Protocol": {"chat, bearer, good"}}, nil, 200, "bearer"},
		{"protocol in two lines", []authorizer.Option{protocol}, map[string][]string{"Sec-WebSocket-Protocol": {"bearer", "good"}}, nil, 200, "bearer"},
		// Not without the option.
		{"query, no option", nil, nil, map[string][]string{"token": {"good"}}, 401, ""},
		{"query, the other option", []authorizer.Option{protocol}, nil, map[string][]string{"token": {"good"}}, 401, ""},
		{"protocol, no option", nil, map[string][]string{"Sec-WebSocket-Protocol": {"bearer, good"}}, nil, 401, ""},
		{"protocol, the other option", []authorizer.Option{query}, map[string][]string{"Sec-WebSocket-Protocol": {"bearer, good"}}, nil, 401, ""},
		// Names are exact.
		{"query of another name", both, nil, map[string][]string{"Token": {"good"}}, 401, ""},
		{"empty name", both, nil, map[string][]string{"": {"good"}}, 401, ""},
		{"empty name, no option", nil, nil, map[string][]string{"": {"good"}}, 401, ""},
		{"protocol of another name", both, map[string][]string{"Sec-WebSocket-Protocol": {"Bearer, good"}}, nil, 401, ""},
		// No token, or a bad one.
		{"nothing", both, nil, nil, 401, ""},
		{"empty query", both, nil, map[string][]string{"token": {""}}, 401, ""},
		{"protocol without a token", both, map[string][]string{"Sec-WebSocket-Protocol": {"bearer"}}, nil, 401, ""},
		{"protocol with an empty token", both, map[string][]string{"Sec-WebSocket-Protocol": {"bearer, "}}, nil, 401, ""},
		{"expired in the query", both, nil, map[string][]string{"token": {"token_expired"}}, 401, ""},
		{"scheme in the query", both, nil, map[string][]string{"token": {"Bearer good"}}, 401, ""},
		{"two words in the query", both, nil, map[string][]string{"token": {"good x"}}, 401, ""},
		// Two tokens, even equal ones.
		{"query twice", both, nil, map[string][]string{"token": {"good", "good"}}, 401, ""},
		{"protocol twice", both, map[string][]string{"Sec-WebSocket-Protocol": {"bearer, good, bearer, good"}}, nil, 401, ""},
		{"header and query", both, map[string][]string{"Authorization": {"Bearer good"}}, map[string][]string{"token": {"good"}}, 401, ""},
		{"empty header and query", both, map[string][]string{"Authorization": {""}}, map[string][]string{"token": {"good"}}, 401, ""},
		{"header and protocol", both, map[string][]string{"Authorization": {"Bearer good"}, "Sec-WebSocket-Protocol": {"bearer, good"}}, nil, 401, ""},
		{"query and protocol", both, map[string][]string{"Sec-WebSocket-Protocol": {"bearer, good"}}, map[string][]string{"token": {"good"}}, 401, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var event events.APIGatewayWebsocketProxyRequest
			strictly(t, guardedEvent{file: "websocket-connect-event"}.load(t, ""), &event)
			event.MultiValueHeaders, event.Headers = c.headers, lastOf(c.headers)
			event.MultiValueQueryStringParameters, event.QueryStringParameters = c.query, lastOf(c.query)
			a := authorizer.New(verifier{}, c.opts...)
			resp, err := a.RequireConnect(whoamiConnect)(t.Context(), event)
			if err != nil || resp.StatusCode != c.status || resp.Headers["sec-websocket-protocol"] != c.protocol {
				t.Errorf("response %+v, %v, want %d %s", resp, err, c.status, c.protocol)
			}
			policy, err := a.HandleConnect(t.Context(), authorizer.ConnectRequest{MethodARN: api + "prod/$connect", APIGatewayWebsocketProxyRequest: event})
			if allowed := err == nil && policy.PolicyDocument.Statement[0].Effect == "Allow"; allowed != (c.status == http.StatusOK) {
				t.Errorf("Lambda authorizer: %+v, %v", policy, err)
			}
		})
	}
}

func lastOf(multi map[string][]string) map[string]string {
	single := map[string]string{}
	for name, values := range multi {
		single[name] = values[len(values)-1]
	}
	return single
}

// The guard selects the protocol of the token only where the handler opens the connection and has
// selected none.
func TestProtocolOfTheHandler(t *testing.T) {
	for _, c := range []struct {
		name  string
		own   events.APIGatewayProxyResponse
		wants string
	}{
		{"opened", events.APIGatewayProxyResponse{StatusCode: 200}, "bearer"},
		{"selected", events.APIGatewayProxyResponse{StatusCode: 200, Headers: map[string]string{"Sec-WebSocket-Protocol": "chat"}}, ""},
		{"refused", events.APIGatewayProxyResponse{StatusCode: 400}, ""},
	} {
		next := func(context.Context, events.APIGatewayWebsocketProxyRequest) (events.APIGatewayProxyResponse, error) {
			return c.own, nil
		}
		resp, err := authorizer.New(verifier{}, authorizer.WithConnectProtocol("bearer")).RequireConnect(next)(t.Context(), events.APIGatewayWebsocketProxyRequest{
			Headers: map[string]string{"Sec-WebSocket-Protocol": "bearer, good"},
		})
		if err != nil || resp.StatusCode != c.own.StatusCode || resp.Headers["sec-websocket-protocol"] != c.wants {
			t.Errorf("%s: response %+v, %v", c.name, resp, err)
		}
	}
}

// The key of WithRouteScopes is the route of the API.
func TestRouteScopesOfAHandshake(t *testing.T) {
	for _, c := range []struct {
		scopes map[string][]string
		effect string
	}{
		{map[string][]string{"$connect": {"read:pets"}}, "Allow"},
		{map[string][]string{"$connect": {"update:pets"}}, "Deny"},
		{map[string][]string{"$default": {"read:pets"}}, "Deny"},
	} {
		got, err := authorizer.New(verifier{}, authorizer.WithRouteScopes(c.scopes)).Handle(t.Context(), event(t, "websocket-request", "Bearer good"))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var resp events.APIGatewayCustomAuthorizerResponse
		strictly(t, raw, &resp)
		if resp.PolicyDocument.Statement[0].Effect != c.effect {
			t.Errorf("%v: %s", c.scopes, raw)
		}
	}
}

// AppSync names no route.
func TestRouteScopesOfAppSync(t *testing.T) {
	_, err := authorizer.New(verifier{}, authorizer.WithRouteScopes(nil)).Handle(t.Context(), event(t, "appsync-request", "good"))
	checkError(t, err, errAny)
}
