package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/jwtauth"
)

// HandleREST is the REQUEST authorizer of a REST API (and of an HTTP API with payload 1.0).
//
//   - Allowed: a policy for the one method that was called (see [WithStagePolicy]).
//   - No token, or a bad one: [ErrUnauthorized], which API Gateway answers with 401.
//   - A valid token that may not do this: a policy that denies, 403.
//   - The keys cannot be had: another error, 500, never a deny that could be cached.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
func (a *Authorizer) HandleREST(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	return restError(a.handlePolicy(ctx, policyRequest{
		arn:         event.MethodArn,
		route:       event.HTTPMethod + " " + event.Resource,
		credentials: fromHeaders(event.Headers, event.MultiValueHeaders),
	}))
}

// HandleToken is the TOKEN authorizer of a REST API; it answers as [Authorizer.HandleREST] does.
// Its token source must be the Authorization header. The event names no route, so it cannot serve
// [WithRouteScopes] and fails every call then.
func (a *Authorizer) HandleToken(ctx context.Context, event events.APIGatewayCustomAuthorizerRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	if a.routeScopes != nil {
		return events.APIGatewayCustomAuthorizerResponse{}, errNoRoute
	}
	return restError(a.handlePolicy(ctx, policyRequest{
		arn:         event.MethodArn,
		credentials: credentials{event.AuthorizationToken},
	}))
}

// restError turns what is wrong with a token into the error that makes API Gateway answer 401, and
// leaves a deny without an error.
func restError(resp events.APIGatewayCustomAuthorizerResponse, err error) (events.APIGatewayCustomAuthorizerResponse, error) {
	switch {
	case err == nil:
		return resp, nil
	case !isRefusal(err):
		return events.APIGatewayCustomAuthorizerResponse{}, err
	case unauthenticated(err):
		return events.APIGatewayCustomAuthorizerResponse{}, ErrUnauthorized
	default:
		return resp, nil
	}
}

// policyRequest is what the three events with a policy for an answer have in common.
type policyRequest struct {
	arn         string
	route       string
	credentials credentials
}

// handlePolicy returns an allowing policy, or a denying policy together with the refusal, or no
// policy and the reason why nothing could be decided.
func (a *Authorizer) handlePolicy(ctx context.Context, r policyRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	method, err := parseMethodARN(r.arn)
	if err != nil {
		return events.APIGatewayCustomAuthorizerResponse{}, err
	}
	allow := a.routeRule(r.route)
	if method.widens() {
		allow = forbidden
	}
	token, err := a.authorize(ctx, r.route, r.credentials, allow)
	switch {
	case err == nil:
		return a.allowing(r.arn, method, token), nil
	case isRefusal(err):
		return events.APIGatewayCustomAuthorizerResponse{PrincipalID: anonymous, PolicyDocument: policy(effectDeny, r.arn)}, err
	default:
		return events.APIGatewayCustomAuthorizerResponse{}, err
	}
}

func (a *Authorizer) allowing(arn string, method methodARN, token *jwtauth.Token) events.APIGatewayCustomAuthorizerResponse {
	resource := arn
	if a.stagePolicy {
		resource = method.wholeStage()
	}
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID:    token.Subject,
		PolicyDocument: policy(effectAllow, resource),
		Context:        claimsContext(token),
	}
}
