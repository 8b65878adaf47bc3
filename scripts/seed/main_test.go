package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	calls := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if r.URL.Path != "/pets" || r.Header.Get("Authorization") != "Bearer t" {
			t.Errorf("%s with %v", r.URL.Path, r.Header)
		}
		unzip, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		var doc map[string][]pet
		if err := json.NewDecoder(unzip).Decode(&doc); err != nil || len(doc["pets"]) != 10000 {
			t.Errorf("%d pets, %v", len(doc["pets"]), err)
		}
		if calls == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer api.Close()
	var out bytes.Buffer
	token := func(string) string { return "t" }
	if err := run(t.Context(), []string{"-n", "10000", "-api", api.URL}, token, &out); err != nil {
		t.Fatal(err)
	}
	if want := "10000 pets in 2 requests"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	if err := run(t.Context(), nil, func(string) string { return "" }, &out); err == nil || !strings.Contains(err.Error(), "TOKEN") {
		t.Errorf("without a token: %v", err)
	}
}
