// Package dynamo keeps the shop of package pets in one DynamoDB table. It is
// the only importer of the DynamoDB SDK: the layout is written once, here.
//
// # Layout
//
// Partition key username (S), sort key petId (N):
//
//	item      keys             attributes
//	pet       default, id      type, price; once sold isSold, buyer (hash of the subject)
//	sale      sale, id         purchaseId, type, price, soldTo, soldToSub, soldAt
//	catalog   state, 0         version, pets, lastId, updateId; no item: never written
//	counter   state, 1 to 16   sales
//	key       key#<hash>, 0    bodyHash, purchaseId, pet, expiresAt, status, response, minimal
//
// A sale has the number of its pet as key, and is put only if there is none:
// whatever updates do to the pet, the number is never sold again. It holds what
// only a few may see, so that a list of sold pets stays small. A pet is one
// item: a sale costs the same in a catalog of 10 and of 20,000 pets.
//
// The catalog item has a version for updates, and the highest number that was
// ever in the catalog. Each sale increments one of 16 counters, chosen by its
// purchase, so that sales conflict there with a chance of 1 in 16. Catalog item
// and counters are read by one Query of one read unit: together they name the
// state of the list. They have a partition of their own, because a sale writes
// three items: in three partitions the ceiling is twice that of two.
//
// A table whose partition "default" has an item 0 was filled by an earlier
// version, and is refused with pets.ErrLayout.
//
// # Calls
//
// A purchase reads its pet and writes one transaction: mark the pet if it is
// there, unsold, and of the type and price that were read; put the sale; count
// it; put the key. A canceled transaction is interpreted by its reasons and the
// items in them, never by text.
//
// An update reads the state and all pets, then writes batches of at most 99
// changes, each with the next version. Before it adds a number that is not above
// the highest one, it reads the number's sale: the pet comes back sold.
//
// All reads are consistent: a buyer who reloads must find their pet sold, and a
// stale "sold" would refuse an available pet. DynamoDB isolates a transaction
// from reads of single items only: a list that is read while a transaction of
// several items is applied may show a part of it, and has the tag of before or
// after. Conditions, not lists, decide about sales.
//
// # Time
//
// The SDK has no read timeout by default and waits seconds between attempts.
// Here a connection takes at most 1 s, an attempt at most 1.5 s, the pauses are
// 25 to 500 ms, and a call ends 300 ms before the deadline of its context, so
// that the caller can still respond. No attempt of a write starts with less than
// 500 ms left. There are up to 10 attempts: 4 leave 1 purchase in 60 without a
// result when 30 % of all calls are throttled, 10 leave less than 1 in 80,000,
// and the deadline bounds them. No attempt is ever a bare increment: conditions
// and the SDK's ClientRequestToken make each of them safe to repeat.
//
// # Where it stops
//
// DynamoDB serves 1,000 write units and 3,000 read units a second from one
// partition. A sale writes 2 units to each of the partitions default, sale and
// state: the table sells 500 pets a second. A GET of an unchanged list reads 1
// unit of state: 3,000 a second, and a full page of 1,000 pets reads 10 to 16
// units of default. A change of the catalog writes 2 units: an update of the
// most changes allowed takes 4 seconds of a partition.
//
// What comes next, in this order: a cache in front of GET /pets, which may keep
// a response for a second; the automatic split of partitions by sort key, which
// DynamoDB does under lasting load and which separates numbers of pets and
// sales, but not the counters; then counters in several partitions, and a
// catalog in several partitions by ranges of numbers.
package dynamo
