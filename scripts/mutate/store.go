package main

// Files of the store and of the rules over it.
const (
	dynamoPurchase    = "functions/internal/dynamo/purchase.go"
	dynamoUpdate      = "functions/internal/dynamo/update.go"
	dynamoState       = "functions/internal/dynamo/state.go"
	dynamoIdempotency = "functions/internal/dynamo/idempotency.go"
	dynamoRetry       = "functions/internal/dynamo/retry.go"
	dynamoList        = "functions/internal/dynamo/list.go"
	dynamoLayout      = "functions/internal/dynamo/layout.go"
	petsPurchase      = "functions/internal/pets/purchase.go"
	petsUpdate        = "functions/internal/pets/update.go"
	petsList          = "functions/internal/pets/list.go"
)

// storeMutations are the known ways to lose a sale, to make one twice, or to
// sell what the buyer did not see.
func storeMutations() []mutation {
	return []mutation{
		// The conditions of a sale.
		{"a sale of a sold pet", "", dynamoPurchase, `AND attribute_not_exists(isSold) "`, `"`},
		{"a sale at another price than it reports", "", dynamoPurchase, `"AND price = :price AND`, `"AND (price = :price OR price <> :price) AND`},
		{"a sale as another type than it reports", "", dynamoPurchase, `AND #type = :type"`, `AND (#type = :type OR #type <> :type)"`},
		{
			"a second sale of a number", "", dynamoPurchase,
			`		ConditionExpression:                 aws.String("attribute_not_exists(petId)"),
		ReturnValues`, `		ReturnValues`,
		},
		{"a sale without its counter", "", dynamoState, `item{":one": number(1)}`, `item{":one": number(0)}`},
		{"a sale in a table without counters", "", dynamoState, `"SET sales = sales + :one"),
		ConditionExpression:       aws.String("attribute_exists(petId)"),`, `"SET sales = if_not_exists(sales, :one) + :one"),`},
		{
			"a key that is not claimed with the sale", "", dynamoPurchase,
			`	if key != nil {
		writes = append(writes, s.putKey(sale, *key))
	}`, ``,
		},

		// How a failed condition is read.
		{"a retry that does not recognize its own purchase", "", dynamoPurchase, `err != nil || made.PurchaseID == sale.PurchaseID`, `err != nil || made.PurchaseID == ""`},
		{"a concurrent request with the key is refused", "", dynamoPurchase, `case hasFailed(reasons, keyPart):`, `case hasFailed(reasons, keyPart) && !hasFailed(reasons, salePart):`},
		{"a changed pet is not available", "", dynamoPurchase, `		return pets.ErrConflict
	}
}`, `		return pets.ErrNotAvailable
	}
}`},

		// Rules of a purchase.
		{"an expectation that is not compared", "", petsPurchase, `!order.Expect.isMet(pet)`, `false`},
		{"a sold pet that was expected otherwise has changed", "", petsPurchase, `	case pet.IsSold():
		return Pet{}, ErrNotAvailable
	case !order.Expect.isMet(pet):
		return Pet{}, ErrChanged`, `	case !order.Expect.isMet(pet):
		return Pet{}, ErrChanged
	case pet.IsSold():
		return Pet{}, ErrNotAvailable`},
		{"another purchase's sale resolves the doubt", "", petsPurchase, `err != nil || made.PurchaseID != sale.PurchaseID`, `err != nil`},

		// Updates.
		{"an update that writes what is sold", "", dynamoUpdate, `"SET #type = :type, price = :price"`, `"SET #type = :type, price = :price REMOVE isSold, buyer"`},
		{"an update without the version", "", dynamoState, `"version = :before"`, `"version = :before OR attribute_exists(version)"`},
		{"an added pet replaces the one that is there", "", dynamoUpdate, `			Item:                petItem(c.Pet),
			ConditionExpression: aws.String("attribute_not_exists(petId)"),`, `			Item:                petItem(c.Pet),`},
		{"a sold number comes back unsold", "", petsUpdate, `c.Kind == Add && c.Pet.ID <= state.LastID`, `false`},
		{"a number is given again after its pet is gone", "", petsUpdate, `last := highest(state.LastID, u.wanted)`, `last := highest(state.Pets, u.wanted)`},
		{"numbers are not reserved", "", petsUpdate, `	state.LastID = highest(state.LastID, u.numbered)
`, ``},
		{"numbers change in the middle of an update", "", petsUpdate, `	if u.begun {
		return nil
	}
	if u.match`, `	if u.match`},
		{"an update of any size", "", petsUpdate, `changes > MaxChanges`, `false`},
		{"an update that cannot finish begins", "", petsUpdate, `ok && time.Until(deadline) < needed`, `ok && time.Until(deadline) < 0`},
		{"an update whose response was lost is reported as failed", "", petsUpdate, `err == nil && state.UpdateID == u.id`, `false`},
		{"the counters start again with each first update", "", dynamoState, `"SET sales = if_not_exists(sales, :zero)"`, `"SET sales = :zero"`},

		// Reads.
		{"an eventual read of one item", "", dynamoList, `		ConsistentRead: aws.Bool(true),
	})`, `		ConsistentRead: aws.Bool(false),
	})`},
		{"an eventual list", "", dynamoList, `		ConsistentRead: aws.Bool(true),
	}
	if`, `		ConsistentRead: aws.Bool(false),
	}
	if`},
		{"a state that does not count sales", "", dynamoState, `	state.Sales = sales
`, `	state.Sales = sales / 40
`},
		{"every buyer sees every owner", "", petsList, `v.All || v.Subject != "" && v.Subject == s.Buyer.Subject`, `true`},
		{"a list that is kept for another state", "", "functions/get-pet-info/kept.go", `return resp, k.etag == etag`, `return resp, k.etag != ""`},
		{"the list of an administrator is kept for all", "", "functions/get-pet-info/handler.go", `anonymous := viewer == pets.Viewer{}`, `anonymous := viewer != pets.Viewer{Subject: "x"}`},
		{"a table of the earlier layout is empty", "", dynamoLayout, `len(it) > 0`, `len(it) > 1000`},

		// Idempotency keys.
		{"a response that is replaced", "", dynamoIdempotency, `" OR (purchaseId = :purchase AND attribute_not_exists(#response))"`, `" OR attribute_exists(petId)"`},
		{"a key that never expires", "", dynamoIdempotency, `"attribute_not_exists(petId) OR expiresAt <= :now"`, `"attribute_not_exists(petId) OR expiresAt < :now"`},
		{"an expectation that is no part of the order", "", "functions/pet-purchase/form.go", `	return hash(parts...)
}

// readKey`, `	return hash(parts[0])
}

// readKey`},

		// Time and retries.
		{"a write that starts too late", "", dynamoRetry, `time.Until(deadline) < writeReserve-responseReserve`, `time.Until(deadline) < 0`},
		{
			"an attempt without a response is not repeated", "", dynamoRetry,
			`		return aws.TrueTernary
	}
	return aws.UnknownTernary`,
			`		return aws.FalseTernary
	}
	return aws.UnknownTernary`,
		},
	}
}
