package contract

// The key attributes of the Pets table, and its time-to-live attribute.
const (
	PartitionKey = "username"  // string
	SortKey      = "petId"     // number
	TTLAttribute = "expiresAt" // seconds since the epoch
)

// The partitions of the table; functions/internal/dynamo documents their items.
const (
	CatalogPartition  = "default" // the catalog and its pets
	SalePrefix        = "sale#"   // sales, by purchase
	IdempotencyPrefix = "key#"    // stored responses, by idempotency key
)
