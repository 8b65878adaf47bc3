// Package openapitest holds real responses to the OpenAPI document.
package openapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/contract/openapi"
)

// A Document validates responses.
type Document struct {
	paths    map[string]map[string]operation
	compiler *jsonschema.Compiler
}

type operation struct {
	Responses map[string]struct {
		Headers map[string]struct{ Required bool }
		Content map[string]json.RawMessage
	}
}

const resource = "https://securedpets.invalid/openapi.json"

// New reads the document.
func New(t testing.TB) *Document {
	t.Helper()
	text, err := openapi.Document(openapi.Laptop)
	if err != nil {
		t.Fatal(err)
	}
	var typed struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(text, &typed); err != nil {
		t.Fatal(err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020) // OpenAPI 3.1's
	if err := compiler.AddResource(resource, whole); err != nil {
		t.Fatal(err)
	}
	return &Document{paths: typed.Paths, compiler: compiler}
}

// Check returns an error unless the document has the response: status, required headers, and
// the body by its schema. Header names are in any case.
func (d *Document) Check(route contract.Route, status int, headers map[string]string, body string) error {
	method, code := strings.ToLower(route.Method), strconv.Itoa(status)
	response, ok := d.paths[route.Path][method].Responses[code]
	if !ok {
		return fmt.Errorf("%s has no status %d", route.Key(), status)
	}
	sent := map[string]bool{}
	for name := range headers {
		sent[strings.ToLower(name)] = true
	}
	for name, h := range response.Headers {
		if h.Required && !sent[strings.ToLower(name)] {
			return fmt.Errorf("%s %d lacks the header %s", route.Key(), status, name)
		}
	}
	if _, ok := response.Content["application/json"]; !ok {
		if body != "" {
			return fmt.Errorf("%s %d has a body", route.Key(), status)
		}
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %d: %w", route.Key(), status, err)
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	schema, err := d.compiler.Compile(resource + "#/paths/" + escape.Replace(route.Path) + "/" + method +
		"/responses/" + code + "/content/" + escape.Replace("application/json") + "/schema")
	if err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("%s %d: %w", route.Key(), status, err)
	}
	return nil
}

// Statuses returns the statuses that the document has for a route, ascending.
func (d *Document) Statuses(route contract.Route) []int {
	var statuses []int
	for code := range maps.Keys(d.paths[route.Path][strings.ToLower(route.Method)].Responses) {
		status, err := strconv.Atoi(code)
		if err == nil {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return statuses
}
