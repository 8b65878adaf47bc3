// Package gateway answers HTTP requests as Amazon API Gateway does for an HTTP API, so that a client, a
// browser and a function meet on a laptop what they will meet in AWS: the same routes, refusals,
// headers, events and bodies.
//
// A [Gateway] serves one [template.API] and is an [http.Handler]. It selects stage and route, verifies
// tokens (signature, issuer, audience, times, scopes; never skipped, and the keys are fetched before the first
// request), applies throttling and CORS, builds the event of payload format 2.0, calls an [Invoker] and
// interprets its answer. CONFORMANCE.md beside this file lists what it does, where it is known from and
// which test shows it.
//
// # In doubt
//
// Where nobody has published what AWS does, the code says "[open]" and takes the safe reading: refuse rather
// than let through. What cannot be served stops [New] with every complaint at once. What AWS would
// accept and then fail at run time is reported by [Gateway.Warnings] and fails the same way here:
// a route without permission to invoke its function, a preflight that an authorizer would refuse, a token that
// browsers would keep.
//
// # Stricter than AWS
//
// Tokens are verified by package jwtauth, which refuses more than API Gateway does: tokens without exp, kid
// or sub, duplicate claim names, and ID tokens. A request that needs one of those is wrong in AWS, too.
//
// # Not here
//
// TLS, HTTP/2, custom domains, and signed (IAM) requests: nobody can sign for a local stack, so such routes
// answer 403 to everyone.
package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"example.com/securedpets/infra/local/template"
)

// An Invoker runs functions. It is called by many requests at once.
type Invoker interface {
	// Invoke sends an event to the function with an ARN and waits for its answer. When ctx ends first it
	// returns the context's error; any other error means that the function failed.
	Invoke(ctx context.Context, functionARN, trace string, event []byte) ([]byte, error)
}

// Options are what a laptop may want otherwise.
type Options struct {
	// AccessLog gets the lines that a stage's AccessLogSettings ask for. By default, they are dropped.
	AccessLog io.Writer
	// Client fetches discovery documents and keys. By default, the client of package jwtauth.
	Client *http.Client
	// Now is the clock for tokens, throttling, events and logs. By default, time.Now.
	Now func() time.Time
}

// Gateway serves one HTTP API. It is safe for concurrent use.
type Gateway struct {
	api      template.API
	invoker  Invoker
	now      func() time.Time
	log      *lineWriter
	cors     *cors
	stages   map[string]*stage
	routes   *routeTable
	warnings []string
}

// New prepares an API: it compiles routes and log formats and fetches the keys of every authorizer, so that an
// issuer that cannot be reached stops the start and not the first request. The error joins every complaint.
func New(ctx context.Context, api template.API, invoker Invoker, with Options) (*Gateway, error) {
	if with.Now == nil {
		with.Now = time.Now
	}
	if with.AccessLog == nil {
		with.AccessLog = io.Discard
	}
	g := &Gateway{api: api, invoker: invoker, now: with.Now, log: &lineWriter{out: with.AccessLog}, cors: newCORS(api.CORS)}
	authorizers, authErr := newAuthorizers(ctx, api, with)
	var routeErr, stageErr error
	g.routes, routeErr = newRouteTable(api, authorizers)
	g.stages, stageErr = newStages(api, with.Now)
	if err := errors.Join(authErr, routeErr, stageErr); err != nil {
		return nil, err
	}
	g.warnings = warnings(api, g.routes)
	return g, nil
}

// Warnings are one line each for what will fail in AWS although it deploys.
func (g *Gateway) Warnings() []string { return g.warnings }

// ServeHTTP answers one request and writes its line to the access log.
func (g *Gateway) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	x := newExchange(in, g.now())
	answer := g.answer(in.Context(), x)
	g.cors.decorate(x, answer)
	answer.write(out, x)
	if x.stage != nil && x.stage.accessLog != nil {
		x.answer, x.end = answer, g.now()
		g.log.line(x.stage.accessLog.render(g, x))
	}
}

// answer takes the steps in API Gateway's order: what costs nothing first, and the body is read only for a caller who may
// send one. The order of throttling and authorization is [open].
func (g *Gateway) answer(ctx context.Context, x *exchange) *response {
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

// integrate reads the body, invokes the function and interprets its answer.
func (g *Gateway) integrate(ctx context.Context, x *exchange) *response {
	if refused := x.readBody(); refused != nil {
		return refused
	}
	if !x.route.mayInvoke(g.api.ARN, x.stage.name, x.in.Method) {
		return x.fail(internalError, "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration.")
	}
	event, err := g.event(x)
	if err != nil {
		return x.fail(internalError, "The event could not be built.")
	}
	// A client that leaves does not stop a function in AWS: only the integration's timeout ends the wait.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), x.route.integration.Timeout)
	defer cancel()
	x.invoked = g.now()
	payload, err := g.invoker.Invoke(ctx, x.route.integration.FunctionARN, x.trace, event)
	x.integrationLatency = g.now().Sub(x.invoked)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return x.fail(serviceUnavailable, "Integration timed out.")
	case err != nil:
		return x.fail(internalError, "The function failed.")
	}
	answer, ok := interpret(payload)
	if !ok {
		return x.fail(internalError, "The response from the Lambda function doesn't match the format that API Gateway expects.")
	}
	x.integrationStatus = answer.status
	return answer
}
