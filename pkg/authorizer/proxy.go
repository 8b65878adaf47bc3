package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// A ProxyHandler serves the proxy events of a REST API, and payload 1.0 of an HTTP API.
type ProxyHandler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

var proxyEvents = adapter[events.APIGatewayProxyRequest, events.APIGatewayProxyResponse]{
	request: func(_ handshake, e *events.APIGatewayProxyRequest) request {
		// The path of the event has lost the stage.
		r := eventRequest(e.HTTPMethod+" "+e.Resource, e.Headers, e.MultiValueHeaders, e.HTTPMethod, e.RequestContext.Path)
		if certificate := e.RequestContext.Identity.ClientCert; certificate != nil {
			r.certificate = certificate.ClientCertPem
		}
		return r
	},
	message: func(_ *events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) message {
		return proxyMessage(r)
	},
}

func proxyMessage(r *events.APIGatewayProxyResponse) message {
	return message{status: &r.StatusCode, body: &r.Body, single: &r.Headers, multi: &r.MultiValueHeaders}
}

// RequireProxy is [Authorizer.Require] for a Lambda proxy integration of a REST API, and for an
// HTTP API with payload 1.0. The route of its decisions is the method and the resource.
//
// A REST API renames WWW-Authenticate; WHERE-TO-VERIFY.md says what a client sees.
func (a *Authorizer) RequireProxy(next ProxyHandler, scopes ...string) ProxyHandler {
	return require(a, proxyEvents, next, scopes)
}

// OptionalProxy is [Authorizer.Optional] for the events of [Authorizer.RequireProxy].
func (a *Authorizer) OptionalProxy(next ProxyHandler) ProxyHandler {
	return optional(a, proxyEvents, next)
}
