// Command guarded is command plain behind the guard of pkg/authorizer.
package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

func main() {
	guard, err := newGuard("https://issuer.example/")
	if err != nil {
		slog.Error("no start", slog.Any("error", err))
		os.Exit(1)
	}
	if len(os.Args) > 1 {
		return // the start is what is measured
	}
	lambda.Start(guard.Require(handle, "read:pets"))
}

func newGuard(issuer string) (*authorizer.Authorizer, error) {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: issuer})
	if err != nil {
		return nil, err
	}
	v, err := jwtauth.New(jwtauth.Config{Issuer: issuer, Audiences: []string{"https://api.example"}}, keys)
	if err != nil {
		return nil, err
	}
	return authorizer.New(v), nil
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
