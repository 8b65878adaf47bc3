package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/telemetry"
)

// A Request is an event of payload format 2.0.
type Request = events.APIGatewayV2HTTPRequest

// A Response is a response of payload format 2.0.
type Response = events.APIGatewayV2HTTPResponse

// A Handler serves a request. Its errors become responses by the table of this package; an
// unknown error is a 500.
type Handler func(context.Context, Request) (Response, error)

// An Endpoint serves a function's route. It implements [lambda.Handler].
type Endpoint struct {
	Route     contract.Route
	Handler   Handler
	Telemetry *telemetry.Telemetry
}

// Invoke serves one event. It never returns an error: API Gateway would turn it into a 500
// without headers.
func (e *Endpoint) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx = e.Telemetry.Begin(ctx)
	req, resp := e.serve(ctx, payload)
	resp.Headers = complete(resp.Headers, resp.Body != "")
	e.Telemetry.End(ctx, e.Route.Key(), requestID(ctx, req), resp.StatusCode)
	return json.Marshal(resp)
}

func (e *Endpoint) serve(ctx context.Context, payload []byte) (req Request, resp Response) {
	var err error
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			resp = ErrorResponse(ctx, err)
		}
	}()
	if req, err = decode(payload); err == nil {
		err = e.match(&req)
	}
	if err == nil {
		resp, err = e.Handler(ctx, req)
	}
	if err != nil {
		resp = ErrorResponse(ctx, err)
	}
	return req, resp
}

// decode rejects events of other payload formats. An event without a version is a direct
// invocation.
func decode(payload []byte) (Request, error) {
	var event struct {
		Request
		HTTPMethod string `json:"httpMethod"` // payload 1.0, and REST APIs
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return Request{}, BadRequest("the event is not an API Gateway request")
	}
	if event.Version != "2.0" && event.Version != "" || event.Version == "" && event.HTTPMethod != "" {
		return event.Request, BadRequest("payload format 2.0 is required")
	}
	return event.Request, nil
}

// match compares the request with the route, and sets the request's path parameters.
func (e *Endpoint) match(req *Request) error {
	method, at := req.RequestContext.HTTP.Method, req.RawPath
	if stage := req.RequestContext.Stage; stage != "" && stage != "$default" {
		if tail, ok := strings.CutPrefix(at, "/"+stage+"/"); ok {
			at = "/" + tail
		}
	}
	parameters, matches := e.Route.Match(at)
	switch {
	case at != "" && !matches && !isClean(at):
		return errNotFound
	case at != "" && !matches, method != "" && method != e.Route.Method:
		return fmt.Errorf("the API sent a request of another route to this function, which serves %s: "+
			"correct the function of the route", e.Route.Key())
	}
	req.PathParameters = parameters
	return nil
}

// isClean reports whether a route can have the path.
func isClean(at string) bool { return path.Clean("/"+at) == strings.TrimSuffix(at, "/") || at == "/" }

// complete adds the headers that every response has; the handler's own win.
func complete(headers map[string]string, body bool) map[string]string {
	all := map[string]string{}
	if body {
		all["content-type"] = "application/json"
		all["x-content-type-options"] = "nosniff"
	}
	maps.Copy(all, headers)
	return all
}

// requestID returns API Gateway's id, which the caller sees as apigw-requestid; for a direct
// invocation it is Lambda's.
func requestID(ctx context.Context, req Request) string {
	if id := req.RequestContext.RequestID; id != "" {
		return id
	}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

var errNotFound = &Problem{Status: http.StatusNotFound, Message: "Not Found"}
