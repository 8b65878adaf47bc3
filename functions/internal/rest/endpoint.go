package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/securedpets/functions/internal/telemetry"
)

// A Request is an event of payload format 2.0.
type Request = events.APIGatewayV2HTTPRequest

// A Response is what payload format 2.0 makes an answer of.
type Response = events.APIGatewayV2HTTPResponse

// A Handler serves a request. An error becomes an answer by the table of this
// package; what it does not know is a 500.
type Handler func(context.Context, Request) (Response, error)

// An Endpoint is a function's one route. It implements [lambda.Handler].
type Endpoint struct {
	// Route is the route key, "GET /pets". A path that ends in {proxy+} stands for all paths.
	Route     string
	Handler   Handler
	Telemetry *telemetry.Telemetry
}

// Invoke answers every event; it never returns an error, which API Gateway
// would turn into a 500 without headers.
func (e *Endpoint) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx = e.Telemetry.Begin(ctx)
	req, resp := e.serve(ctx, payload)
	resp.Headers = complete(resp.Headers, resp.Body != "")
	e.Telemetry.End(ctx, e.Route, requestID(ctx, req), resp.StatusCode)
	return json.Marshal(resp)
}

func (e *Endpoint) serve(ctx context.Context, payload []byte) (req Request, resp Response) {
	var err error
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			resp = AnswerTo(ctx, err)
		}
	}()
	if req, err = decode(payload); err == nil {
		err = e.match(req)
	}
	if err == nil {
		resp, err = e.Handler(ctx, req)
	}
	if err != nil {
		resp = AnswerTo(ctx, err)
	}
	return req, resp
}

// decode refuses what is no payload 2.0 event. An event without a version is a
// bare invocation.
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

func (e *Endpoint) match(req Request) error {
	method, path, _ := strings.Cut(e.Route, " ")
	if m := req.RequestContext.HTTP.Method; m != "" && m != method {
		return errNotFound
	}
	got := req.RawPath
	if stage := req.RequestContext.Stage; stage != "" && stage != "$default" {
		got = strings.TrimPrefix(got, "/"+stage)
	}
	if got == "" || strings.HasSuffix(path, "/{proxy+}") || got == path || got == path+"/" {
		return nil
	}
	return errNotFound
}

// complete adds what every answer has; a handler's own headers come first.
func complete(headers map[string]string, body bool) map[string]string {
	all := map[string]string{}
	if body {
		all["content-type"] = "application/json"
		all["x-content-type-options"] = "nosniff"
	}
	maps.Copy(all, headers)
	return all
}

// requestID is API Gateway's, which the caller knows as apigw-requestid; for a
// bare invocation it is Lambda's.
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
