// Command bench compares pkg/jwtauth with its peers and with the signature check alone: one
// token, one core, CPU time. In each round, every contender runs right after the signature
// check, in a random order. A ratio is the median over all rounds, so that the load of the
// machine affects both.
//
// It is in a module of its own, so that the peers stay out of the go.mod of the project. Package
// days compares key sets on the bad days of an issuer, package differential what is accepted.
//
// Usage: go run . [-rounds 101] [-slice 2ms]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rounds := flags.Int("rounds", 101, "how often each contender runs; the figures are medians")
	slice := flags.Duration("slice", 2*time.Millisecond, "how long a contender runs at a time")
	if err := flags.Parse(args); err != nil {
		return err
	}
	runtime.GOMAXPROCS(1)
	m := meter{rounds: *rounds, slice: *slice}
	fmt.Fprintf(stdout, "%s, %s/%s, one core, %d rounds of %v\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, m.rounds, m.slice)
	for _, alg := range []string{"RS256", "ES256"} {
		if err := verifying(ctx, stdout, m, alg); err != nil {
			return err
		}
	}
	if err := refusing(ctx, stdout, m); err != nil {
		return err
	}
	return warm(ctx, stdout, m)
}

// verifying compares how long a good token takes.
func verifying(ctx context.Context, stdout io.Writer, m meter, alg string) error {
	issuer, err := newIssuer(alg)
	if err != nil {
		return err
	}
	all, stop, err := contenders(ctx, issuer)
	if err != nil {
		return err
	}
	defer stop()
	return m.print(stdout, fmt.Sprintf("%s, token of %d bytes", alg, len(issuer.token)), all)
}
