// Command mutate-jwtauth asks whether the tests of pkg/jwtauth and pkg/authorizer would notice if a
// security check were gone. It copies both packages into a temporary folder, breaks one check at a
// time there (mutations.go lists them), and runs the tests: one must fail for each.
//
// A mutation whose text is no longer in the code, or that does not compile, is an error, so that
// the list follows the code.
//
// Usage, in the root of the repository: go run ./scripts/mutate-jwtauth [-run text] [-compile]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate-jwtauth:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("mutate-jwtauth", flag.ContinueOnError)
	only := flags.String("run", "", "only the mutations whose name holds this text")
	compile := flags.Bool("compile", false, "only see that the mutations fit the code")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate-jwtauth")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	c, err := newCheckout(os.DirFS("."), dir)
	if err != nil {
		return fmt.Errorf("start this in the root of the repository: %w", err)
	}
	defer func() { _ = c.root.Close() }()
	if *compile {
		return each(stdout, *only, func(m mutation) (string, error) {
			return "the compiler accepts it", c.breaking(m, func() error { return c.build(ctx) })
		})
	}
	if out, err := c.test(ctx, "./pkg/..."); err != nil {
		return fmt.Errorf("the tests fail before anything is broken: %w\n%s", err, out)
	}
	return each(stdout, *only, func(m mutation) (string, error) { return c.notice(ctx, m) })
}

// each tries the mutations one after the other; one that is not noticed does not end the others.
func each(stdout io.Writer, only string, try func(mutation) (string, error)) error {
	tried, failed := 0, 0
	for _, m := range mutations {
		if !strings.Contains(m.name, only) {
			continue
		}
		tried++
		result, err := try(m)
		if err != nil {
			failed++
			result = "ERROR: " + err.Error()
		}
		_, _ = fmt.Fprintf(stdout, "%-64s %s\n", m.name, result)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d mutations: %w", failed, tried, errFailed)
	}
	_, err := fmt.Fprintf(stdout, "all %d as it should be\n", tried)
	return err
}

var (
	errFailed    = errors.New("not noticed, or do not fit the code")
	errUnnoticed = errors.New("no test noticed")
)
