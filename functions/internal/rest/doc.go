// Package rest connects API Gateway events to handlers, once for all functions: a handler reads
// the request, calls the domain, writes the response.
//
// A program serves one route of the contract. Its [Endpoint] rejects events of payload format
// 1.0, recovers from panics, maps errors to statuses by the one table of this package, adds the
// headers that every response has, and writes one log line per request. Values of {name} segments
// are in the request's PathParameters.
//
// A request for another route means that the API calls the wrong function: 500, and an ERROR line
// that names the route it serves. A path that no route can have ("//pets", "/a/../b") is a 404.
// A trailing slash is ignored, as API Gateway does; a base path of a custom domain is not removed.
//
// An event without a method and a path, such as the console's test event, is served as a request
// without headers and body: it gets what an anonymous caller gets.
package rest
