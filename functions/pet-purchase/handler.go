package main

import (
	"context"
	"fmt"
	"net/http"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

type handler struct {
	shop   *pets.Shop
	list   pets.Lister
	buyers *access.Buyers

	telemetry *telemetry.Telemetry
}

func (h *handler) purchase(ctx context.Context, req rest.Request) (rest.Response, error) {
	order, err := h.order(ctx, req)
	if err != nil {
		return rest.Response{}, err
	}
	reply, err := h.shop.Purchase(ctx, order, h.tell(order))
	if err != nil {
		return rest.Response{}, err
	}
	h.count(ctx, reply)
	resp := rest.Response{StatusCode: reply.Answer.Status, Headers: map[string]string{}, Body: string(reply.Answer.Body)}
	if reply.Replayed {
		resp.Headers["idempotency-replayed"] = "true"
	}
	return resp, nil
}

// count tells what has happened in this request: a replay was counted before.
func (h *handler) count(ctx context.Context, reply pets.Reply) {
	switch {
	case reply.Replayed:
		h.telemetry.Count(contract.MetricIdempotentReplay)
		telemetry.Outcome(ctx, "replayed")
	case reply.Outcome.Sold:
		h.telemetry.Count(contract.MetricPetSold)
		telemetry.Outcome(ctx, "sold")
	default:
		h.telemetry.Count(contract.MetricPetUnavailable)
		telemetry.Outcome(ctx, "unavailable")
	}
	if reply.Outcome.Resolved && !reply.Replayed {
		h.telemetry.Count(contract.MetricAmbiguousCommitResolved)
	}
}

func (h *handler) order(ctx context.Context, req rest.Request) (pets.Order, error) {
	form, err := readForm(req)
	if err != nil {
		return pets.Order{}, err
	}
	buyer, err := h.buyers.From(ctx, form.authToken)
	if err != nil {
		return pets.Order{}, err
	}
	key, err := readKey(req, buyer.Subject, form)
	return pets.Order{PetID: form.petID, Buyer: buyer, Key: key}, err
}

// tell answers a sale with the page of the list that holds the pet, as the
// buyer would get it from GET /pets.
func (h *handler) tell(order pets.Order) pets.Tell {
	return func(ctx context.Context, outcome pets.Outcome) (pets.Answer, error) {
		if !outcome.Sold {
			resp := rest.ErrorResponse(ctx, pets.ErrNotAvailable)
			return pets.Answer{Status: resp.StatusCode, Body: []byte(resp.Body)}, nil
		}
		page, err := h.pageOf(ctx, outcome)
		if err != nil && order.Key != nil {
			return pets.Answer{}, err
		}
		if err != nil {
			// The sale stands, and only this request can tell: a list of the one
			// pet tells more truth than an error after which the pet is sold.
			telemetry.Trouble(ctx, err)
			page = pets.Page{Version: 1, Pets: []pets.Pet{outcome.Pet}}
		}
		body, err := rest.List(page, pets.Viewer{Subject: order.Buyer.Subject})
		return pets.Answer{Status: http.StatusOK, Body: body}, err
	}
}

// pageOf reads at most two pages, however long the list is: the first one, and
// where the pet is not in it, the one that starts with the pet.
func (h *handler) pageOf(ctx context.Context, outcome pets.Outcome) (pets.Page, error) {
	page, err := h.list.Page(ctx, 0, pets.MaxPage)
	if err == nil && page.Next > 0 && page.Next < outcome.PetID {
		page, err = h.list.Page(ctx, outcome.PetID-1, pets.MaxPage)
	}
	if err != nil {
		return pets.Page{}, fmt.Errorf("%w: %w", pets.ErrPurchaseRead, err)
	}
	return page, nil
}
