// Package pets holds the rules of the shop: what a pet is, who sees the buyer
// of a pet, how a catalog is replaced, and how a pet is sold once. It knows
// neither AWS nor HTTP: what it needs of a store it declares in [Lister],
// [Catalog] and [SaleStore]. Package dynamo implements them over DynamoDB,
// package petstest in memory.
//
// # Invariants
//
//  1. A number is sold at most once, whatever updates come between: a pet that
//     is removed and added again is sold if its number was sold.
//  2. No sale is lost, undone or forged by an update: updates change only the
//     type and the price of a pet.
//  3. A buyer who gets a 200 has a durable sale, and the request
//     that made a durable sale never reports "not available".
//  4. A pet is sold as the buyer expected it, or not at all: type and price are
//     conditions of the sale's own write.
//  5. Purchases and reads are linearizable per pet, and two updates never
//     interleave.
//  6. A number given by the store was never in the catalog before.
//  7. A crash between any two calls to the store leaves 1 to 6 true, and
//     repeating the request finishes the work.
//
// # Unknown outcomes
//
// A write whose response is lost may or may not have been applied. Every
// purchase and every update therefore has an id of its own, which the store
// keeps with what it wrote: the operation reads it back before it reports a
// failure.
package pets
