package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// An HTTPHandler serves payload 2.0 events of an HTTP API or a function URL.
type HTTPHandler func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

var httpEvents = adapter[events.APIGatewayV2HTTPRequest, events.APIGatewayV2HTTPResponse]{
	request: func(_ handshake, e *events.APIGatewayV2HTTPRequest) request {
		return payloadRequest(e.RouteKey, e.Headers, e.RawPath, &e.RequestContext)
	},
	message: func(_ *events.APIGatewayV2HTTPRequest, r *events.APIGatewayV2HTTPResponse) message {
		return message{status: &r.StatusCode, body: &r.Body, single: &r.Headers}
	},
}

// Require calls next for a request with a valid token that has any one of the scopes, or for one
// with any valid token when there are no scopes. [IdentityFrom] returns the token to next.
// [Authorizer.AllOf] requires all of the scopes.
//
// Otherwise next is not called and the response is 401, 403, or 503 when the keys are unavailable.
// Responses of next get "cache-control: no-store" unless they have a cache-control of their own.
//
// It panics for a string that cannot be a scope.
func (a *Authorizer) Require(next HTTPHandler, scopes ...string) HTTPHandler {
	return require(a, httpEvents, next, scopes)
}

// Optional is for a public route that shows more to an authenticated caller.
//
//   - No Authorization header: next is called, [IdentityFrom] reports false.
//   - A valid token: next is called, IdentityFrom returns it.
//   - A bad token, or another kind of header: 401. A request with an invalid token is not
//     downgraded to anonymous.
//   - The keys are unavailable: next is called, IdentityFrom reports false and [IdentityError]
//     returns the reason.
//
// Responses vary by Authorization and have a Vary header. Those to a request with the header are
// not stored.
func (a *Authorizer) Optional(next HTTPHandler) HTTPHandler {
	return optional(a, httpEvents, next)
}

// HandleHTTP is the Lambda authorizer of an HTTP API: payload 2.0, simple response. API Gateway
// responds 403 to every refused request, because a simple response cannot say 401. When the keys
// are unavailable it returns an error, for which API Gateway responds 500 and caches nothing.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func (a *Authorizer) HandleHTTP(ctx context.Context, event events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
	r := payloadRequest(event.RouteKey, event.Headers, event.RawPath, &event.RequestContext)
	token, err := a.authorize(ctx, r, a.routeRule(r.route))
	switch {
	case err == nil:
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: a.contextOf(token, r.route)}, nil
	case isRefusal(err):
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{}, nil
	default:
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{}, err
	}
}

// HandleHTTPPolicy is the Lambda authorizer of an HTTP API with payload 2.0 and simple responses
// off: it returns an IAM policy for the route of the request. A refused request gets 403; see
// [Authorizer.HandleHTTP] for the rest.
func (a *Authorizer) HandleHTTPPolicy(ctx context.Context, event events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerIAMPolicyResponse, error) {
	resp, err := a.handlePolicy(ctx, event.RouteArn, payloadRequest(event.RouteKey, event.Headers, event.RawPath, &event.RequestContext))
	if err != nil && !isRefusal(err) {
		return events.APIGatewayV2CustomAuthorizerIAMPolicyResponse{}, err
	}
	return events.APIGatewayV2CustomAuthorizerIAMPolicyResponse{
		PrincipalID:    resp.PrincipalID,
		PolicyDocument: resp.PolicyDocument,
		Context:        resp.Context,
	}, nil
}
