// Command pet-purchase serves POST /pets/purchase: a buyer buys a pet, once.
package main

import (
	"errors"
	"io"

	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

func main() { rest.Main(build) }

// build makes the endpoint, or returns all complaints about the environment.
func build(getenv func(string) string, stdout io.Writer) (*rest.Endpoint, error) {
	tel, telErr := telemetry.New(getenv("LOG_LEVEL"), stdout)
	table, tableErr := dynamo.FromEnvironment(getenv)
	settings, settingsErr := access.FromEnvironment(getenv)
	if err := errors.Join(telErr, tableErr, settingsErr, settings.NeedClientID()); err != nil {
		return nil, err
	}
	store, storeErr := dynamo.New(table)
	guard, buyers, guardErr := settings.Selling(tel)
	if err := errors.Join(storeErr, guardErr); err != nil {
		return nil, err
	}
	h := &handler{shop: &pets.Shop{Register: store}, list: store, buyers: buyers, telemetry: tel}
	return &rest.Endpoint{
		Route:     "POST /pets/purchase",
		Handler:   rest.Handler(guard(h.purchase, access.PurchasePets)),
		Telemetry: tel,
	}, nil
}
