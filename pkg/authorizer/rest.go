package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/jwtauth"
)

// HandleREST is the REQUEST authorizer of a REST API (and of an HTTP API with payload 1.0). API
// Gateway makes its response from what this and the other Lambda authorizers return:
//
//	                     HandleHTTP, HandleHTTPPolicy  HandleREST, HandleToken
//	allowed              the request is passed on      the request is passed on
//	no token, bad token  403                           401 (the error ErrUnauthorized)
//	scope, rule          403                           403 (a policy that denies)
//	no keys, or a bug    500 (another error)           500 (another error)
//
// "Undecided" is an error and never a deny: API Gateway caches a deny, and good tokens would be
// refused after the keys are available again. [open] For an HTTP API with payload 1.0, AWS does
// not document that "Unauthorized" becomes 401. It may become 500, which is closed too.
//
// # Caching, or how to be wrong
//
// API Gateway can cache a response (a REST API does, by default, for 300 s). Its key is the
// identity sources alone, for every route that uses the authorizer. Two mistakes follow:
//
//   - A policy for one method, cached by the token alone: the next request to another method gets
//     403. It works in every test and fails in use.
//   - A policy or a simple response that is wider than the request: a token that may read is cached
//     as allowed, and may then write.
//
// A policy made here names the one method of the request, so the second cannot happen with
// policies. Against the first, and for simple responses, do one of these:
//
//   - TTL 0: nothing is cached.
//   - Put the route into the key. REST: identity sources method.request.header.Authorization,
//     context.path, context.httpMethod. HTTP API: $request.header.Authorization, $context.routeKey,
//     and $context.path for policies, which name the path and not the route.
//   - [WithStagePolicy], when every method behind the authorizer has the same rule.
//
// A TOKEN authorizer has no key but the token: TTL 0 or WithStagePolicy. A cached response
// outlives the token, and a withdrawn key, by up to the TTL.
//
// The path of the request is part of the method's ARN. A path with "*", "?" or "${" is denied
// without [WithStagePolicy], because a policy for it would be a pattern; the denying policy has
// them percent-encoded.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
func (a *Authorizer) HandleREST(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	// The path of the event itself has lost the stage.
	r := eventRequest(event.HTTPMethod+" "+event.Resource, event.Headers, event.MultiValueHeaders, event.HTTPMethod, event.RequestContext.Path)
	r.certificate = event.RequestContext.Identity.ClientCert.ClientCertPem
	return restError(a.handlePolicy(ctx, event.MethodArn, r))
}

// HandleToken is the TOKEN authorizer of a REST API; it responds as [Authorizer.HandleREST] does.
// Its token source must be the Authorization header. The event names no route, so with
// [WithRouteScopes] every request fails.
func (a *Authorizer) HandleToken(ctx context.Context, event events.APIGatewayCustomAuthorizerRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	if a.routeScopes != nil {
		return events.APIGatewayCustomAuthorizerResponse{}, errNoRoute
	}
	return restError(a.handlePolicy(ctx, event.MethodArn, request{
		credentials: credentials{authorization: []string{event.AuthorizationToken}},
	}))
}

// restError turns the refusal of a token into the error for which API Gateway responds 401. A
// denying policy is returned without an error.
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

// handlePolicy returns an allowing policy, or a denying policy and the refusal, or no policy and
// the reason why the token is undecided.
func (a *Authorizer) handlePolicy(ctx context.Context, arn string, r request) (events.APIGatewayCustomAuthorizerResponse, error) {
	method, err := parseMethodARN(arn)
	if err != nil {
		return events.APIGatewayCustomAuthorizerResponse{}, err
	}
	allow := a.routeRule(r.route)
	if method.isPattern() && !a.stagePolicy {
		allow = forbidden
	}
	token, err := a.authorize(ctx, r, allow)
	switch {
	case err == nil:
		return a.allowing(method, token, r.route), nil
	case isRefusal(err):
		return events.APIGatewayCustomAuthorizerResponse{PrincipalID: anonymous, PolicyDocument: policy(effectDeny, method.resource())}, err
	default:
		return events.APIGatewayCustomAuthorizerResponse{}, err
	}
}

func (a *Authorizer) allowing(method methodARN, token *jwtauth.Token, route string) events.APIGatewayCustomAuthorizerResponse {
	resource := method.resource()
	if a.stagePolicy {
		resource = method.wholeStage()
	}
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID:    token.Subject,
		PolicyDocument: policy(effectAllow, resource),
		Context:        a.contextOf(token, route),
	}
}
