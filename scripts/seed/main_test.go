package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

// An api serves a catalog as the functions do: in pages, by versions, and with a
// limit of changes.
type api struct {
	t       *testing.T
	catalog []pet
	version int
	meddle  func(*api) // runs before each update
	updates int
}

func (a *api) tag() string { return fmt.Sprintf(`"%d-0"`, a.version) }

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/pets" || r.Header.Get("Authorization") != "Bearer t" {
		a.t.Errorf("%s with %v", r.URL.Path, r.Header)
	}
	if r.Method == http.MethodGet {
		a.list(w, r)
		return
	}
	if a.meddle != nil {
		a.meddle(a)
	}
	unzip, err := gzip.NewReader(r.Body)
	var doc map[string][]pet
	if err != nil || json.NewDecoder(unzip).Decode(&doc) != nil {
		a.t.Errorf("a bad body: %v", err)
	}
	changes := 0
	have, want := byID(a.catalog), byID(doc["pets"])
	for id, p := range want {
		if have[id] != p {
			changes++
		}
	}
	for id := range have {
		if _, stays := want[id]; !stays {
			changes++
		}
	}
	switch {
	case r.Header.Get("If-Match") != a.tag():
		w.WriteHeader(http.StatusPreconditionFailed)
	case changes > contract.MaxChanges || changes == 0 && a.version > 0:
		a.t.Errorf("an update of %d changes", changes)
	default:
		a.catalog, a.version, a.updates = doc["pets"], a.version+1, a.updates+1
		w.Header().Set("ETag", a.tag())
		_, _ = w.Write([]byte("{}"))
	}
}

func (a *api) list(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", a.tag())
	if a.version == 0 {
		_, _ = w.Write([]byte("{}"))
		return
	}
	after, _ := strconv.ParseInt(r.URL.Query().Get("cursor"), 10, 64)
	page := []pet{}
	for _, p := range a.catalog {
		if p.ID > after && len(page) < contract.MaxPage {
			page = append(page, p)
		}
	}
	if len(page) == contract.MaxPage {
		w.Header().Set("Link", "more")
	}
	if err := json.NewEncoder(w).Encode(page); err != nil {
		a.t.Error(err)
	}
}

func seed(t *testing.T, a *api, n int) (printed string, err error) {
	t.Helper()
	server := httptest.NewServer(a)
	defer server.Close()
	var out bytes.Buffer
	err = run(t.Context(), []string{"-n", strconv.Itoa(n), "-api", server.URL + "/"}, func(string) string { return "t" }, &out)
	return out.String(), err
}

func TestSeedInSteps(t *testing.T) {
	a := &api{t: t}
	for _, c := range []struct{ n, steps int }{{0, 1}, {7000, 4}, {10000, 2}, {100, 5}, {2100, 1}} {
		a.updates = 0
		printed, err := seed(t, a, c.n)
		if err != nil {
			t.Fatalf("%d pets: %v", c.n, err)
		}
		byNumber := func(p, q pet) int { return cmp.Compare(p.ID, q.ID) }
		if !slices.Equal(slices.SortedFunc(slices.Values(a.catalog), byNumber), catalog(c.n)) || a.updates != c.steps {
			t.Errorf("%d pets: %d in the catalog after %d updates, want %d updates", c.n, len(a.catalog), a.updates, c.steps)
		}
		last := fmt.Sprintf("step %d of %d: %d pets", c.steps, c.steps, c.n)
		if !strings.Contains(printed, last) || strings.Count(printed, "\n") != c.steps+2 {
			t.Errorf("%d pets: printed %q, want a line for each step, the last %q", c.n, printed, last)
		}
	}
}

func TestSeedStopsAtAnotherUpdate(t *testing.T) {
	a := &api{t: t}
	a.meddle = func(a *api) {
		if a.updates == 1 {
			a.version++
		}
	}
	if _, err := seed(t, a, 5000); err == nil || !strings.Contains(err.Error(), "step 2 of 3: POST: status 412") {
		t.Errorf("error %v, want one that names the step and the status", err)
	}
}

func TestSeedNeedsAToken(t *testing.T) {
	if err := run(t.Context(), nil, func(string) string { return "" }, nil); err == nil || !strings.Contains(err.Error(), "TOKEN") {
		t.Errorf("without a token: %v", err)
	}
}
