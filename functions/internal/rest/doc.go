// Package rest turns events of API Gateway into calls of a handler and what the
// handler returns into answers, once for all functions, so that a handler is
// left with its own work: read the request, ask the shop, write the answer.
//
// A function serves one route. An [Endpoint] refuses what is not for it (an
// event of payload format 1.0, another path, another method), recovers from a
// panic, turns an error into its status by the one table of this package,
// adds the headers that every answer has, and writes one log line.
//
// The path of the event must be the route's own; a trailing slash is forgiven,
// as API Gateway forgives it. An API behind a base path of a custom domain would
// need more, and gets 404.
//
// An event without the marks of a request, such as the console's test event, is
// served as a request without headers and body: it gets what an anonymous caller gets.
package rest
