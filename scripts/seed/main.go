// Command seed replaces the catalog by one of any size, through the API: what it
// writes has passed every check of an update.
//
// One update may make contract.MaxChanges changes, so the catalog changes in
// steps: first it shrinks to the pets that stay, then it grows. Each step is one
// request, compressed to fit a request's limit, and one line of progress. Every
// step has the ETag of the step before: an update by another administrator in
// between stops it.
//
// Usage: TOKEN=<an administrator's access token> go run ./scripts/seed [-n 100] [-api http://localhost:8080]
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/securedpets/functions/contract"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	flags := flag.NewFlagSet("seed", flag.ContinueOnError)
	n := flags.Int("n", 100, "number of pets")
	api := flags.String("api", "http://localhost:8080", "where the API is")
	if err := flags.Parse(args); err != nil {
		return err
	}
	token := getenv("TOKEN")
	if token == "" {
		return errors.New("TOKEN is missing: an access token with the scope update:pets (`make -s token AS=admin`)")
	}
	s := &seeder{url: strings.TrimSuffix(*api, "/") + "/pets", token: token, stdout: stdout}
	return s.replace(ctx, catalog(*n))
}

type pet struct {
	ID    int64   `json:"id"`
	Type  string  `json:"type"`
	Price float64 `json:"price"`
}

// catalog returns the same pets each time.
func catalog(n int) []pet {
	kinds := []string{"dog", "cat", "rabbit", "parrot", "tortoise", "hamster", "goldfish"}
	all := make([]pet, n)
	for i := range all {
		all[i] = pet{ID: int64(i + 1), Type: kinds[i%len(kinds)], Price: float64((i*7919)%100000) / 100}
	}
	return all
}

// compress returns the compressed body of an update.
func compress(list []pet) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(json.NewEncoder(w).Encode(map[string][]pet{"pets": list}), w.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// A seeder changes the catalog in steps.
type seeder struct {
	url, token string
	stdout     io.Writer
	etag       string // of the catalog as the last request left it
}

// replace makes wanted the catalog, and prints what each step does.
func (s *seeder) replace(ctx context.Context, wanted []pet) error {
	start := time.Now()
	current, err := s.read(ctx)
	if err != nil {
		return err
	}
	steps := plan(current, wanted)
	s.printf("%d pets now, %d wanted: %d steps of at most %d changes", len(current), len(wanted), len(steps), contract.MaxChanges)
	for i, step := range steps {
		body, err := compress(step)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := s.post(ctx, body); err != nil {
			return fmt.Errorf("step %d of %d: %w", i+1, len(steps), err)
		}
		s.printf("step %d of %d: %d pets, %d KiB, %v", i+1, len(steps), len(step), len(body)>>10, time.Since(began).Round(time.Millisecond))
	}
	s.printf("%d pets in %v", len(wanted), time.Since(start).Round(time.Millisecond))
	return nil
}

func (s *seeder) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.stdout, format+"\n", args...)
}

// plan returns the catalogs between the current and the wanted one. Each differs
// from the one before by at most contract.MaxChanges pets.
func plan(current, wanted []pet) [][]pet {
	want, have := byID(wanted), byID(current)
	var edits []pet // removals first: a removed pet has no type
	for _, p := range current {
		if _, stays := want[p.ID]; !stays {
			edits = append(edits, pet{ID: p.ID})
		}
	}
	for _, p := range wanted {
		if have[p.ID] != p {
			edits = append(edits, p)
		}
	}
	if len(edits) == 0 {
		return [][]pet{wanted} // a catalog that was never written becomes an empty one
	}
	var steps [][]pet
	for edit := range slices.Chunk(edits, contract.MaxChanges) {
		for _, p := range edit {
			have[p.ID] = p
			if p.Type == "" {
				delete(have, p.ID)
			}
		}
		step := slices.Collect(maps.Values(have))
		slices.SortFunc(step, func(a, b pet) int { return cmp.Compare(a.ID, b.ID) })
		steps = append(steps, step)
	}
	return steps
}

func byID(list []pet) map[int64]pet {
	all := make(map[int64]pet, len(list))
	for _, p := range list {
		all[p.ID] = p
	}
	return all
}

// read returns the catalog, page by page, and keeps the tag of the first page.
func (s *seeder) read(ctx context.Context) ([]pet, error) {
	var all []pet
	for query := ""; ; {
		header, body, err := s.send(ctx, http.MethodGet, query, nil)
		if err != nil {
			return nil, err
		}
		if query == "" {
			s.etag = header.Get("ETag")
		}
		var page []pet
		if string(body) != "{}" {
			if err := json.Unmarshal(body, &page); err != nil {
				return nil, err
			}
		}
		all = append(all, page...)
		if header.Get("Link") == "" || len(page) == 0 {
			return all, nil
		}
		query = "?cursor=" + strconv.FormatInt(page[len(page)-1].ID, 10)
	}
}

func (s *seeder) post(ctx context.Context, body []byte) error {
	header, _, err := s.send(ctx, http.MethodPost, "", body)
	if err == nil {
		s.etag = header.Get("ETag")
	}
	return err
}

// send returns an error for every status but 200.
func (s *seeder) send(ctx context.Context, method, query string, body []byte) (http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+query, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	if method == http.MethodPost {
		req.Header.Set("If-Match", s.etag)
		req.Header.Set("Content-Encoding", "gzip")
		// API Gateway treats JSON as text and would corrupt the compressed bytes; other types are
		// passed on as base64.
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d %s", method, resp.StatusCode, strings.TrimSpace(string(got)))
	}
	return resp.Header, got, err
}
