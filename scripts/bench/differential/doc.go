// Package differential fuzzes pkg/jwtauth beside golang-jwt, go-jose and jwx v3: a token that is
// accepted here must be accepted by each of them, with equal iss, sub, aud and exp. The fuzz
// targets sign what they mutate, so that the mutations reach the claims; the other direction is
// no property, because the peers accept more.
//
// `make fuzz` runs the targets beside those of the project, `make test-foreign` for 20 seconds.
package differential
