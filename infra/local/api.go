package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/pkg/jwtauth"
)

func (s *stack) startGateway(ctx context.Context) error {
	if n := len(s.template.APIs); n != 1 {
		return fmt.Errorf("%s has %d HTTP APIs: one port serves exactly one", templateFile, n)
	}
	served, err := gateway.New(ctx, s.template.APIs[0], s.functions, gateway.Options{AccessLog: s.out.prefixed("access")})
	if errors.Is(err, jwtauth.ErrKeysUnavailable) {
		return fmt.Errorf("%w: check ISSUER, and that it can be reached from here", err)
	}
	if err != nil {
		return err
	}
	for _, warning := range served.Warnings() {
		s.out.printf("warning: %s", warning)
	}
	s.serveHTTP(ctx, s.api, gateway.NewServer(served))
	s.out.printf("api: %s, %d routes", s.set.apiURL(), len(s.template.APIs[0].Routes))
	return nil
}
