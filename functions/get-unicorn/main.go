// Command get-unicorn serves GET /unicorn?name=X: what gift a unicorn has, for
// trainers and riders.
package main

import (
	"errors"
	"io"

	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

func main() { rest.Main(build) }

// build makes the endpoint, or returns all complaints about the environment.
func build(getenv func(string) string, stdout io.Writer) (*rest.Endpoint, error) {
	tel, telErr := telemetry.New(getenv("LOG_LEVEL"), stdout)
	settings, settingsErr := access.FromEnvironment(getenv)
	if err := errors.Join(telErr, settingsErr); err != nil {
		return nil, err
	}
	guard, err := settings.Guard(tel)
	if err != nil {
		return nil, err
	}
	return &rest.Endpoint{
		Route:     "GET /unicorn",
		Handler:   rest.Handler(guard.Require(get, access.ReadUnicorn)),
		Telemetry: tel,
	}, nil
}
