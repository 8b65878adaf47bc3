package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// parse reads {"pets":[{"id":1,"type":"dog","price":249.99}]}. A pet without id
// is new and has id 0. Other members are ignored: the tutorial's page sends back
// what it was shown, isSold and soldTo too, and an update does not decide sales.
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
		if err == nil && pet.ID != 0 && seen[pet.ID] {
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
	petID, err := parseID(fields)
	if err != nil {
		return pets.Pet{}, err
	}
	text, _ := fields["type"].(string)
	kind, err := pets.ParseType(text)
	if err != nil {
		return pets.Pet{}, err
	}
	price, err := pets.ParsePrice(rest.Numeric(fields["price"]))
	if err != nil {
		return pets.Pet{}, err
	}
	return pets.Pet{ID: petID, Type: kind, Price: price}, nil
}

// parseID returns 0 for a pet without id; null is no id.
func parseID(fields map[string]any) (int64, error) {
	value, given := fields["id"]
	if !given {
		return 0, nil
	}
	id, _ := value.(json.Number)
	return pets.ParseID(id.String())
}
