package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/rest"
)

// get returns the gift of every unicorn: flight.
func get(_ context.Context, req rest.Request) (rest.Response, error) {
	query, err := rest.Query(req)
	if err != nil {
		return rest.Response{}, err
	}
	name := query.Get("name")
	switch {
	case name == "":
		return rest.Response{}, rest.BadRequest("Missing Unicorn Name")
	case len(query["name"]) > 1:
		return rest.Response{}, rest.BadRequest("name must be given once")
	case len(name) > contract.MaxUnicornName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return rest.Response{}, rest.BadRequest("name must be at most 256 bytes of text without control characters")
	}
	body, err := json.Marshal(struct {
		Name string `json:"name"`
		Gift string `json:"gift"`
	}{name, "Flight"})
	return rest.Response{StatusCode: http.StatusOK, Body: string(body)}, err
}
