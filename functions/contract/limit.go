package contract

import "time"

// Limits of requests and values.
const (
	MaxInteger = 1<<53 - 1 // the largest pet number: every JSON reader holds it exactly
	MaxType    = 64        // characters of a pet's type
	MaxPrice   = 1_000_000_000
	MaxPage    = 1000 // pets in a result page
	MaxChanges = 2000 // changes of the catalog in one update: what fits the function's time

	MaxUpdateBody   = 256 << 10 // bytes as sent
	MaxUpdateJSON   = 4 << 20   // bytes after decompression
	MaxPurchaseBody = 16 << 10  // bytes

	MaxIdempotencyKey = 255 // visible ASCII characters
	MaxUnicornName    = 256 // bytes
)

// IdempotencyKeyLife is how long a response is stored.
const IdempotencyKeyLife = 24 * time.Hour
