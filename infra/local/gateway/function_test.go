package gateway_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
)

// TestMain makes this test program a function program as well, for the tests that run the whole way.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	runtime.StartHandlerFunc(handle)
}

// handle does what the query asks for and answers with the event it got.
func handle(_ context.Context, event json.RawMessage) (any, error) {
	var asked struct {
		QueryStringParameters map[string]string
	}
	if err := json.Unmarshal(event, &asked); err != nil {
		return nil, err
	}
	switch asked.QueryStringParameters["do"] {
	case "crash":
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	case "pid":
		return map[string]any{"pid": os.Getpid()}, nil
	}
	return map[string]any{"statusCode": 200, "headers": map[string]string{"content-type": "application/json"}, "body": string(event)}, nil
}
