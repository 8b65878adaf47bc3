package main

const (
	purchaseFile = "functions/internal/dynamo/purchase.go"
	updateFile   = "functions/internal/dynamo/update.go"
	keyFile      = "functions/internal/dynamo/key.go"
	retryFile    = "functions/internal/dynamo/retry.go"
	listFile     = "functions/internal/dynamo/list.go"
)

// storeMutations are the ways to lose a sale that we know of.
func storeMutations() []mutation {
	return []mutation{
		{
			"a purchase without condition", "", purchaseFile,
			`"attribute_exists(petId) AND price = :price AND " +
			"(attribute_not_exists(isSold) OR isSold = :false)"`,
			`"price = :price OR isSold = :false"`,
		},
		{
			"a retry that does not know its own purchase", "", purchaseFile,
			`	if failed(reasons, soldRecord) {
		return true, nil
	}
	if failed(reasons, soldKey)`,
			`	sale.PurchaseID = ""
	if failed(reasons, soldKey)`,
		},
		{
			"an update that writes what is sold", "", updateFile,
			`"SET #type = :type, price = :price"`,
			`"SET #type = :type, price = :price REMOVE isSold, soldTo"`,
		},
		{
			"a purchase that touches the catalog item", "", purchaseFile,
			`	if key != nil {
		writes`,
			`	writes = append(writes, types.TransactWriteItem{Update: &types.Update{
		TableName: s.table, Key: primaryKey(catalogKey, 0),
		UpdateExpression:          aws.String("ADD version :one"),
		ExpressionAttributeValues: item{":one": number(1)},
	}})
	if key != nil {
		writes`,
		},
		{
			"an update without the version", "", updateFile,
			`"version = :version"`,
			`"version = :version OR attribute_exists(version)"`,
		},
		{
			"an eventual read in the purchase", "", purchaseFile,
			`ConsistentRead:         aws.Bool(true)`,
			`ConsistentRead:         aws.Bool(false)`,
		},
		{
			"an eventual list", "", listFile,
			`ConsistentRead:            aws.Bool(true)`,
			`ConsistentRead:            aws.Bool(false)`,
		},
		{
			"a sale at another price than it says", "", purchaseFile,
			`AND price = :price AND`,
			`AND (price = :price OR price <> :price) AND`,
		},
		{
			"a sale without its record", "", purchaseFile,
			`it := primaryKey(salePrefix+sale.PurchaseID, sale.PetID)`,
			`it := primaryKey(salePrefix, sale.PetID)`,
		},
		{
			"a key that is not claimed with the sale", "", purchaseFile,
			`	if key != nil {
		writes = append(writes, s.putKey(sale, *key))
	}`,
			``,
		},
		{
			"an answer that is written over", "", keyFile,
			`" OR (purchaseId = :purchase AND attribute_not_exists(answer))"`,
			`" OR attribute_exists(petId)"`,
		},
		{
			"a key that is never free again", "", keyFile,
			`"attribute_not_exists(petId) OR expiresAt <= :now"`,
			`"attribute_not_exists(petId) OR expiresAt < :now"`,
		},
		{
			"a write that starts too late", "", retryFile,
			`time.Until(deadline) < writeReserve-answerReserve`,
			`time.Until(deadline) < 0`,
		},
		{
			"a lost answer that is not asked for again", "", retryFile,
			`		return aws.TrueTernary
	}
	return aws.UnknownTernary`,
			`		return aws.FalseTernary
	}
	return aws.UnknownTernary`,
		},
	}
}
