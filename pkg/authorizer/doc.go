// Package authorizer lets only requests with a verified token reach a handler: behind API Gateway,
// in a Lambda authorizer, or in any net/http service. It fails closed.
//
// # Which one to use
//
//   - A function behind an HTTP API: [Authorizer.Require], even behind API Gateway's own JWT
//     authorizer. The gateway refuses bad traffic at no cost; the guard still holds when a route
//     is added without an authorizer or the function gets a URL of its own.
//   - A public route that shows more to authenticated callers: [Authorizer.Optional].
//   - net/http: [Authorizer.Middleware], [Authorizer.OptionalMiddleware].
//   - A group of routes in net/http that needs more scopes: [Authorizer.Scopes] inside of it.
//   - A function behind a REST API or with payload 1.0: [Authorizer.RequireProxy]; behind a load
//     balancer: [Authorizer.RequireLoadBalancer]; with a URL: [Authorizer.RequireFunctionURL].
//   - A REST API whose own JWT authorizer does not suffice: [Authorizer.HandleREST] or
//     [Authorizer.HandleToken].
//   - A WebSocket API: [Authorizer.HandleConnect] or [Authorizer.RequireConnect]. AppSync:
//     [Authorizer.HandleAppSync].
//   - An HTTP API whose own authorizer does not suffice (it supports RSA and one issuer only):
//     [Authorizer.HandleHTTP], or [Authorizer.HandleHTTPPolicy] without simple responses.
//   - One function for several APIs: [Authorizer.Handle]; functions/authorizer is that program.
//
// All of them verify the token of the Authorization header with one [TokenVerifier], usually a
// [jwtauth.Verifier]. They never read a cookie or a body, and a URL only
// by [WithConnectQuery]. Two such headers, or two spellings
// of its name, are refused even when they are equal.
//
// # Responses of the guards
//
//	no credentials          401 Unauthorized         WWW-Authenticate: Bearer
//	a bad token             401 Unauthorized         Bearer error="invalid_token", error_description="..."
//	none of the scopes      403 Forbidden            Bearer error="insufficient_scope", scope="..."
//	a rule of the verifier  403 Forbidden
//	keys unavailable        503 Service Unavailable  Retry-After: 2
//	anything else           500 Internal Server Error
//
// with bodies like API Gateway's, {"message":"Unauthorized"}, and fixed texts only. Scopes are
// any-of, as in API Gateway; [Authorizer.AllOf] requires all of them. [WithResponse] changes bodies
// and headers. REST APIs and function URLs rename WWW-Authenticate: see WHERE-TO-VERIFY.md, which
// also says what AWS verifies by itself. [Authorizer.HandleREST] documents the responses of the
// Lambda authorizers, and how API Gateway's cache can make a right response wrong: read it before
// going live.
//
// # Bound tokens
//
// A token that is bound to a key of its client (a cnf claim) is refused unless its proof is
// checked: [WithDPoP] for RFC 9449, [WithMTLS] for RFC 8705, or both. The verifier must accept such
// tokens, see [jwtauth.Config].Confirmations. With DPoP, every challenge names the scheme and its
// algorithms; a request with the DPoP scheme gets the error codes of RFC 9449 section 7.1; and
// DPoP-Nonce comes with each response to a bound token when nonces are required. 503 when the
// replay store is unavailable.
//
// # Discovery
//
// With [WithResourceMetadata], a challenge names the address of the API's [ResourceMetadata] and
// the scopes of the route, so that a client that knows only the URL of the API finds its issuer
// (RFC 9728). Remote servers of the Model Context Protocol need it; examples/mcp is one.
//
// API Gateway's authorizers, Lambda authorizers too, respond without these parameters. For clients
// that discover, give a route of an HTTP API no authorizer at the gateway and put the guard into
// the function; serve the metadata at a public route of the same API. A REST API can set the header
// in its gateway response UNAUTHORIZED.
//
// # Limits
//
// This package does not detect tokens that were revoked before they expire and does not limit
// rates. MIGRATING.md compares it with go-jwt-middleware, go-oidc, keyfunc and aws-jwt-verify.
package authorizer
