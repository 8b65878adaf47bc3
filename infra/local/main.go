// Command securedpets serves on a laptop the very stack that is deployed: it reads the synthesized
// template, starts a DynamoDB-compatible engine and the functions' real binaries, and responds as
// API Gateway does.
//
//	securedpets run           serve until Ctrl-C
//	securedpets token NAME    print an access token for admin, buyer, trainer, rider or nobody
//	securedpets rotate-keys   add a signing key to the local issuer and sign with it
//	securedpets version       print the version of the module, from the build information
//
// It serves this machine alone, at 127.0.0.1 and, where there is IPv6, at ::1. It runs in the
// repository's root folder, as `make run` and `make token` do. Settings come from the environment:
// PORT, WEB_PORT, ISSUER_PORT, DATA_DIR, DYNAMODB_ENDPOINT, and ISSUER with AUDIENCE and CLIENT_ID
// for an issuer other than the local one. A setting that cannot work stops it with one line that
// names the cure.
//
// The files, in reading order: settings.go is the environment; stack.go starts the parts in order;
// issuer.go and api.go are the parts themselves; parts.go is what they share.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "securedpets:", oneLine(err))
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: securedpets run | token NAME | rotate-keys | version")

func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	if len(args) == 1 && args[0] == "version" {
		_, err := fmt.Fprintln(out, version(debug.ReadBuildInfo()))
		return err
	}
	set, err := readSettings(getenv)
	if err != nil {
		return err
	}
	switch {
	case len(args) == 1 && args[0] == "run":
		return serve(ctx, set, out)
	case len(args) == 2 && args[0] == "token":
		return printToken(ctx, set, args[1], out)
	case len(args) == 1 && args[0] == "rotate-keys":
		return rotateKeys(set, out)
	}
	return errUsage
}

// version describes the binary: "(devel)" unless it was built from a tagged version of the module.
func version(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return "securedpets (unknown)"
	}
	return fmt.Sprintf("securedpets %s %s", info.Main.Version, info.GoVersion)
}

// oneLine joins the lines of errors.Join.
func oneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
