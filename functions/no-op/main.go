// Command no-op serves OPTIONS on every path: 204 and no headers. An explicit OPTIONS route takes a
// browser's preflight request before API Gateway's own response; API Gateway adds the configured
// CORS headers.
package main

import (
	"context"
	"net/http"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(contract.Preflight, wire) }

func wire(rest.Program) (rest.Handler, error) { return noContent, nil }

func noContent(_ context.Context, req rest.Request) (rest.Response, error) {
	if req.RequestContext.HTTP.Method == "" {
		return rest.Response{}, rest.BadRequest("the event is not an API Gateway request")
	}
	return rest.Response{StatusCode: http.StatusNoContent}, nil
}
