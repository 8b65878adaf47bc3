// Command no-op serves OPTIONS on every path. An explicit OPTIONS route takes a
// browser's preflight request before API Gateway's own answer to it, and API
// Gateway adds the configured CORS headers to whatever the route answers: so
// this answers 204 with nothing, and needs to know nobody.
package main

import (
	"context"
	"io"
	"net/http"

	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

func main() { rest.Main(build) }

// build makes the endpoint, or returns all complaints about the environment.
func build(getenv func(string) string, stdout io.Writer) (*rest.Endpoint, error) {
	tel, err := telemetry.New(getenv("LOG_LEVEL"), stdout)
	if err != nil {
		return nil, err
	}
	return &rest.Endpoint{Route: "OPTIONS /{proxy+}", Handler: noContent, Telemetry: tel}, nil
}

func noContent(_ context.Context, req rest.Request) (rest.Response, error) {
	if req.RequestContext.HTTP.Method == "" {
		return rest.Response{}, rest.BadRequest("the event is not an API Gateway request")
	}
	return rest.Response{StatusCode: http.StatusNoContent}, nil
}
