package gateway_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
)

// TestMain runs this program as a function when the Runtime API is set.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	runtime.StartHandlerFunc(handle)
}

// handle runs the command in the query, or returns the event as the body.
func handle(_ context.Context, event json.RawMessage) (any, error) {
	var command struct {
		QueryStringParameters map[string]string
	}
	if err := json.Unmarshal(event, &command); err != nil {
		return nil, err
	}
	switch command.QueryStringParameters["do"] {
	case "crash":
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	case "pid":
		return map[string]any{"pid": os.Getpid()}, nil
	}
	return map[string]any{"statusCode": 200, "headers": map[string]string{"content-type": "application/json"}, "body": string(event)}, nil
}
