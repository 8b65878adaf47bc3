// Command list-all-unicorns serves GET /unicorns: all unicorns with their gifts,
// for trainers.
package main

import (
	"context"
	"errors"
	"io"

	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/rest"
)

func main() { rest.Main(run) }

func run(ctx context.Context, _ []string, getenv func(string) string, stdout io.Writer) error {
	log, logErr := rest.NewLogger(getenv("LOG_LEVEL"), stdout)
	settings, settingsErr := access.FromEnvironment(getenv)
	if err := errors.Join(logErr, settingsErr); err != nil {
		return err
	}
	guard, err := settings.Guard()
	if err != nil {
		return err
	}
	endpoint := &rest.Endpoint{
		Route:   "GET /unicorns",
		Handler: rest.Handler(guard.Require(list, access.ListUnicorns)),
		Log:     log,
	}
	return endpoint.Serve(ctx, getenv)
}
