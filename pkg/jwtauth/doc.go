// Package jwtauth verifies JSON Web Tokens for Go services that must neither let a bad one in, nor
// turn a good one away because the issuer has a bad day.
//
//	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: "https://tenant.example/"})
//	verifier, err := jwtauth.New(jwtauth.Config{
//		Issuer:    "https://tenant.example/",
//		Audiences: []string{"https://api.example"},
//	}, keys)
//	raw, err := jwtauth.ParseBearer(r.Header.Get("Authorization"))
//	token, err := verifier.Verify(ctx, raw)
//	if !token.HasScope("read:pets") { ... }
//
// For API Gateway and net/http, package authorizer does the last three lines and responds. Tests
// use package jwtauthtest.
//
// # Errors
//
// There are two kinds. A [Refusal] is a decision about the token: 401, or 403. [ErrKeysUnavailable]
// means that nothing was decided: 503 with Retry-After, never a refusal that a cache may keep.
// [ErrKeyUndecided] is the part of it that a flood of forged tokens causes. No error and no [Event]
// holds anything that came from a token, so all may be logged.
//
// # Strictness
//
// A token is a compact JWS of at most 8 KiB (16 by option) in its only spelling. Its JSON has no
// duplicate names, and names match exactly. By default, RS256 and ES256 are accepted; symmetric
// algorithms never are.
// The header needs kid; the claims need iss, aud, exp and sub. A token that cnf binds to a key of
// its client needs the proof of that key as well: packages dpop and mtls check it.
// [Verifier.Verify] has the order of the checks and its reasons. A key comes from the issuer's key
// set and from nowhere else, whatever the header says.
//
// # Keys
//
// Keys are fetched when a token needs them and never in the background. They are fresh for ten
// minutes, and serve for a day at most while the issuer is down; a key that a token names and the
// set lacks is looked up at once. Time in which the process is frozen, as a Lambda function is
// between invocations, counts. [RemoteKeySet] has every number.
//
// # How to be wrong
//
//   - An audience that several APIs share lets a token for one into the others. Use one identifier
//     per API.
//   - An access token says what a client may do, an ID token who signed in. Use [IDToken] for the
//     latter only.
//   - A scope is what the user let the application do, not what this user may do to this record.
//     Check that too.
//   - A good token stays good until exp, even when the user is gone. Use short lifetimes, or ask
//     the issuer.
//   - [Config].Leeway is for clocks that are wrong. Set the clocks.
//   - The cache of verified tokens saves about 30 µs per request. Measure before you set it.
//
// For several issuers, [NewIssuers] joins a Verifier with its own key set for each. ISSUERS.md
// lists the settings for the tokens of well-known issuers, CONFORMANCE.md the rules with their
// tests.
package jwtauth
