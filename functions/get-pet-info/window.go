package main

import (
	"net/url"
	"strconv"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// readWindow reads which result page is requested.
func readWindow(req rest.Request) (pets.Window, error) {
	query, err := rest.Query(req)
	if err != nil {
		return pets.Window{}, err
	}
	limit, err := integer(query, "limit", pets.MaxPage, pets.MaxPage)
	if err != nil {
		return pets.Window{}, err
	}
	after, err := integer(query, "cursor", pets.MaxID, 0)
	return pets.Window{After: after, Limit: int(limit)}, err
}

// integer reads a parameter from 1 to limit, given at most once.
func integer(query url.Values, name string, limit, byDefault int64) (int64, error) {
	if !query.Has(name) {
		return byDefault, nil
	}
	n, err := strconv.ParseUint(query.Get(name), 10, 63)
	if err != nil || n < 1 || int64(n) > limit || len(query[name]) > 1 {
		return 0, rest.BadRequest(name + " must be an integer from 1 to " + strconv.FormatInt(limit, 10))
	}
	return int64(n), nil
}
