package rest_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/rest"
)

func TestDocument(t *testing.T) {
	const refused = "the body is not acceptable JSON: "
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `"field%d":{"a":[1]},`, i)
	}
	for body, want := range map[string]string{
		`{"petId":1}`:                      "",
		`{` + many.String() + `"petId":1}`: "", // unknown members are ignored, however many
		// The exact text for clients.
		``:                                     refused + "not a JSON document",
		`{"petId":1}{}`:                        refused + "not a JSON document",
		`{"petId":1,"petId":1,}`:               refused + "not a JSON document",
		`{"petId":1,"pet\u0049d":1}`:           refused + "two equal names in one object",
		`{"x":"` + "\xff" + `"}`:               refused + "not UTF-8",
		`{"x":"\ud800"}`:                       refused + "not UTF-8",
		`{"x":` + strings.Repeat("[", 10_001):  refused + "nested too deep",
		`{"x": ` + strings.Repeat("{", 10_001): refused + "nested too deep",
		// JSON, but no object.
		`null`: "the body is not a JSON object", `[]`: "the body is not a JSON object", `"{}"`: "the body is not a JSON object",
	} {
		document, err := rest.Document([]byte(body))
		var problem *rest.Problem
		switch {
		case want == "" && (err != nil || document["petId"] == nil):
			t.Errorf("%.40q: %v, %v", body, document, err)
		case want != "" && (!errors.As(err, &problem) || problem.Status != http.StatusBadRequest || problem.Message != want):
			t.Errorf("%.40q: %v, want %q", body, err, want)
		}
	}
}
