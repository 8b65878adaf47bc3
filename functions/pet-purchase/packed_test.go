package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

// catalog is the body of an update.
func catalog(t *testing.T, list []pets.Pet) []byte {
	t.Helper()
	type pet struct {
		ID    int64      `json:"id,omitempty"`
		Type  string     `json:"type"`
		Price pets.Price `json:"price"`
	}
	all := make([]pet, 0, len(list))
	for _, p := range list {
		all = append(all, pet{p.ID, p.Type, p.Price})
	}
	body, err := json.Marshal(map[string]any{"pets": all})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// packed sends an update with gzip.
func packed(t *testing.T, list []pets.Pet) ft.Edit {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(catalog(t, list))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	body := ft.Encoded(base64.StdEncoding.EncodeToString(b.Bytes()))
	encoding := ft.Header("content-encoding", "gzip")
	return func(event *rest.Request) { body(event); encoding(event) }
}
