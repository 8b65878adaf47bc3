package authorizer

import (
	"context"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// connectRoute is the only route of a WebSocket API whose events have headers.
const connectRoute = "$connect"

// A ConnectRequest is the event of a WebSocket API's Lambda authorizer.
type ConnectRequest struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	events.APIGatewayWebsocketProxyRequest
}

// A ConnectHandler serves the $connect route of a WebSocket API.
type ConnectHandler func(context.Context, events.APIGatewayWebsocketProxyRequest) (events.APIGatewayProxyResponse, error)

// WithConnectQuery also takes the token of a WebSocket handshake from this parameter of the query,
// because a browser's WebSocket has no Authorization header. The URL, and so the token, gets into
// logs on its way (RFC 6750 section 2.3): use tokens that live for seconds, or
// [WithConnectProtocol]. By default, the header alone is read.
func WithConnectQuery(parameter string) Option {
	if parameter == "" {
		panic("authorizer: WithConnectQuery needs the name of a parameter")
	}
	return func(a *Authorizer) { a.handshake.query = parameter }
}

// WithConnectProtocol also takes the token of a WebSocket handshake from the element that follows
// this one in Sec-WebSocket-Protocol: new WebSocket(url, ["bearer", token]) for the name "bearer".
// By default, the Authorization header alone is read.
//
// The response must select that protocol, or the browser closes the connection.
// [Authorizer.RequireConnect] does; behind [Authorizer.HandleConnect] the integration must.
func WithConnectProtocol(name string) Option {
	if name == "" || strings.ContainsAny(name, ", \t") {
		panic("authorizer: WithConnectProtocol needs one protocol")
	}
	return func(a *Authorizer) { a.handshake.protocol = name }
}

const protocolHeader = "sec-websocket-protocol"

// A handshake says where the token of a WebSocket handshake may be, besides the Authorization
// header: in a parameter of the query, or after a protocol. By default, nowhere.
type handshake struct{ query, protocol string }

// request reads the handshake. A token in two places is two credentials.
func (h handshake) request(e *events.APIGatewayWebsocketProxyRequest) request {
	// [open] AWS does not document the path of a handshake; the stage is what a client calls.
	r := eventRequest(e.RequestContext.RouteKey, e.Headers, e.MultiValueHeaders, "GET", "/"+e.RequestContext.Stage)
	if certificate := e.RequestContext.Identity.ClientCert; certificate != nil {
		r.certificate = certificate.ClientCertPem
	}
	if h.query != "" {
		is := func(name string) bool { return name == h.query }
		for _, token := range values(is, e.QueryStringParameters, e.MultiValueQueryStringParameters) {
			r.authorization = append(r.authorization, "Bearer "+token)
		}
	}
	if h.protocol != "" {
		r.authorization = append(r.authorization, h.protocolTokens(e)...)
	}
	return r
}

func (h handshake) protocolTokens(e *events.APIGatewayWebsocketProxyRequest) (headers []string) {
	protocols := strings.Split(strings.Join(headerValues(protocolHeader, e.Headers, e.MultiValueHeaders), ","), ",")
	for i, protocol := range protocols {
		if strings.TrimSpace(protocol) != h.protocol {
			continue
		}
		token := ""
		if i+1 < len(protocols) {
			token = strings.TrimSpace(protocols[i+1])
		}
		headers = append(headers, "Bearer "+token)
	}
	return headers
}

var connectEvents = adapter[events.APIGatewayWebsocketProxyRequest, events.APIGatewayProxyResponse]{
	request: handshake.request,
	message: func(_ *events.APIGatewayWebsocketProxyRequest, r *events.APIGatewayProxyResponse) message {
		return proxyMessage(r)
	},
}

// RequireConnect is [Authorizer.Require] for the function of a WebSocket API's $connect route. API
// Gateway opens the connection if the status is 2xx.
//
// Later messages have no headers and are not verified: let next store the caller by
// requestContext.connectionId, and close the connection when the token expires.
func (a *Authorizer) RequireConnect(next ConnectHandler, scopes ...string) ConnectHandler {
	guard := require(a, connectEvents, next, scopes)
	return func(ctx context.Context, event events.APIGatewayWebsocketProxyRequest) (events.APIGatewayProxyResponse, error) {
		resp, err := guard(ctx, event)
		if err == nil && resp.StatusCode < 300 && a.handshake.protocol != "" && len(a.handshake.protocolTokens(&event)) > 0 {
			m := proxyMessage(&resp)
			if _, _, selected := m.lookup(protocolHeader); !selected {
				m.set(protocolHeader, a.handshake.protocol)
			}
		}
		return resp, err
	}
}

// HandleConnect is the Lambda authorizer of a WebSocket API, which API Gateway calls for $connect
// only. It responds as [Authorizer.HandleREST] does; the key of [WithRouteScopes] is "$connect".
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
func (a *Authorizer) HandleConnect(ctx context.Context, event ConnectRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	return restError(a.handlePolicy(ctx, event.MethodARN, a.handshake.request(&event.APIGatewayWebsocketProxyRequest)))
}
