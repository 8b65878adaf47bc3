package openapi

import (
	"net/http"
	"strconv"

	"example.com/securedpets/functions/contract"
)

// An operation is what OpenAPI says about a route beyond the route itself.
type operation struct {
	id, tag, summary string
	description      string
	parameters       []object
	body             object // of application/json; nil without one
	responses        map[int]response
	unavailable      []string // messages of 503
}

// operations returns the operation of each route, by its key.
func operations() map[string]operation {
	return map[string]operation{
		contract.ListPets.Key():     listPets(),
		contract.UpdatePets.Key():   updatePets(),
		contract.PurchasePet.Key():  purchasePet(),
		contract.FindUnicorn.Key():  findUnicorn(),
		contract.ListUnicorns.Key(): listUnicorns(),
	}
}

var (
	dog     = object{"id": 1, "type": "dog", "price": 249.99}
	sold    = object{"id": 1, "type": "dog", "price": 249.99, "isSold": true, "soldTo": "buyer@example.com"}
	cat     = object{"id": 2, "type": "cat", "price": 124.99}
	etag    = map[string]string{"ETag": "Changed by every update and every sale"}
	another = "That pet has changed."
)

func listPets() operation {
	page := response{
		description: "The pets, or one result page of them",
		schema:      "PetList",
		examples:    map[string]any{"pets": []object{dog, cat}, "never-updated": object{}, "no-pets": []object{}},
		headers:     etag,
		optional:    map[string]string{"Link": "The next result page, rel=\"next\" (RFC 8288)", "Cache-Control": "How long a cache may keep it"},
	}
	return operation{
		id: "listPets", tag: "pets", summary: "List the pets",
		description: "Who bought a pet is shown to administrators and to its buyer. A token is verified where there is one; without the issuer's keys, the anonymous list is served.",
		parameters: []object{
			query("limit", "Pets in the result page", object{"type": "integer", "minimum": 1, "maximum": contract.MaxPage, "default": contract.MaxPage}),
			query("cursor", "Start after this pet", object{"type": "integer", "minimum": 1, "maximum": contract.MaxInteger}),
			header("If-None-Match", "ETag of the list that the client has"),
		},
		responses: map[int]response{
			http.StatusOK:          page,
			http.StatusNotModified: {description: "The list has not changed", headers: etag},
			http.StatusBadRequest:  problem("A bad parameter", "limit must be an integer from 1 to "+strconv.Itoa(contract.MaxPage)),
		},
		unavailable: []string{"Unable to retrieve pet information at this time"},
	}
}

func updatePets() operation {
	return operation{
		id: "updatePets", tag: "pets", summary: "Save the catalog",
		description: "Sold pets stay sold: no update undoes, forges or loses a sale.",
		parameters:  []object{header("If-Match", "ETag of the list that the update is about")},
		body: object{"schema": ref("UpdateRequest"), "examples": object{
			"catalog": object{"value": object{"pets": []object{dog, {"type": "cat", "price": "124.99"}}}},
		}},
		responses: map[int]response{
			http.StatusOK: {
				description: "Saved", schema: "UpdateResponse", examples: map[string]any{"saved": object{}}, headers: etag,
			},
			http.StatusBadRequest:         problem("A bad body; nothing is changed", "pets must be a list"),
			http.StatusPreconditionFailed: problem("The catalog has changed; nothing is saved", "Precondition Failed"),
			http.StatusRequestEntityTooLarge: problem("The body is too large, or the update has too many changes; nothing is changed",
				"Request Entity Too Large"),
			http.StatusUnsupportedMediaType: problem("The encoding is not supported", "the content encoding must be gzip or none"),
		},
		unavailable: []string{"unable to update pets at this time"},
	}
}

func purchasePet() operation {
	return operation{
		id: "purchasePet", tag: "pets", summary: "Buy a pet",
		description: "The buyer is the one of the verified token, never one of the body. A pet is sold once.",
		parameters: []object{
			header("Idempotency-Key", "The same key and body again gets the same response, for 24 hours"),
			header("Prefer", "return=minimal: the list of the one pet (RFC 7240)"),
		},
		body: object{"schema": ref("PurchaseRequest"), "examples": object{
			"what-the-buyer-saw": object{"value": object{"petId": 1, "expect": object{"type": "dog", "price": 249.99}}},
		}},
		responses: map[int]response{
			http.StatusOK: {
				description: "Sold to the caller: the list, or the result page that has the pet",
				schema:      "PetList",
				examples:    map[string]any{"sold": []object{sold, cat}},
				optional: map[string]string{
					"Idempotency-Replayed": "true, where the response was stored", "Preference-Applied": "return=minimal, where it was asked for",
				},
			},
			http.StatusBadRequest:           problem("A bad body or header", "petId must be an integer below 2^53"),
			http.StatusUnauthorized:         problem("No valid token, or no verified e-mail", "Unauthorized", "authorization failure"),
			http.StatusForbidden:            problem("The token lacks the scope, or belongs to a machine", "Forbidden"),
			http.StatusConflict:             problem("The pet is sold or unknown", "That pet is not available."),
			http.StatusPreconditionFailed:   problem("The pet is not what expect says; nothing is sold", another),
			http.StatusUnprocessableEntity:  problem("The key was used with another body", "The Idempotency-Key was used for another request."),
			http.StatusUnsupportedMediaType: problem("The content type is not JSON", "the content type must be application/json"),
		},
		unavailable: []string{"failed to retrieve pet information", "failed on update"},
	}
}

func findUnicorn() operation {
	return operation{
		id: "findUnicorn", tag: "unicorns", summary: "Look a unicorn up",
		parameters: []object{required(query("name", "Name of the unicorn", object{"type": "string", "minLength": 1, "maxLength": contract.MaxUnicornName}))},
		responses: map[int]response{
			http.StatusOK: {
				description: "The unicorn", schema: "Unicorn",
				examples: map[string]any{"gaia": object{"name": "Gaia", "gift": "Flight"}},
			},
			http.StatusBadRequest: problem("No name, or a bad one", "Missing Unicorn Name", "name must be given once"),
		},
	}
}

func listUnicorns() operation {
	return operation{
		id: "listUnicorns", tag: "unicorns", summary: "List all unicorns",
		responses: map[int]response{
			http.StatusOK: {
				description: "All unicorns", schema: "UnicornList",
				examples: map[string]any{"unicorns": []object{{"name": "Gaia", "gift": "Speed"}}},
			},
		},
	}
}

func query(name, description string, schema object) object {
	return object{"name": name, "in": "query", "description": description, "schema": schema}
}

func header(name, description string) object {
	return object{"name": name, "in": "header", "description": description, "schema": object{"type": "string"}}
}

func required(parameter object) object {
	parameter["required"] = true
	return parameter
}
