package contract

// The key attributes of the Pets table, and its time-to-live attribute.
const (
	PartitionKey = "username"  // string
	SortKey      = "petId"     // number
	TTLAttribute = "expiresAt" // seconds since the epoch
)

// The partitions of the table; functions/internal/dynamo documents their items.
const (
	CatalogPartition  = "default" // pets
	StatePartition    = "state"   // the catalog's version, and counters of sales
	SalePartition     = "sale"    // sales, by pet
	IdempotencyPrefix = "key#"    // stored responses, by idempotency key
)
