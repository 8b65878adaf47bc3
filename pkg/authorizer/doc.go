// Package authorizer puts a verified caller in front of a handler: behind API Gateway, in a Lambda
// authorizer, or in any net/http service. It never lets a caller pass whom it could not check.
//
// # Which one to use
//
//   - A function behind an HTTP API: [Authorizer.Require], even behind API Gateway's own JWT
//     authorizer. The gateway turns bad traffic away at no cost; the guard still holds when a route
//     is added without an authorizer or the function gets a URL of its own.
//   - An open route that shows more to those it knows: [Authorizer.Optional].
//   - net/http: [Authorizer.Middleware], [Authorizer.OptionalMiddleware].
//   - A REST API, which has no JWT authorizer: [Authorizer.HandleREST] or [Authorizer.HandleToken].
//   - An HTTP API whose own authorizer will not do (it knows RSA and one issuer only):
//     [Authorizer.HandleHTTP], or [Authorizer.HandleHTTPPolicy] without simple responses.
//   - One function for several APIs: [Authorizer.Handle]; functions/authorizer is that program.
//
// All ask one [TokenVerifier], in practice a [jwtauth.Verifier], about the token of the
// Authorization header; a URL, a cookie or a body is never read. Two such headers, or two spellings
// of its name, are refused even when they are equal.
//
// # Answers of the guards
//
//	no credentials          401 Unauthorized         WWW-Authenticate: Bearer
//	a bad token             401 Unauthorized         Bearer error="invalid_token", error_description="..."
//	none of the scopes      403 Forbidden            Bearer error="insufficient_scope", scope="..."
//	a rule of the verifier  403 Forbidden
//	no keys to be had       503 Service Unavailable  Retry-After: 1
//	anything else           500 Internal Server Error
//
// as API Gateway words them, {"message":"Unauthorized"}, with fixed texts only. Scopes are any-of, as
// in API Gateway; compare a second one in the handler, by [jwtauth.Token.HasScope]. What the Lambda
// authorizers answer, and how API Gateway's cache can make a right answer wrong, is told at
// [Authorizer.HandleREST]: read it before going live.
//
// # Limits
//
// Nothing here knows of tokens that were revoked before they expire, binds a token to a connection
// (DPoP, mTLS) or limits the rate of calls. MIGRATING.md is for those who come from go-jwt-middleware,
// go-oidc, keyfunc or aws-jwt-verify.
package authorizer
