package openapi_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/contract/openapi"
	"example.com/securedpets/functions/contract/openapi/openapitest"
)

// Examples are what readers copy: each must be a response that the document itself allows.
func TestExamplesAreValid(t *testing.T) {
	text, err := openapi.Document(openapi.Laptop)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Headers map[string]any
				Content map[string]struct {
					Examples map[string]struct{ Value json.RawMessage }
				}
			}
		}
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	validator := openapitest.New(t)
	for _, r := range contract.Routes() {
		if r.Method == http.MethodOptions {
			continue
		}
		for _, status := range validator.Statuses(r) {
			documented := document.Paths[r.Path][strings.ToLower(r.Method)].Responses[strconv.Itoa(status)]
			headers := map[string]string{}
			for name := range documented.Headers {
				headers[name] = "present"
			}
			examples := documented.Content["application/json"].Examples
			if len(documented.Content) > 0 && len(examples) == 0 {
				t.Errorf("%s %d has no example", r.Key(), status)
			}
			for name, example := range examples {
				if err := validator.Check(r, status, headers, string(example.Value)); err != nil {
					t.Errorf("example %s: %v", name, err)
				}
			}
		}
	}
}

func TestCheckNamesTheDeviation(t *testing.T) {
	validator := openapitest.New(t)
	etag := map[string]string{"etag": `"1"`}
	for _, tt := range []struct {
		name    string
		route   contract.Route
		status  int
		headers map[string]string
		body    string
		want    string
	}{
		{"an unknown status", contract.ListPets, 418, nil, `{}`, "GET /pets has no status 418"},
		{"an unknown route", contract.Route{Method: "GET", Path: "/x"}, 200, nil, `{}`, "GET /x has no status 200"},
		{"a missing header", contract.ListPets, 200, nil, `[]`, "lacks the header ETag"},
		{"a body where there is none", contract.ListPets, 304, etag, `[]`, "304 has a body"},
		{"no JSON", contract.ListPets, 200, etag, `[`, "GET /pets 200: "},
		{"another shape", contract.ListPets, 200, etag, `"pets"`, "oneOf"},
		{"an unknown member", contract.ListPets, 200, etag, `[{"id":1,"type":"dog","price":1,"owner":"x"}]`, "oneOf"},
		{"a member left out", contract.ListPets, 200, etag, `[{"id":1,"type":"dog"}]`, "oneOf"},
		{"an error with more than a message", contract.ListPets, 400, nil, `{"message":"x","cause":"y"}`, "additional properties"},
		{"an error without a message", contract.ListPets, 400, nil, `{}`, "missing property 'message'"},
	} {
		if err := validator.Check(tt.route, tt.status, tt.headers, tt.body); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
	if err := validator.Check(contract.ListPets, 200, etag, `[{"id":1,"type":"dog","price":249.99}]`); err != nil {
		t.Error(err)
	}
}
