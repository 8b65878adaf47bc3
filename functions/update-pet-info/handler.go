package main

import (
	"context"
	"net/http"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

type handler struct{ store pets.Catalog }

// A request may weigh 256 KiB as it is sent, which is some 6,000 pets; packed
// with gzip, a catalog of 100,000 fits.
const (
	maxBody     = 256 << 10
	maxUnfolded = 4 << 20
)

func (h *handler) update(ctx context.Context, req rest.Request) (rest.Response, error) {
	body, err := rest.Body(req, maxBody)
	if err != nil {
		return rest.Response{}, err
	}
	body, err = rest.Unfold(req, body, maxUnfolded)
	if err != nil {
		return rest.Response{}, err
	}
	wanted, err := parse(body)
	if err != nil {
		return rest.Response{}, err
	}
	var match func(version int64) bool
	if tags, conditional := rest.Header(req, "if-match"); conditional {
		match = rest.IfMatch(tags)
	}
	if err := pets.Update(ctx, h.store, wanted, match); err != nil {
		return rest.Response{}, err
	}
	return rest.Response{StatusCode: http.StatusOK, Body: "{}"}, nil
}
