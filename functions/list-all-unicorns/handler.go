package main

import (
	"context"
	"net/http"

	"example.com/securedpets/functions/internal/rest"
)

// unicorns is a constant: nobody has ever added one. "Magestic" is how it is spelled.
const unicorns = `[{"name":"Gaia","gift":"Speed"},{"name":"Magestic","gift":"Magic"},{"name":"Sparkles","gift":"Glitter"}]`

func list(context.Context, rest.Request) (rest.Response, error) {
	return rest.Response{StatusCode: http.StatusOK, Body: unicorns}, nil
}
