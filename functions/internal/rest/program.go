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

// Main runs a function's program. An error at the start is one line, whatever
// it complains about, and ends it with status 1.
func Main(run func(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error) {
	err := run(context.Background(), os.Args, os.Getenv, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, oneLine(err))
		os.Exit(1)
	}
}

func oneLine(err error) string {
	return strings.Join(strings.Split(strings.TrimSpace(err.Error()), "\n"), "; ")
}

var errNoRuntime = errors.New("AWS_LAMBDA_RUNTIME_API is missing: this program runs on AWS Lambda, " +
	"or on a laptop behind `make run`")

// Serve answers events of the Lambda runtime until the process is ended.
func (e *Endpoint) Serve(ctx context.Context, getenv func(string) string) error {
	if getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		return errNoRuntime
	}
	lambda.StartWithOptions(e, lambda.WithContext(ctx))
	return nil
}
