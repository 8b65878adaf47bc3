// Package authorizer puts a verified caller in front of a handler: behind API Gateway, in a Lambda
// authorizer, or in any net/http service. It answers as API Gateway does, and it never lets a
// caller pass whom it could not check.
//
// # Which one to use
//
//   - A function behind an HTTP API: [Authorizer.Require] around the handler, even when API Gateway
//     has a JWT authorizer. The gateway turns most traffic away at no cost; the guard holds when a
//     route is added without an authorizer, when the function gets a URL of its own, and when an ID
//     token with the right audience comes by.
//   - A route that is open, and shows more to those it knows: [Authorizer.Optional].
//   - A net/http service: [Authorizer.Middleware] and [Authorizer.OptionalMiddleware].
//   - A REST API, which has no JWT authorizer: [Authorizer.HandleREST] as a REQUEST authorizer;
//     [Authorizer.HandleToken] where it must be a TOKEN authorizer.
//   - An HTTP API whose own JWT authorizer will not do (it knows RSA only and one issuer):
//     [Authorizer.HandleHTTP], or [Authorizer.HandleHTTPPolicy] with simple responses switched off.
//   - One deployed function for several APIs: [Authorizer.Handle]. functions/authorizer is that
//     program.
//
// All of them ask one [TokenVerifier], a [jwtauth.Verifier] in practice, and find the token in the
// Authorization header only: never in a URL, a cookie or a body. The header's name is compared
// without case; two headers, or two spellings of one, are refused even when they are equal.
//
// # Answers
//
//	no credentials            401 {"message":"Unauthorized"}         Bearer
//	a bad token               401 {"message":"Unauthorized"}         Bearer error="invalid_token", error_description="..."
//	a scope is missing        403 {"message":"Forbidden"}            Bearer error="insufficient_scope", scope="..."
//	a rule of the verifier    403 {"message":"Forbidden"}
//	keys cannot be had        503 {"message":"Service Unavailable"}  Retry-After: 1
//	anything else             500 {"message":"Internal Server Error"}
//
// The third column is WWW-Authenticate (RFC 6750 section 3); its descriptions are fixed texts. All
// of them are application/json with nosniff and no-store. Scopes are any-of, as in API Gateway: to
// ask for two scopes at once, compare the second in the handler with [jwtauth.Token.HasScope].
//
// A Lambda authorizer has no words of its own; API Gateway answers for it:
//
//	                          HandleHTTP(Policy)    HandleREST, HandleToken
//	allowed                   the call goes on      the call goes on
//	no token, a bad token     403                   401 (ErrUnauthorized)
//	scope, rule               403                   403 (a policy that denies)
//	keys, anything else       500 (an error)        500 (an error)
//
// "Could not decide" is an error and never a deny: API Gateway caches a deny, and good tokens would
// stay shut out after the keys are back. [open] For an HTTP API with payload 1.0, API Gateway does
// not document that the error "Unauthorized" becomes 401; it may become 500, and is closed in both.
//
// # Caching, or how to be wrong
//
// API Gateway can keep an authorizer's answer (REST APIs do so by default, for 300 s) and then does
// not ask again. What it keeps it finds again by the identity sources alone, for every route that
// uses the authorizer. Two mistakes follow.
//
//   - A policy for one method, kept by the token alone: the first call to another method within the
//     TTL gets 403. It works in every test and fails under use.
//   - A policy (or a simple "yes") wider than the question: a token that may read is kept as
//     allowed, and may then write.
//
// The answers here name the one method that was called, so the second cannot happen with policies;
// against the first, and for simple responses, do one of these:
//
//   - TTL 0: nothing is kept. Verification takes some ten microseconds, the call of the function
//     is what costs.
//   - Put the route into the key. REST REQUEST authorizer: identity sources
//     method.request.header.Authorization, context.path, context.httpMethod. HTTP API:
//     $request.header.Authorization, $context.routeKey; with policies $context.path too, because a
//     policy names the path and not the route.
//   - [WithStagePolicy], when every method behind the authorizer has the same rule.
//
// A TOKEN authorizer has no key but the token: TTL 0 or WithStagePolicy. Whatever is kept outlives
// the token by up to the TTL, and a withdrawn key too: keep it short.
//
// A caller's path is part of the method's ARN. A path with "*", "?" or "$" would widen the policy,
// and is denied.
//
// # Limits
//
// Nothing here knows of tokens that were revoked before they expire, binds a token to a connection
// (DPoP, mTLS), or limits the rate of calls.
// [jwtauth.Verifier] stops waiting for keys 200 ms before the deadline of its context, which is
// the function's: there is time for an answer.
package authorizer
