package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"example.com/securedpets/infra/auth0"
	"example.com/securedpets/infra/local/issuer"
)

var errForeignIssuer = errors.New("ISSUER is set: tokens and keys of that issuer come from there, not from here")

// localIssuer is the issuer of the tenant's own files at the local address. It
// logs only what is its own fault.
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
		KeyFile:    keyFile(set.DataDir),
		WebOrigins: []string{set.pageURL()},
		Log:        slog.New(slog.NewTextHandler(log, nil)),
	})
	return local, curedByDataDir(err)
}

func (s *stack) startIssuer(ctx context.Context) error {
	if s.set.foreignIssuer() {
		s.identity = s.set.Identity
		s.out.printf("issuer: %s", s.identity.Issuer)
		return nil
	}
	local, err := localIssuer(s.set, s.out.prefixed("issuer"))
	if err != nil {
		return err
	}
	s.identity = identity{s.set.issuerURL(), local.Audience(), local.ClientID()}
	s.serveHTTP(ctx, s.issuers, newServer(local.Handler()))
	s.out.printf("issuer: %s, for %s", s.identity.Issuer, s.identity.Audience)
	return nil
}

// printToken prints a token and nothing else, for $(make -s token AS=buyer).
func printToken(ctx context.Context, set *settings, name string, out io.Writer) error {
	local, err := localIssuer(set, io.Discard)
	if err != nil {
		return err
	}
	token, err := local.Token(ctx, name)
	if errors.Is(err, issuer.ErrUnknownUser) {
		return errors.New("who? make -s token AS=admin|buyer|trainer|rider|nobody")
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
	_, err = fmt.Fprintln(out, "a new key signs from now on; the old one stays published while tokens of it live")
	return err
}
