package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// HandleHTTP is the Lambda authorizer of an HTTP API: payload 2.0, simple response. API Gateway
// responds 403 to every refused request, because a simple response cannot say 401. When the keys
// are unavailable it returns an error, for which API Gateway responds 500 and caches nothing.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func (a *Authorizer) HandleHTTP(ctx context.Context, event events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
	token, err := a.authorize(ctx, event.RouteKey, eventCredentials(event.Headers, event.RawPath, &event.RequestContext), a.routeRule(event.RouteKey))
	switch {
	case err == nil:
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: claimsContext(token)}, nil
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
	resp, err := a.handlePolicy(ctx, policyRequest{
		arn:         event.RouteArn,
		route:       event.RouteKey,
		credentials: eventCredentials(event.Headers, event.RawPath, &event.RequestContext),
	})
	if err != nil && !isRefusal(err) {
		return events.APIGatewayV2CustomAuthorizerIAMPolicyResponse{}, err
	}
	return events.APIGatewayV2CustomAuthorizerIAMPolicyResponse{
		PrincipalID:    resp.PrincipalID,
		PolicyDocument: resp.PolicyDocument,
		Context:        resp.Context,
	}, nil
}
