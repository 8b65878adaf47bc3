// Package pets holds the rules of the shop: what a pet is, who may be told
// what about a sale, how a catalog is replaced, and how a pet is sold once.
// It knows neither AWS nor HTTP: what it needs of a store it says in
// [Catalog] and [Register], and package dynamo provides it.
//
// # Invariants
//
//  1. A pet is sold at most once.
//  2. No sale is lost, undone or forged by an update: updates change only the
//     type and the price of a pet.
//  3. Who is told "yours" has a durable sale, and the owner of a durable sale
//     is never told "not available" by the request that made it.
//  4. Purchases and reads are linearizable per pet, and two updates never
//     interleave.
//  5. A crash between any two calls to the store leaves 1 to 4 true, and
//     repeating the request finishes the work.
//
// # Doubt
//
// A write whose answer got lost may or may not have happened. Every purchase
// therefore carries an id of its own, which the sale keeps: whoever finds the
// pet sold compares ids before he says "not available". An update compares
// what stands with what is wanted, so that repeating it is harmless.
package pets
