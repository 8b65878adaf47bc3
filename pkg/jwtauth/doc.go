// Package jwtauth verifies JSON Web Tokens for Go services that cannot afford to let a bad one in, or to turn a good
// one away because the issuer has a bad day.
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
// API Gateway and net/http need less: package authorizer does the last three lines and answers. Tests use package
// jwtauthtest.
//
// Two kinds of error. A [Refusal] is a decision about the token: 401, or 403. [ErrKeysUnavailable] is none: 503,
// never a refusal that somebody caches. Both, and what an observer is told, are free of anything that came from a
// token, and may be logged.
//
// Strict: a compact JWS of at most 8 KiB in its only spelling; JSON without duplicate names, with names matched to
// the letter; RS256 and ES256 unless configured, no symmetric algorithm at all; kid required; iss, aud, exp and sub
// required; see [Verifier.Verify] for the order and its reasons. A key comes from the issuer's key set and nowhere
// else, whatever the header says.
//
// Keys are fetched when a token needs them and never in the background: fresh for ten minutes, served for a day at
// most while the provider is down, and looked for at once when a token names a new one. [RemoteKeySet] has every
// number.
//
// How to be wrong:
//   - An audience that several APIs share lets a token for one into the others. One identifier per API.
//   - An access token says what a client may do, an ID token who signed in. Use [IDToken] for the latter only.
//   - A scope is what the user let the application do, not what this user may do to this record. Check that too.
//   - A good token stays good until exp, even when the user is gone. Short lifetimes, or ask the issuer.
//   - [Config].Leeway is for clocks that are wrong. Set the clocks.
//   - The cache of verified tokens saves about 30 µs per request. Measure before you set it.
//
// Several issuers: a Verifier with its own key set for each, joined by [NewIssuers].
package jwtauth
