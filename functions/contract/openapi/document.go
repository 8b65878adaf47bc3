// Package openapi describes the contract as an OpenAPI 3.1 document: schemas, every status of
// every route, security and examples. `make golden` writes it to functions/contract/openapi.json.
package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"example.com/securedpets/functions/contract"
)

// ErrUndocumented means that a route and its operation here do not fit together.
var ErrUndocumented = errors.New("functions/contract/openapi/operations.go")

// An object is a JSON object. Its members are written sorted by name.
type object = map[string]any

// Addresses are where one deployment serves the API and where its issuer signs people in.
type Addresses struct {
	API    string
	Issuer string // ends with a slash
}

// Laptop is where `make run` serves by default.
var Laptop = Addresses{API: "http://localhost:8080", Issuer: "http://localhost:9000/"}

// Document returns the OpenAPI document as indented JSON. A route without an operation, or an
// operation without a route, is an error that names it.
func Document(at Addresses) ([]byte, error) {
	if err := contract.Check(); err != nil {
		return nil, err
	}
	paths, err := paths()
	if err != nil {
		return nil, err
	}
	return encode(object{
		"openapi": "3.1.0",
		"info": object{
			"title":   "Secured Pets",
			"version": contract.Version,
			"description": "Anyone lists the pets, administrators save the catalog, buyers buy. " +
				"Every error is {\"message\": \"...\"}. The response to OPTIONS, the preflight request of browsers, is 204 on every path.",
			"license": object{"name": "Apache 2.0", "identifier": "Apache-2.0"},
		},
		"servers":    []object{{"url": at.API}},
		"tags":       tags(),
		"paths":      paths,
		"components": object{"schemas": schemas(), "securitySchemes": securitySchemes(at)},
	})
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// The security schemes: a token from the issuer's sign-in, or one that the caller already has.
const (
	signIn = "signIn"
	token  = "token"
)

func securitySchemes(at Addresses) object {
	scopes := object{}
	for _, s := range contract.Scopes() {
		scopes[s.Scope] = s.Description
	}
	return object{
		signIn: object{
			"type":        "oauth2",
			"description": "Sign in at the issuer with PKCE; ask for the API with the parameter audience.",
			"flows": object{"authorizationCode": object{
				"authorizationUrl": at.Issuer + "authorize",
				"tokenUrl":         at.Issuer + "oauth/token",
				"scopes":           scopes,
			}},
		},
		token: object{
			"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
			"description": "An access token (RFC 6750), such as `make -s token AS=buyer` prints on a laptop.",
		},
	}
}

func tags() []object {
	return []object{
		{"name": "pets", "description": "The catalog of pets and their sales"},
		{"name": "unicorns", "description": "Unicorns and their gifts"},
	}
}

// paths joins routes and operations. Preflight requests are in the description.
func paths() (object, error) {
	paths := object{}
	var errs []error
	documented := operations()
	for _, r := range contract.Routes() {
		op, ok := documented[r.Key()]
		delete(documented, r.Key())
		switch {
		case r.Method == http.MethodOptions:
			continue
		case !ok:
			errs = append(errs, fmt.Errorf("%w: %s has no operation", ErrUndocumented, r.Key()))
			continue
		}
		path, _ := paths[r.Path].(object)
		if path == nil {
			path = object{}
			paths[r.Path] = path
		}
		path[strings.ToLower(r.Method)] = op.object(r)
	}
	for key := range documented {
		errs = append(errs, fmt.Errorf("%w: %s is not a route of functions/contract/route.go", ErrUndocumented, key))
	}
	return paths, errors.Join(errs...)
}

// object writes the operation with the statuses that every route of its kind has.
func (o operation) object(r contract.Route) object {
	responses := object{}
	for status, response := range o.allResponses(r) {
		responses[strconv.Itoa(status)] = response.object(status)
	}
	op := object{
		"operationId": o.id, "tags": []string{o.tag}, "summary": o.summary,
		"security": security(r), "responses": responses,
	}
	if o.description != "" {
		op["description"] = o.description
	}
	if len(o.parameters) > 0 {
		op["parameters"] = o.parameters
	}
	if o.body != nil {
		op["requestBody"] = object{"required": true, "content": object{"application/json": o.body}}
	}
	return op
}

// security of a public route is optional: a token is verified where there is one. Any one of the
// scopes is enough, so each is an alternative.
func security(r contract.Route) []object {
	if r.Public() {
		return []object{{}, {signIn: []string{}}, {token: []string{}}}
	}
	var alternatives []object
	for _, scope := range r.Scopes {
		alternatives = append(alternatives, object{signIn: []string{scope}}, object{token: []string{scope}})
	}
	return alternatives
}
