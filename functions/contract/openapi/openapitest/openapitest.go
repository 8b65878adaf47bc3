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
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/contract/openapi"
)

// A Document validates responses. It is safe for concurrent use.
type Document struct {
	paths   map[string]map[string]operation
	schemas map[string]*jsonschema.Schema // by JSON pointer
}

type operation struct {
	Responses map[string]struct {
		Headers map[string]struct{ Required bool }
		Content map[string]json.RawMessage
	}
}

// New returns the document.
func New(t testing.TB) *Document {
	t.Helper()
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const resource = "https://securedpets.invalid/openapi.json"

var load = sync.OnceValues(func() (*Document, error) {
	text, err := openapi.Document(openapi.Laptop)
	if err != nil {
		return nil, err
	}
	var typed struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(text, &typed); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020) // OpenAPI 3.1's
	if err := compiler.AddResource(resource, whole); err != nil {
		return nil, err
	}
	d := &Document{paths: typed.Paths, schemas: map[string]*jsonschema.Schema{}}
	for path, operations := range d.paths {
		for method, op := range operations {
			for status, response := range op.Responses {
				if len(response.Content) == 0 {
					continue
				}
				at := pointer(path, method, status)
				if d.schemas[at], err = compiler.Compile(resource + at); err != nil {
					return nil, err
				}
			}
		}
	}
	return d, nil
})

// pointer returns the URI fragment of a response's schema (RFC 6901, section 6).
func pointer(path, method, status string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	return "#/paths/" + escape.Replace(path) + "/" + method + "/responses/" + status + "/content/application~1json/schema"
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
	schema := d.schemas[pointer(route.Path, method, code)]
	if schema == nil && body != "" {
		return fmt.Errorf("%s %d has a body", route.Key(), status)
	}
	if schema == nil {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
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
