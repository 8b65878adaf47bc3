package main

import (
	"context"
	"errors"
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
	reply, err := h.shop.Purchase(ctx, order, h.render(order, prefersMinimal(req)))
	if err != nil {
		return rest.Response{}, err
	}
	h.count(ctx, reply)
	resp := rest.Response{StatusCode: reply.Response.Status, Headers: map[string]string{}, Body: string(reply.Response.Body)}
	if reply.Replayed {
		resp.Headers["idempotency-replayed"] = "true"
	}
	if reply.Response.Minimal {
		resp.Headers["preference-applied"] = returnMinimal
	}
	return resp, nil
}

// count reports what happened in this request: a replay was counted before.
func (h *handler) count(ctx context.Context, reply pets.Reply) {
	switch {
	case reply.Replayed:
		h.telemetry.Count(contract.MetricIdempotentReplay)
		telemetry.Outcome(ctx, "replayed")
		return
	case errors.Is(reply.Outcome.Refusal, pets.ErrChanged):
		telemetry.Outcome(ctx, "changed")
	case reply.Outcome.Refusal != nil:
		h.telemetry.Count(contract.MetricPetUnavailable)
		telemetry.Outcome(ctx, "unavailable")
	default:
		h.telemetry.Count(contract.MetricPetSold)
		telemetry.Outcome(ctx, "sold")
	}
	if reply.Outcome.Resolved {
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
	return pets.Order{PetID: form.petID, Buyer: buyer, Expect: form.expect, Key: key}, err
}

// render renders a sale as the page of the list that holds the pet, as the
// buyer would get it from GET /pets, or as the pet alone.
func (h *handler) render(order pets.Order, minimal bool) pets.RenderFunc {
	return func(ctx context.Context, outcome pets.Outcome) (pets.Response, error) {
		if outcome.Refusal != nil {
			resp := rest.ErrorResponse(ctx, outcome.Refusal)
			return pets.Response{Status: resp.StatusCode, Body: []byte(resp.Body)}, nil //nolint:nilerr // a refusal is an outcome, stored and sent as a sale is
		}
		page := onePet(*outcome.Sale)
		if !minimal {
			full, err := h.pageOf(ctx, order, outcome.PetID)
			switch {
			case err == nil:
				page = full
			case order.Key != nil:
				return pets.Response{}, fmt.Errorf("%w: %w", pets.ErrPurchaseRead, err)
			default:
				// The sale is made, and only this request can report it: a list of the
				// one pet says more than an error after which the pet is sold.
				telemetry.Trouble(ctx, err)
			}
		}
		body, err := rest.List(page)
		return pets.Response{Status: http.StatusOK, Body: body, Minimal: minimal}, err
	}
}

// onePet is the list of the pet as it was sold.
func onePet(sale pets.Sale) pets.Page {
	return pets.Page{
		State:  pets.State{Version: 1},
		Pets:   []pets.Pet{sale.Pet()},
		Owners: map[int64]string{sale.PetID: sale.Buyer.Email},
	}
}

// pageOf reads one page: the first one, or, if that may end before the pet, the
// one that begins with it.
func (h *handler) pageOf(ctx context.Context, order pets.Order, petID int64) (pets.Page, error) {
	state, err := h.list.State(ctx)
	if err != nil {
		return pets.Page{}, err
	}
	window := pets.FirstPage
	if state.Pets > pets.MaxPage && petID > pets.MaxPage {
		window.After = petID - 1
	}
	viewer := access.Viewer(ctx)
	viewer.Subject = order.Buyer.Subject // behind IAM, the ID token names the buyer
	return pets.List(ctx, h.list, state, viewer, window)
}
