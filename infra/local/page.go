package main

import (
	"context"
	"os"

	"example.com/securedpets/infra/local/page"
)

func (s *stack) startPage(ctx context.Context) error {
	headers, err := os.ReadFile(pageHeaders)
	if err != nil {
		return err
	}
	handler, err := page.Handler(os.DirFS(pageFolder), headers, page.Config{
		Issuer: s.identity.Issuer, ClientID: s.identity.ClientID, Audience: s.identity.Audience, APIURL: s.set.apiURL(),
	})
	if err != nil {
		return err
	}
	s.serveHTTP(ctx, s.web, newServer(handler))
	s.out.printf("page: %s", s.set.pageURL())
	return nil
}
