package main

import "strings"

// A Route is one line of the API. The stack, the tests and the table in the README come from this list:
// there is no other place where a route is written.
type Route struct {
	Method   string
	Path     string
	Function string   // the ID of a Function
	Scopes   []string // one of them is enough; none means that anyone may call
}

// Key is the route as API Gateway writes it.
func (r Route) Key() string { return r.Method + " " + r.Path }

// Public tells whether API Gateway lets a call through without a token.
func (r Route) Public() bool { return len(r.Scopes) == 0 }

// Routes is the API.
//
// GET /pets is open to anyone; its function verifies a token itself when there is one, and shows a buyer
// his own purchases.
//
// OPTIONS /{proxy+} is public and must stay so: a browser sends its preflight without a token, and an
// explicit OPTIONS, ANY or $default route takes it before API Gateway's own CORS answer does. Behind the
// authorizer each preflight would be a 401, which a browser shows as a network failure. For the same
// reason there is no ANY and no $default route at all. NoOp answers 204 with no header of its own; API
// Gateway adds those of the CORS configuration and ignores any that a function sets.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
func Routes() []Route {
	return []Route{
		{Method: "GET", Path: "/pets", Function: "GetPetInfo"},
		{Method: "POST", Path: "/pets", Function: "UpdatePetInfo", Scopes: []string{"update:pets"}},
		{Method: "POST", Path: "/pets/purchase", Function: "PetPurchase", Scopes: []string{"purchase:pets"}},
		{Method: "GET", Path: "/unicorn", Function: "GetUnicorn", Scopes: []string{"read:unicorn"}},
		{Method: "GET", Path: "/unicorns", Function: "ListAllUnicorns", Scopes: []string{"list:unicorns"}},
		{Method: "OPTIONS", Path: "/{proxy+}", Function: "NoOp"},
	}
}

// PublicRoutes are the routes that may be without scopes. The list is written a second time on purpose: a
// route that loses its scopes by mistake is not on it, and a test says so.
func PublicRoutes() []string { return []string{"GET /pets", "OPTIONS /{proxy+}"} }

// dashed is a path in the name that CDK gives a route's construct.
func dashed(path string) string { return strings.ReplaceAll(path, "/", "--")[1:] }
