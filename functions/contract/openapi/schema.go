package openapi

import "example.com/securedpets/functions/contract"

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// closed is an object schema without further members; required names come first.
func closed(required []string, properties object) object {
	return object{"type": "object", "required": required, "properties": properties, "additionalProperties": false}
}

func schemas() object {
	number := object{
		"type": "integer", "minimum": 1, "maximum": contract.MaxInteger, "description": "Number of the pet",
	}
	kind := object{
		"type": "string", "minLength": 1, "maxLength": contract.MaxType, "description": "At least one visible character, no control or bidirectional ones",
	}
	amount := object{
		"type": "number", "minimum": 0, "maximum": contract.MaxPrice, "description": "At most 2 decimals, kept exactly",
	}
	amountOrText := object{
		"description": "A price as a number or as numeric text, as forms send it",
		"oneOf":       []object{amount, {"type": "string", "pattern": `^[0-9.eE+-]+$`}},
	}
	return object{
		"Error": closed([]string{"message"}, object{"message": object{"type": "string"}}),
		"Pet": closed([]string{"id", "type", "price"}, object{
			"id": number, "type": kind, "price": amount,
			"isSold": object{"const": true, "description": "Present when the pet is sold"},
			"soldTo": object{"type": "string", "description": "E-mail of the buyer: for administrators, and for the buyer"},
		}),
		"PetList": object{
			"description": "The pets by number; {} before the first update",
			"oneOf": []object{
				{"type": "array", "items": ref("Pet")},
				{"type": "object", "maxProperties": 0},
			},
		},
		"UpdateRequest": object{
			"type": "object", "required": []string{"pets"},
			"description": "The whole catalog: pets left out are removed. Other members are ignored.",
			"properties": object{"pets": object{"type": "array", "items": object{
				"type": "object", "required": []string{"type", "price"},
				"description": "Without an id, the pet is new and gets the next number. Other members are ignored.",
				"properties":  object{"id": number, "type": kind, "price": amountOrText},
			}}},
		},
		"UpdateResponse": object{"type": "object", "maxProperties": 0},
		"PurchaseRequest": object{
			"type": "object", "required": []string{"petId"},
			"description": "Other members are ignored.",
			"properties": object{
				"petId": object{"type": "integer", "maximum": contract.MaxInteger},
				"expect": object{
					"type": "object", "minProperties": 1, "properties": object{"type": kind, "price": amountOrText},
					"description": "What the buyer saw. If the pet is another by now: 412, and nothing is sold.",
				},
				"authToken": object{"type": "string", "description": "An ID token with the buyer's verified e-mail, for access tokens without one"},
			},
		},
		"Unicorn": closed([]string{"name", "gift"}, object{
			"name": object{"type": "string"}, "gift": object{"type": "string"},
		}),
		"UnicornList": object{"type": "array", "items": ref("Unicorn")},
	}
}
