package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

// Build makes a function's endpoint, or returns all complaints about its
// environment.
type Build func(getenv func(string) string, stdout io.Writer) (*Endpoint, error)

// Main runs a function's program. An error at the start is one line, whatever
// it complains about, and ends it with status 1.
func Main(build Build) {
	if err := run(context.Background(), build, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, oneLine(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, build Build, getenv func(string) string, stdout io.Writer) error {
	endpoint, err := build(getenv, stdout)
	if err != nil {
		return err
	}
	return endpoint.serveRuntime(ctx, getenv)
}

func oneLine(err error) string {
	return strings.Join(strings.Split(strings.TrimSpace(err.Error()), "\n"), "; ")
}

var errNoRuntime = errors.New("AWS_LAMBDA_RUNTIME_API is missing: this program runs on AWS Lambda, " +
	"or on a laptop behind `make run`")

// serveRuntime answers events of the Lambda runtime until the process is ended.
func (e *Endpoint) serveRuntime(ctx context.Context, getenv func(string) string) error {
	if getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		return errNoRuntime
	}
	lambda.StartWithOptions(e.Telemetry.Trace(ctx, e, getenv), lambda.WithContext(ctx))
	return nil
}
