// Command seed replaces the catalog through the API, so its pets pass the API's checks.
//
// The body is compressed with gzip, to stay below the size limit of a request. The function writes
// a catalog of more than 99 changes in batches. A 503 means that its time was up; the same request
// again continues.
//
// Usage: TOKEN=<an administrator's access token> go run ./scripts/seed [-n 100] [-api http://localhost:8080]
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
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
	api := flags.String("api", "http://localhost:8080", "base URL of the API")
	if err := flags.Parse(args); err != nil {
		return err
	}
	token := getenv("TOKEN")
	if token == "" {
		return errors.New("TOKEN is missing: an access token with the scope update:pets (`make -s token AS=admin`)")
	}
	body, err := compress(catalog(*n))
	if err != nil {
		return err
	}
	start := time.Now()
	requests, err := post(ctx, strings.TrimSuffix(*api, "/")+"/pets", token, body)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d pets in %d requests of %d KiB and %v\n", *n, requests, len(body)>>10, time.Since(start).Round(time.Millisecond))
	return err
}

type pet struct {
	ID    int     `json:"id"`
	Type  string  `json:"type"`
	Price float64 `json:"price"`
}

// catalog returns n pets, the same ones at each call.
func catalog(n int) map[string][]pet {
	kinds := []string{"dog", "cat", "rabbit", "parrot", "tortoise", "hamster", "goldfish"}
	all := make([]pet, n)
	for i := range all {
		all[i] = pet{ID: i + 1, Type: kinds[i%len(kinds)], Price: float64((i*7919)%100000) / 100}
	}
	return map[string][]pet{"pets": all}
}

func compress(v any) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(json.NewEncoder(w).Encode(v), w.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

const maxRequests = 100

// post repeats the request while the API responds with 503.
func post(ctx context.Context, url, token string, body []byte) (requests int, err error) {
	for requests = 1; requests <= maxRequests; requests++ {
		status, text, err := send(ctx, url, token, body)
		switch {
		case err != nil:
			return requests, err
		case status == http.StatusOK:
			return requests, nil
		case status != http.StatusServiceUnavailable:
			return requests, fmt.Errorf("the API responded with %d %s", status, text)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return requests, ctx.Err()
		}
	}
	return requests, fmt.Errorf("not complete after %d requests", maxRequests)
}

func send(ctx context.Context, url, token string, body []byte) (status int, text string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Encoding", "gzip")
	// API Gateway passes JSON on as text, which would corrupt the bytes; other types as base64.
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	response, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	return resp.StatusCode, strings.TrimSpace(string(response)), err
}
