package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/authorizer"
)

// handler serves the list. It is safe for concurrent use.
type handler struct {
	store pets.Lister
	kept  kept
}

func (h *handler) list(ctx context.Context, req rest.Request) (rest.Response, error) {
	window, err := readWindow(req)
	if err != nil {
		return rest.Response{}, err
	}
	resp, err := h.respond(ctx, req, window)
	if err != nil {
		return rest.Response{}, fmt.Errorf("%w: %w", pets.ErrList, err)
	}
	if isAnonymous(ctx) { // the same for all callers: shared caches may have it for a second
		resp.Headers["cache-control"] = "public, max-age=1"
	}
	return resp, nil
}

// respond reads the list only if neither the caller nor this process has it:
// the state, which names it, is a single read unit.
func (h *handler) respond(ctx context.Context, req rest.Request, window pets.Window) (rest.Response, error) {
	state, err := h.store.State(ctx)
	if err != nil {
		return rest.Response{}, err
	}
	viewer := access.Viewer(ctx)
	etag := rest.ETag(state, viewer, window)
	if held, conditional := rest.Header(req, "if-none-match"); conditional && rest.IsFresh(held, etag) {
		return rest.Response{StatusCode: http.StatusNotModified, Headers: map[string]string{"etag": etag}}, nil
	}
	anonymous := viewer == pets.Viewer{}
	if resp, ok := h.kept.get(etag); ok && anonymous {
		return resp, nil
	}
	page, err := pets.List(ctx, h.store, state, viewer, window)
	if err != nil {
		return rest.Response{}, err
	}
	body, err := rest.List(page)
	if err != nil {
		return rest.Response{}, err
	}
	resp := rest.Response{StatusCode: http.StatusOK, Headers: map[string]string{"etag": etag}, Body: string(body)}
	if page.Next > 0 {
		resp.Headers["link"] = nextLink(window.Limit, page.Next)
	}
	if anonymous {
		h.kept.put(etag, resp)
	}
	return resp, nil
}

func nextLink(limit int, next int64) string {
	return "</pets?limit=" + strconv.Itoa(limit) + "&cursor=" + strconv.FormatInt(next, 10) + `>; rel="next"`
}

// isAnonymous reports whether the request has no token. A caller whose token
// could not be verified for now sees the same list, and would see more later.
func isAnonymous(ctx context.Context) bool {
	_, verified := authorizer.IdentityFrom(ctx)
	return !verified && authorizer.IdentityError(ctx) == nil
}
