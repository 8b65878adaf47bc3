// Package dynamo keeps the shop of package pets in one DynamoDB table. It is
// the only importer of the DynamoDB SDK: the layout is written once, here.
//
// # Layout
//
// Hash key username (S), range key petId (N):
//
//	catalog    default, 0          version; no item: the catalog was never written
//	pet          default, id         type, price; after a sale isSold, soldTo, soldToSub, soldAt, purchaseId
//	sale         sale#<purchaseId>, id  soldTo, soldToSub, soldAt, price
//	key          key#<hash>, 0       bodyHash, purchaseId, pet, expiresAt, and with the answer: status, answer
//
// One item per pet: a sale costs the same in a catalog of 10 and of 100,000
// pets, and sales of different pets never meet. A sale does not touch the
// catalog item, which would be the hot item of every sale. An update of the
// catalog changes type and price of standing pets and nothing else of them.
// Where an update removes a sold pet, the sale item stays.
//
// # Calls
//
// A purchase is one transaction: mark the pet if it is there, unsold, and at
// the price that the sale will tell; put the sale; put the key. A canceled
// transaction is read by its reasons and the items in them, never by text.
//
// Reads are consistent where a decision or a caller rests on them: the list
// (a buyer who reloads must find his pet sold), the pet before a purchase (a
// stale "sold" or "unknown" would refuse an available pet), all pets before an
// update (the difference is made against what stands), the key. Only the
// version shown with a page after the first is read eventually, at half the
// price: too old a version costs a caller a 412, never an update.
//
// # Time
//
// The SDK has no read timeout by default and waits seconds between tries. Here
// a connection takes at most 1 s, a try at most 1.5 s, the pauses are 25 to 500
// ms, and a call ends 300 ms before the deadline of its context, so that the
// caller can still answer. No try of a write starts with less than 500 ms left.
// There are up to 10 tries: 4 leave 1 purchase in 60 unanswered when 30 % of
// all calls are throttled, 10 leave less than 1 in 80,000, and the deadline
// bounds them anyhow. No try is ever a bare increment: the conditions and the
// SDK's ClientRequestToken make each of them safe to repeat.
package dynamo
