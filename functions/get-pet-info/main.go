// Command get-pet-info serves GET /pets: the list of pets, for anyone. Callers
// who prove with a token who they are see more of it: administrators every
// owner, buyers what is their own.
package main

import (
	"errors"
	"io"

	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

func main() { rest.Main(build) }

// build makes the endpoint, or returns all complaints about the environment.
func build(getenv func(string) string, stdout io.Writer) (*rest.Endpoint, error) {
	tel, telErr := telemetry.New(getenv("LOG_LEVEL"), stdout)
	table, tableErr := dynamo.FromEnvironment(getenv)
	settings, settingsErr := access.FromEnvironment(getenv)
	if err := errors.Join(telErr, tableErr, settingsErr); err != nil {
		return nil, err
	}
	store, storeErr := dynamo.New(table)
	guard, guardErr := settings.Guard(tel)
	if err := errors.Join(storeErr, guardErr); err != nil {
		return nil, err
	}
	return &rest.Endpoint{
		Route:     "GET /pets",
		Handler:   rest.Handler(guard.Optional((&handler{store: store}).list)),
		Telemetry: tel,
	}, nil
}
