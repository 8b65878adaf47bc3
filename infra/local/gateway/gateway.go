// Package gateway serves an HTTP API as Amazon API Gateway does, so that
// clients, browsers and functions see the same behavior on a laptop as in AWS:
// routes, errors, headers, events and bodies.
//
// A [Gateway] serves one [template.API] and is an [http.Handler]. It selects
// the stage and the route, applies throttling, verifies the token, builds the
// event of payload format 2.0, calls an [Invoker], interprets its response and
// adds the CORS headers. Token verification cannot be turned off; [New] fetches
// the keys before the first request. CONFORMANCE.md lists each behavior with
// its source and its test.
//
// # Undocumented behavior
//
// The comment "[open]" marks behavior of AWS that is not published; the gateway
// then refuses the request. [New] reports everything it cannot serve in one
// error. [Gateway.Warnings] lists what AWS deploys and then fails at run time;
// it fails here in the same way.
//
// # Stricter than AWS
//
// Package jwtauth also refuses tokens without exp, kid or sub, duplicate claim
// names, and ID tokens.
//
// # Not supported
//
// TLS, HTTP/2, custom domains, and requests signed with IAM credentials: IAM
// routes respond with 403.
package gateway

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"time"

	"example.com/securedpets/infra/local/template"
)

// An Invoker runs functions. It must be safe for concurrent use.
type Invoker interface {
	// Invoke sends an event to a function and returns its response. It returns
	// the context's error when ctx ends; any other error means that the
	// function failed.
	Invoke(ctx context.Context, functionARN, trace string, event []byte) ([]byte, error)
}

// Options configure a [Gateway].
type Options struct {
	// AccessLog receives the lines of the stages' AccessLogSettings. By
	// default, they are discarded.
	AccessLog io.Writer
	// Client fetches discovery documents and keys. By default, the client of
	// package jwtauth.
	Client *http.Client
	// Warn is called with a line when an issuer is slower than API Gateway
	// waits. By default, such lines are discarded.
	Warn func(line string)
	// Now is the clock for tokens, throttling, events and logs. By default,
	// time.Now.
	Now func() time.Time
}

// Gateway serves one HTTP API. It is safe for concurrent use.
type Gateway struct {
	api      template.API
	invoker  Invoker
	now      func() time.Time
	log      *log.Logger
	cors     *cors
	stages   map[string]*stage
	routes   *routeTable
	warnings []string
}

// New compiles the routes and log formats of an API and fetches the keys of
// every authorizer. The error joins all problems, an unreachable issuer
// included.
func New(ctx context.Context, api template.API, invoker Invoker, options Options) (*Gateway, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.AccessLog == nil {
		options.AccessLog = io.Discard
	}
	if options.Warn == nil {
		options.Warn = func(string) {}
	}
	g := &Gateway{api: api, invoker: invoker, now: options.Now, log: log.New(options.AccessLog, "", 0), cors: newCORS(api.CORS)}
	authorizers, authErr := newAuthorizers(ctx, api, options)
	var routeErr, stageErr error
	g.routes, routeErr = newRouteTable(api, authorizers)
	g.stages, stageErr = newStages(api, options.Now)
	if err := errors.Join(authErr, routeErr, stageErr); err != nil {
		return nil, err
	}
	g.warnings = warnings(api, g.routes)
	return g, nil
}

// Warnings returns one line for each thing that deploys and then fails in AWS.
func (g *Gateway) Warnings() []string { return g.warnings }

// ServeHTTP serves one request and writes its line to the access log.
func (g *Gateway) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	x := newExchange(&g.api, in, g.now())
	x.response = g.handle(in.Context(), x)
	g.cors.setHeaders(x)
	x.response.write(out, x.id)
	if x.stage != nil && x.stage.accessLog != nil {
		x.end = g.now()
		g.log.Print(x.stage.accessLog.render(x))
	}
}

// handle runs the steps in API Gateway's order. The body is read after
// authorization. That throttling comes before authorization is [open].
func (g *Gateway) handle(ctx context.Context, x *exchange) *response {
	if x.headerBytes() > maxHeaderBytes {
		return refusal(headersTooLarge)
	}
	if !x.validPath() {
		return refusal(badRequest)
	}
	if g.api.DisableExecuteAPIEndpoint {
		return refusal(forbidden)
	}
	if x.stage = g.selectStage(x); x.stage == nil {
		return refusal(notFound)
	}
	if x.route = g.routes.find(x); x.route == nil {
		if x.in.Method == http.MethodOptions && g.cors != nil {
			return newResponse(http.StatusNoContent)
		}
		return refusal(notFound)
	}
	if !x.stage.allow(x.route.key) {
		return refusal(tooManyRequests)
	}
	if refused := x.route.authorize(ctx, x); refused != nil {
		return refused
	}
	return g.integrate(ctx, x)
}

// integrate reads the body, invokes the function and interprets its response.
func (g *Gateway) integrate(ctx context.Context, x *exchange) *response {
	if refused := x.readBody(); refused != nil {
		return refused
	}
	if !x.route.mayInvoke(g.api.ARN, x.stage.name, x.in.Method) {
		return x.fail(internalError, "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration.")
	}
	event, err := x.event()
	if err != nil {
		return x.fail(internalError, "The event could not be built.")
	}
	// As in AWS, a client that disconnects does not stop the function.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), x.route.integration.Timeout)
	defer cancel()
	if len(event) > maxEvent {
		return x.fail(bodyTooLarge, "The event exceeds the limit of the function's payload.")
	}
	x.invoked = g.now()
	payload, err := g.invoker.Invoke(ctx, x.route.integration.FunctionARN, x.trace, event)
	x.integrationLatency = g.now().Sub(x.invoked)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return x.fail(serviceUnavailable, "Integration timed out.")
	case err != nil:
		return x.fail(internalError, "The function failed.")
	}
	r, ok := interpret(payload)
	if !ok {
		return x.fail(internalError, "The response from the Lambda function doesn't match the format that API Gateway expects.")
	}
	x.integrationStatus = r.status
	return r
}
