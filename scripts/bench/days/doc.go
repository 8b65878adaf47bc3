// Package days runs the bad days of an issuer against pkg/jwtauth and its peers: what each library
// does when keys rotate, leak or cannot be fetched. `make days` writes the results into
// pkg/authorizer/MIGRATING.md; the tests compare that table with a new run.
//
// Each library is set up as its own documentation recommends. The issuer responds in process, and
// time is that of testing/synctest: a day takes milliseconds and every duration is exact.
package days
