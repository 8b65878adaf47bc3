package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// parse reads {"pets":[{"id":1,"type":"dog","price":249.99}]}. All else in it
// is ignored: the tutorial's page sends back what it was shown, isSold and
// soldTo too, and what was sold is not for an update to say.
func parse(body []byte) ([]pets.Pet, error) {
	document, err := rest.Document(body)
	if err != nil {
		return nil, err
	}
	list, ok := document["pets"].([]any)
	if !ok {
		return nil, &pets.FieldError{Field: "pets", Want: "a list"}
	}
	wanted := make([]pets.Pet, 0, len(list))
	seen := make(map[int64]bool, len(list))
	for i, element := range list {
		pet, err := parsePet(element)
		if err == nil && seen[pet.ID] {
			err = &pets.FieldError{Field: "id", Want: "unique"}
		}
		if err != nil {
			return nil, fmt.Errorf("pets[%s]: %w", strconv.Itoa(i), err)
		}
		seen[pet.ID] = true
		wanted = append(wanted, pet)
	}
	return wanted, nil
}

func parsePet(element any) (pets.Pet, error) {
	fields, ok := element.(map[string]any)
	if !ok {
		return pets.Pet{}, &pets.FieldError{Field: "the pet", Want: "an object"}
	}
	id, _ := fields["id"].(json.Number)
	petID, err := pets.ParseID(id.String())
	if err != nil {
		return pets.Pet{}, err
	}
	text, _ := fields["type"].(string)
	kind, err := pets.ParseType(text)
	if err != nil {
		return pets.Pet{}, err
	}
	price, err := pets.ParsePrice(numeric(fields["price"]))
	if err != nil {
		return pets.Pet{}, err
	}
	return pets.Pet{ID: petID, Type: kind, Price: price}, nil
}

// numeric returns the spelling of a number, and a text as it is: a form sends text.
func numeric(value any) string {
	switch v := value.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	default:
		return ""
	}
}
