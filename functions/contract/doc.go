// Package contract is the API, written once: routes, scopes, functions, the names of their
// settings and metrics, the keys of the table, and limits.
//
// Everything else derives from it. A function serves the route that its main names, with the
// route's scopes. The CDK app in infra/cdk declares routes, CORS, throttles, roles, metrics and
// alarms from it. `make golden` generates the OpenAPI document, the README's tables and the web
// page's constants. The tenant in infra/auth0 is checked against it.
//
// Two things are written a second time on purpose, as a safety net: the list of public routes
// ([PublicRoutes]), and a table in the tests of infra/cdk that spells the whole contract out.
//
// The package imports the standard library only: infra/cdk compiles it too.
package contract

// Version is the version of the API in its OpenAPI document.
const Version = "1.0.0"
