package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// A form is {"petId":1}, with or without expect and authToken. Other members do
// not change the order.
type form struct {
	petID     int64
	expect    pets.Expect
	authToken *string
}

func readForm(req rest.Request) (form, error) {
	body, err := rest.Body(req, contract.MaxPurchaseBody)
	if err != nil {
		return form{}, err
	}
	if !rest.IsJSON(req) {
		return form{}, &rest.Problem{Status: http.StatusUnsupportedMediaType, Message: "the content type must be application/json"}
	}
	document, err := rest.Document(body)
	if err != nil {
		return form{}, err
	}
	number, _ := document["petId"].(json.Number)
	id, ok := pets.ParseInteger(number.String())
	if !ok {
		return form{}, &pets.FieldError{Field: "petId", Want: "an integer below 2^53"}
	}
	f := form{petID: id}
	if expect, given := document["expect"]; given {
		if f.expect, err = readExpect(expect); err != nil {
			return form{}, err
		}
	}
	switch token := document["authToken"].(type) {
	case nil:
	case string:
		f.authToken = &token
	default:
		return form{}, &pets.FieldError{Field: "authToken", Want: "a text"}
	}
	return f, nil
}

// readExpect reads {"type":"dog","price":249.99}, of which one may be absent.
func readExpect(value any) (pets.Expect, error) {
	fields, _ := value.(map[string]any)
	kind, hasType := fields["type"]
	amount, hasPrice := fields["price"]
	if !hasType && !hasPrice {
		return pets.Expect{}, &pets.FieldError{Field: "expect", Want: "an object with type, price or both"}
	}
	var expect pets.Expect
	if hasType {
		text, _ := kind.(string)
		if _, err := pets.ParseType(text); err != nil {
			return pets.Expect{}, fmt.Errorf("expect: %w", err)
		}
		expect.Type = &text
	}
	if hasPrice {
		price, err := pets.ParsePrice(rest.Numeric(amount))
		if err != nil {
			return pets.Expect{}, fmt.Errorf("expect: %w", err)
		}
		expect.Price = &price
	}
	return expect, nil
}

// digest identifies the order, however it is spelled. The authToken is no part
// of it: a client may renew it between two attempts.
func (f form) digest() string {
	parts := []string{strconv.FormatInt(f.petID, 10), "", ""}
	if f.expect.Type != nil {
		parts[1] = *f.expect.Type
	}
	if f.expect.Price != nil {
		parts[2] = f.expect.Price.String()
	}
	return hash(parts...)
}

// readKey reads the Idempotency-Key. It belongs to the subject: two buyers may
// use the same one.
func readKey(req rest.Request, subject string, f form) (*pets.Key, error) {
	key, given := rest.Header(req, "idempotency-key")
	if !given {
		return nil, nil //nolint:nilnil // no key is not an error, and an order has a pointer for it
	}
	invisible := func(r rune) bool { return r < '!' || r > '~' }
	if key == "" || len(key) > contract.MaxIdempotencyKey || strings.ContainsFunc(key, invisible) {
		return nil, &pets.FieldError{
			Field: "Idempotency-Key",
			Want:  "1 to " + strconv.Itoa(contract.MaxIdempotencyKey) + " visible ASCII characters",
		}
	}
	return &pets.Key{Name: hash(subject, key), Body: f.digest()}, nil
}

func hash(parts ...string) string {
	sum := rest.Hash(parts...)
	return hex.EncodeToString(sum[:])
}
