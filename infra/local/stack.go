package main

import (
	"context"
	"errors"
	"io"
	"os"

	"example.com/securedpets/functions/contract/openapi"
	"example.com/securedpets/infra/local/apidocs"
	"example.com/securedpets/infra/local/page"
)

// The page's files in the repository, from its root.
const (
	pageFolder  = "web/dist"
	pageHeaders = "web/headers.json"
	viewer      = "infra/local/node_modules/swagger-ui-dist"
)

// serve runs the stack until the context ends or a part fails.
func serve(ctx context.Context, set *settings, out io.Writer) (err error) {
	p := newParts(out)
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := start(ctx, p, set); err != nil {
		if ctx.Err() != nil {
			return nil // Ctrl-C during the start is no failure
		}
		return err
	}
	p.out.Printf("ready: %s", set.apiURL())
	select {
	case <-ctx.Done():
		p.out.Printf("stopping")
		return nil
	case err := <-p.failed:
		return err
	}
}

// start starts the parts in the order in which they need each other, and reports each that is
// ready. Ports come first: one that is taken is reported before anything runs.
func start(ctx context.Context, p *parts, set *settings) error {
	for _, port := range set.ports() {
		if err := p.listen(ctx, port); err != nil {
			return err
		}
	}
	id, err := startIssuer(ctx, p, set)
	if err != nil {
		return err
	}
	if err := startAPI(ctx, p, set, id); err != nil {
		return err
	}
	return startPage(ctx, p, set, id)
}

func startPage(ctx context.Context, p *parts, set *settings, id identity) error {
	headers, err := os.ReadFile(pageHeaders)
	if err != nil {
		return err
	}
	handler, err := page.Handler(os.DirFS(pageFolder), headers, page.Config{
		Issuer: id.Issuer, ClientID: id.ClientID, Audience: id.Audience, APIURL: set.apiURL(),
	})
	if err != nil {
		return err
	}
	docs, err := apidocs.Handler(openapi.Addresses{API: set.apiURL(), Issuer: id.Issuer}, os.DirFS(viewer))
	if err != nil {
		return err
	}
	p.serveHTTP(ctx, webPort, newServer(apidocs.Beside(docs, handler)))
	p.out.Printf("page: %s, API description at %s", set.pageURL(), set.pageURL()+apidocs.ViewerPath)
	return nil
}
