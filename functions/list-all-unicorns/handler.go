package main

import (
	"context"
	"net/http"

	"example.com/securedpets/functions/internal/rest"
)

// unicorns never change. "Magestic" is the spelling of the tutorial.
const unicorns = `[{"name":"Gaia","gift":"Speed"},{"name":"Magestic","gift":"Magic"},{"name":"Sparkles","gift":"Glitter"}]`

func list(context.Context, rest.Request) (rest.Response, error) {
	return rest.Response{StatusCode: http.StatusOK, Body: unicorns}, nil
}
