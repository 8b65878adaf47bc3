package main

import (
	"context"
	"net/http"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

type handler struct{ store pets.Catalog }

// update replaces the catalog. What fits a request compressed is several times
// what one update may change, so that a large catalog can be built in steps.
func (h *handler) update(ctx context.Context, req rest.Request) (rest.Response, error) {
	body, err := rest.Body(req, contract.MaxUpdateBody)
	if err != nil {
		return rest.Response{}, err
	}
	body, err = rest.Gunzip(req, body, contract.MaxUpdateJSON)
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
	state, err := pets.Update(ctx, h.store, wanted, match)
	if err != nil {
		return rest.Response{}, err
	}
	etag := rest.ETag(state, access.Viewer(ctx), pets.FirstPage)
	return rest.Response{StatusCode: http.StatusOK, Headers: map[string]string{"etag": etag}, Body: "{}"}, nil
}
