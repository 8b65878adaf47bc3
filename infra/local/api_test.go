package main

import (
	"errors"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/engine"
)

// Each engine has its own cure for a table that cannot be created.
func TestCuredByEngine(t *testing.T) {
	other := errors.New("something else")
	for _, c := range []struct {
		endpoint string
		err      error
		want     string
	}{
		{"", engine.ErrOtherTable, "choose another folder with DATA_DIR=, or remove the old data"},
		{"", engine.ErrEarlierLayout, "choose another folder with DATA_DIR=, or remove the old data"},
		{"http://localhost:8000", engine.ErrEarlierLayout, "with DYNAMODB_ENDPOINT=, or unset it"},
		{"http://localhost:8000", engine.ErrOtherTable, "with DYNAMODB_ENDPOINT=, or unset it"},
		{"http://localhost:8000", engine.ErrNotDynamoDB, "with DYNAMODB_ENDPOINT=, or unset it"},
		{"", other, other.Error()},
	} {
		got := curedByEngine(c.err, &settings{DynamoDBEndpoint: c.endpoint})
		if !errors.Is(got, c.err) || !strings.Contains(got.Error(), c.want) {
			t.Errorf("%v at %q: %v, want %q", c.err, c.endpoint, got, c.want)
		}
	}
}
