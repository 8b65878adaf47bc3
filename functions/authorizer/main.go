// Command authorizer is pkg/authorizer as a Lambda function: a Lambda authorizer for REST APIs
// (TOKEN or REQUEST), for HTTP APIs that cannot use API Gateway's own JWT authorizer (payload 2.0
// with simple responses, or payload 1.0), for WebSocket APIs and for AppSync. It detects the kind
// from the event.
//
// It allows any valid token. The functions behind it check the scopes, or a program of your own
// does with [authorizer.WithRouteScopes]. [authorizer.Authorizer.HandleREST] documents the
// settings of API Gateway's cache; TTL 0 is always safe.
//
// Settings, from the environment:
//
//	JWT_ISSUER    issuer, exact; Auth0's ends with a slash
//	JWT_AUDIENCE  API identifiers, separated by spaces
//	JWT_JWKS_URL  optional: URL of the keys. By default, discovered.
//	LOG_LEVEL     debug, info, warn or error. By default, info.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/pkg/authorizer"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "authorizer:", settings.OneLine(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, _ []string, getenv func(string) string, stdout io.Writer) error {
	p, err := readProgram(getenv)
	if err != nil {
		return err
	}
	// Without keys the start continues: they may be available at the first request.
	_ = p.keys.Hydrate(ctx)
	a := authorizer.New(p.verifier, authorizer.WithObserver(logDecisions(stdout, p.logLevel)))
	lambda.StartWithOptions(a.Handle, lambda.WithContext(ctx))
	return nil
}
