package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// HandleHTTP is the Lambda authorizer of an HTTP API: payload 2.0, simple response. A refused
// caller gets 403 from API Gateway, whatever the refusal: a simple response knows no 401. When the
// keys cannot be had it returns an error, which API Gateway answers with 500 and does not cache.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func (a *Authorizer) HandleHTTP(ctx context.Context, event events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
	token, err := a.authorize(ctx, event.RouteKey, fromHeaders(event.Headers, nil), a.routeRule(event.RouteKey))
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
// switched off: it answers with an IAM policy for the route that was called. A refused caller gets
// 403; see [Authorizer.HandleHTTP] for the rest.
func (a *Authorizer) HandleHTTPPolicy(ctx context.Context, event events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerIAMPolicyResponse, error) {
	resp, err := a.handlePolicy(ctx, policyRequest{
		arn:         event.RouteArn,
		route:       event.RouteKey,
		credentials: fromHeaders(event.Headers, nil),
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
