// Command latency sends many GET requests to a URL and prints the quantiles of their duration.
//
//	go run ./scripts/latency -n 2000 -parallel 1 http://localhost:8080/pets
//
// It fails if a response is not 200.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"sync"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "latency:", err)
		os.Exit(1)
	}
}

var errNotOK = errors.New("responses were not 200")

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("latency", flag.ContinueOnError)
	n := flags.Int("n", 2000, "number of requests; a tenth as many are sent before, as a warm-up")
	parallel := flags.Int("parallel", 1, "number of concurrent clients")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *n < 1 || *parallel < 1 {
		return errors.New("usage: latency [-n N] [-parallel N] URL")
	}
	caller := &caller{client: &http.Client{Timeout: 40 * time.Second}, url: flags.Arg(0)}
	caller.client.Transport = &http.Transport{MaxIdleConnsPerHost: *parallel}
	caller.times(ctx, *n/10, *parallel)
	times, failed := caller.times(ctx, *n, *parallel)
	if len(times) > 0 {
		slices.Sort(times)
		at := func(q float64) time.Duration { return times[int(q*float64(len(times)-1))].Round(time.Microsecond) }
		fmt.Fprintf(out, "%d responses: p50 %v, p90 %v, p99 %v, max %v\n", len(times), at(0.5), at(0.9), at(0.99), at(1))
	}
	if failed > 0 {
		return fmt.Errorf("%d %w", failed, errNotOK)
	}
	return nil
}

type caller struct {
	client *http.Client
	url    string
}

// times makes n requests and returns the durations of those that succeeded.
func (c *caller) times(ctx context.Context, n, parallel int) (times []time.Duration, failed int) {
	var mu sync.Mutex
	var callers sync.WaitGroup
	left := make(chan struct{}, n)
	for range n {
		left <- struct{}{}
	}
	close(left)
	for range parallel {
		callers.Go(func() {
			for range left {
				begin := time.Now()
				err := c.call(ctx)
				took := time.Since(begin)
				mu.Lock()
				if err != nil {
					failed++
				} else {
					times = append(times, took)
				}
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	return times, failed
}

func (c *caller) call(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return err
	}
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errNotOK
	}
	return nil
}
