// Package dpop verifies DPoP proofs (RFC 9449): that the sender of a bound access token has the key
// that the token was issued for, so that a stolen token is of no use.
//
//	proofs, err := dpop.New(dpop.Config{
//		Origins: []string{"https://api.example"},
//		Replay:  &dpop.MemoryStore{},
//	})
//	verifier, err := jwtauth.New(jwtauth.Config{
//		Issuer:        "https://tenant.example/",
//		Audiences:     []string{"https://api.example"},
//		Confirmations: []string{jwtauth.ConfirmationDPoP},
//	}, keys)
//	guard := authorizer.New(verifier, authorizer.WithDPoP(proofs))
//
// The guards of package authorizer then accept the DPoP scheme beside Bearer: bound tokens with
// the one, others with the other, never crosswise. A service without them calls [Verifier.Verify]
// for each token whose Confirmation has a KeyThumbprint, with the request that it came with.
//
// A refusal is a [Code] for the WWW-Authenticate header and a [jwtauth.Refusal]: 401. An error
// that matches [jwtauth.ErrProofUndecided] is neither: 503. No error contains anything of a token
// or a proof.
//
// Strict, with the parser of package jwtauth: a proof of at most 8 KiB in its only spelling, JSON
// without duplicate names, no symmetric algorithm, a jwk without private members; see
// [Verifier.Verify] for the order and its reasons. htu is compared as RFC 9449 section 4.3 says:
// without query and fragment, after normalization, with [Config].Origins and never with the Host
// header.
//
// # Replays
//
// A proof passes once. [MemoryStore] knows the proofs of its own process. Functions and services
// that run more than once need a store that they share; pkg/authorizer/examples/dynamodb is one,
// in a module of its own.
//
// # Nonces
//
// With [Config].NonceKeys, a proof must carry a nonce of this server (RFC 9449 section 9), so
// that it cannot be made in advance. A client without one gets 401 with use_dpop_nonce and a
// DPoP-Nonce header, and tries again. Browsers let a page read it only if the response has
// "Access-Control-Expose-Headers: DPoP-Nonce, WWW-Authenticate", and send a proof only if "DPoP"
// is among the allowed request headers.
//
// How to be wrong:
//   - [jwtauth.Config].Confirmations without a call of Verify accepts stolen tokens.
//   - A MemoryStore per process behind a load balancer lets a proof pass once in each process.
//   - A proof covers method, URI and token. It does not cover query, headers and body.
//   - A long Window gives a thief more time with a proof, and makes the store larger.
//   - A gateway that caches the decision of a Lambda authorizer by the token skips the proof.
package dpop
