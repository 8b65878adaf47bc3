package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// A FunctionURLHandler serves the events of a function URL by their own types. An [HTTPHandler] can
// serve them too: they are payload 2.0.
type FunctionURLHandler func(context.Context, events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error)

// A function URL has no routes: the route key of its events is a placeholder.
var functionURLEvents = adapter[events.LambdaFunctionURLRequest, events.LambdaFunctionURLResponse]{
	request: func(_ handshake, e *events.LambdaFunctionURLRequest) request {
		return eventRequest("", e.Headers, nil, e.RequestContext.HTTP.Method, e.RawPath)
	},
	message: func(_ *events.LambdaFunctionURLRequest, r *events.LambdaFunctionURLResponse) message {
		return message{status: &r.StatusCode, body: &r.Body, single: &r.Headers}
	},
}

// RequireFunctionURL is [Authorizer.Require] for a function URL of auth type NONE. With AWS_IAM the
// Authorization header contains the caller's signature, and every request is refused.
//
// A function URL renames WWW-Authenticate; WHERE-TO-VERIFY.md says what a client sees.
func (a *Authorizer) RequireFunctionURL(next FunctionURLHandler, scopes ...string) FunctionURLHandler {
	return require(a, functionURLEvents, next, scopes)
}

// OptionalFunctionURL is [Authorizer.Optional] for a function URL of auth type NONE.
func (a *Authorizer) OptionalFunctionURL(next FunctionURLHandler) FunctionURLHandler {
	return optional(a, functionURLEvents, next)
}
