// Command authorizer is pkg/authorizer as a Lambda function: a Lambda authorizer for REST APIs
// (TOKEN or REQUEST) and for HTTP APIs that cannot use API Gateway's own JWT authorizer (payload
// 2.0 with simple responses, or payload 1.0). It knows by the event which of them asks.
//
// It lets any valid token pass; scopes are compared by the functions behind it, or by a program of
// your own with [authorizer.WithRouteScopes]. How to set up API Gateway's cache for it is told at
// [authorizer.Authorizer.HandleREST]: with TTL 0 nothing can go wrong.
//
// Settings, from the environment:
//
//	JWT_ISSUER    issuer, exact; Auth0's ends with a slash
//	JWT_AUDIENCE  API identifier; several are separated by spaces
//	JWT_JWKS_URL  optional: where the keys are. By default, the issuer's discovery document tells.
//	LOG_LEVEL     debug, info, warn or error. By default, info.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/securedpets/pkg/authorizer"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "authorizer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, _ []string, getenv func(string) string, stdout io.Writer) error {
	s, err := readSettings(getenv)
	if err != nil {
		return err
	}
	// Without keys the start goes on: they may be there when the first request is.
	_ = s.keys.Hydrate(ctx)
	a := authorizer.New(s.verifier, authorizer.WithObserver(logDecisions(stdout, s.logLevel)))
	lambda.StartWithOptions(a.Handle, lambda.WithContext(ctx))
	return nil
}
