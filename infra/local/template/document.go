package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// document is a template as written, before anything is resolved.
type document struct {
	Transform  any
	Parameters map[string]parameter
	Mappings   map[string]map[string]map[string]any
	Conditions map[string]any
	Resources  map[string]resource
}

type resource struct {
	Type       string
	Condition  string
	Properties map[string]any
	Metadata   map[string]any
}

func parse(raw []byte) (*document, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var doc document
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the document")
	}
	if len(doc.Resources) == 0 {
		return nil, errors.New("it has no Resources")
	}
	for _, id := range sorted(doc.Resources) {
		if doc.Resources[id].Type == "" {
			return nil, fmt.Errorf("resource %q has no Type", id)
		}
	}
	return &doc, nil
}

// sorted returns the names in a fixed order: problems and results are the same in every run.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
