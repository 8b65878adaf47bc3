package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// HandleAppSync is the Lambda authorizer of an AppSync API. The token is the Authorization header,
// with "Bearer" or, as AppSync documents, without. AppSync responds 401 to a refused request. An
// undecided one is an error.
//
// AppSync caches a response by the token alone, for up to the TTL of the API, for every field. A
// refusal is never cached; an allowing response outlives the token by up to the TTL, which is 0 by
// default. The event names no route, so with [WithRouteScopes] every request fails: compare scopes
// in the resolvers, from $ctx.identity.resolverContext.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
func (a *Authorizer) HandleAppSync(ctx context.Context, event events.AppSyncLambdaAuthorizerRequest) (events.AppSyncLambdaAuthorizerResponse, error) {
	if a.routeScopes != nil {
		return events.AppSyncLambdaAuthorizerResponse{}, errNoRoute
	}
	header := event.AuthorizationToken
	if header != "" && isBare(header) {
		header = "Bearer " + header
	}
	token, err := a.authorize(ctx, request{credentials: credentials{authorization: []string{header}}}, anyToken)
	switch {
	case err == nil:
		return events.AppSyncLambdaAuthorizerResponse{IsAuthorized: true, ResolverContext: a.contextOf(token, "")}, nil
	case isRefusal(err):
		return events.AppSyncLambdaAuthorizerResponse{TTLOverride: new(int)}, nil
	default:
		return events.AppSyncLambdaAuthorizerResponse{}, err
	}
}
