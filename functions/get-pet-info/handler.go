package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/authorizer"
)

type handler struct{ store pets.Lister }

func (h *handler) list(ctx context.Context, req rest.Request) (rest.Response, error) {
	after, limit, err := window(req)
	if err != nil {
		return rest.Response{}, err
	}
	page, err := pets.List(ctx, h.store, after, limit)
	if err != nil {
		return rest.Response{}, err
	}
	body, err := rest.List(page, viewer(ctx))
	if err != nil {
		return rest.Response{}, err
	}
	resp := answer(req, page, limit, string(body))
	if isAnonymous(ctx) { // a cache may keep what everybody gets, if it asks each time whether it still holds
		resp.Headers["cache-control"] = "no-cache"
	}
	return resp, nil
}

// window reads which page is wanted.
func window(req rest.Request) (after int64, limit int, err error) {
	query, err := rest.Query(req)
	if err != nil {
		return 0, 0, err
	}
	n, err := integer(query, "limit", pets.MaxPage, pets.MaxPage)
	if err != nil {
		return 0, 0, err
	}
	after, err = integer(query, "cursor", pets.MaxID, 0)
	return after, int(n), err
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

func viewer(ctx context.Context) pets.Viewer {
	token, known := authorizer.IdentityFrom(ctx)
	if !known {
		return pets.Viewer{}
	}
	return pets.Viewer{Subject: token.Subject, All: token.HasScope(contract.ScopeUpdatePets)}
}

// isAnonymous holds for a caller without a token. One whose token could not be
// checked sees the same, for now.
func isAnonymous(ctx context.Context) bool {
	_, known := authorizer.IdentityFrom(ctx)
	return !known && authorizer.IdentityError(ctx) == nil
}

// answer leaves out the body of a page that the caller has.
func answer(req rest.Request, page pets.Page, limit int, body string) rest.Response {
	next := ""
	if page.Next > 0 {
		next = "</pets?limit=" + strconv.Itoa(limit) + "&cursor=" + strconv.FormatInt(page.Next, 10) + `>; rel="next"`
	}
	etag := rest.ETag(page.Version, body, next)
	resp := rest.Response{StatusCode: http.StatusOK, Headers: map[string]string{"etag": etag}, Body: body}
	if next != "" {
		resp.Headers["link"] = next
	}
	if held, conditional := rest.Header(req, "if-none-match"); conditional && rest.IsFresh(held, etag) {
		resp.StatusCode, resp.Body = http.StatusNotModified, ""
	}
	return resp
}
