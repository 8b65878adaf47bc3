// Command plain is a Lambda function without a guard, to compare command guarded with. It links
// what any function in Go links: the Lambda runtime client, net/http with TLS, JSON and
// structured logs.
package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	if len(os.Args) > 1 {
		return // the start is what is measured
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+event.RequestContext.DomainName, nil)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	slog.InfoContext(ctx, "asked", slog.Int("status", resp.StatusCode))
	body, err := json.Marshal(event.RequestContext)
	return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: string(body)}, err
}
