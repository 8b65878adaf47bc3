package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"example.com/securedpets/infra/auth0"
	"example.com/securedpets/infra/local/issuer"
)

var (
	errForeignIssuer = errors.New("ISSUER is set: its tokens and keys come from that issuer")
	errUnknownUser   = errors.New("no such user: make -s token AS=admin|buyer|trainer|rider|nobody")
)

// startIssuer returns whose tokens are accepted, and serves the issuer if it is the local one.
func startIssuer(ctx context.Context, p *parts, set *settings) (identity, error) {
	if set.foreignIssuer() {
		p.out.Printf("issuer: %s", set.Identity.Issuer)
		return set.Identity, nil
	}
	local, err := localIssuer(set, p.out.Named("issuer"))
	if err != nil {
		return identity{}, err
	}
	id := identity{set.issuerURL(), local.Audience(), local.ClientID()}
	p.serveHTTP(ctx, issuerPort, newServer(local.Handler()))
	p.out.Printf("issuer: %s, for %s", id.Issuer, id.Audience)
	return id, nil
}

// localIssuer returns the issuer of the tenant's own files at the local address. Its signing keys
// are in the data folder: a token outlives a restart, and `make token` needs no server.
func localIssuer(set *settings, log io.Writer) (*issuer.Issuer, error) {
	if set.foreignIssuer() {
		return nil, errForeignIssuer
	}
	if err := os.MkdirAll(set.DataDir, 0o700); err != nil {
		return nil, curedByDataDir(err)
	}
	local, err := issuer.New(issuer.Config{
		URL:        set.issuerURL(),
		Tenant:     auth0.Files,
		KeyFile:    filepath.Join(set.DataDir, "issuer-keys.json"),
		WebOrigins: []string{set.pageURL()},
		Log:        slog.New(slog.NewTextHandler(log, nil)),
	})
	return local, curedByDataDir(err)
}

// printToken prints a token and nothing else, for $(make -s token AS=buyer).
func printToken(ctx context.Context, set *settings, name string, out io.Writer) error {
	local, err := localIssuer(set, io.Discard)
	if err != nil {
		return err
	}
	token, err := local.Token(ctx, name)
	if errors.Is(err, issuer.ErrUnknownUser) {
		return errUnknownUser
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, token)
	return err
}

func rotateKeys(set *settings, out io.Writer) error {
	local, err := localIssuer(set, io.Discard)
	if err != nil {
		return err
	}
	if err := local.RotateKeys(); err != nil {
		return curedByDataDir(err)
	}
	_, err = fmt.Fprintln(out, "a new key signs from now on; the old one stays published until its tokens expire")
	return err
}
