package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// warm measures a process that has its keys: what is added to the signature check, or replaces it.
func warm(ctx context.Context, stdout io.Writer, m meter) error {
	i, err := newIssuer("RS256")
	if err != nil {
		return err
	}
	server := serveKeys(i)
	defer server.Close()
	remote, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{URL: server.URL})
	if err != nil {
		return err
	}
	plain, err := verifier(i, 0)
	if err != nil {
		return err
	}
	caching, err := verifier(i, 16)
	if err != nil {
		return err
	}
	first, err := raw(i)
	if err != nil {
		return err
	}
	return m.print(stdout, "warm process", []contender{
		first,
		guard(ctx, "guard of a payload 2.0 handler", i, plain),
		guard(ctx, "the same, verified-token cache hit", i, caching),
		ours(ctx, "verified-token cache, hit", i, caching),
		{"key lookup, remote key set", func() error { _, err := remote.Key(ctx, i.kid); return err }},
	})
}

func guard(ctx context.Context, name string, i *issuer, v *jwtauth.Verifier) contender {
	handler := authorizer.New(v).Require(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK}, nil
	}, scope)
	event := events.APIGatewayV2HTTPRequest{Headers: map[string]string{
		"accept": "*/*", "authorization": "Bearer " + i.token, "host": "api.securedpets.example", "user-agent": "bench", "x-forwarded-proto": "https",
	}}
	return contender{name, func() error {
		resp, err := handler(ctx, event)
		if err == nil && resp.StatusCode != http.StatusOK {
			err = fmt.Errorf("status %d", resp.StatusCode)
		}
		return err
	}}
}
