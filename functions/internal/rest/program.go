package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/settings"
	"example.com/securedpets/functions/internal/telemetry"
)

// A Program is what a function's wiring starts from.
type Program struct {
	Route     contract.Route
	Getenv    func(string) string
	Telemetry *telemetry.Telemetry
}

// Wire makes the handler of a program's route. It returns every problem of the environment, joined.
type Wire func(Program) (Handler, error)

// Main runs the program that serves the route. A bad environment is one line on standard error
// that names every problem, and exit status 1.
func Main(route contract.Route, wire Wire) {
	if err := run(context.Background(), route, wire, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, settings.OneLine(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, route contract.Route, wire Wire, getenv func(string) string, stdout io.Writer) error {
	endpoint, err := New(route, wire, getenv, stdout)
	if err != nil {
		return err
	}
	return endpoint.serveRuntime(ctx, getenv)
}

// New makes the endpoint that Main serves.
func New(route contract.Route, wire Wire, getenv func(string) string, stdout io.Writer) (*Endpoint, error) {
	tel, telErr := telemetry.New(getenv(contract.SettingLogLevel), stdout)
	handler, err := wire(Program{Route: route, Getenv: getenv, Telemetry: tel})
	if err := errors.Join(telErr, err); err != nil {
		return nil, err
	}
	return &Endpoint{Route: route, Handler: handler, Telemetry: tel}, nil
}

var errNoRuntime = errors.New("AWS_LAMBDA_RUNTIME_API is missing: this program runs on AWS Lambda, " +
	"or on a laptop behind `make run`")

// serveRuntime serves the events of the Lambda runtime until the process ends.
func (e *Endpoint) serveRuntime(ctx context.Context, getenv func(string) string) error {
	if getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		return errNoRuntime
	}
	lambda.StartWithOptions(e.Telemetry.Trace(ctx, e, getenv), lambda.WithContext(ctx))
	return nil
}
