// Command mutate asks whether the tests would notice if a safeguard were gone.
// It breaks one at a time, by an overlay that leaves the files alone, and runs
// the tests: one must fail for each. The suites are
//
//	jwtauth  the security checks of pkg/jwtauth and pkg/authorizer
//	store    the rules that keep sales safe
//	stack    the protections of the deployed stack
//
// A mutation whose text is not in the code exactly once, or that does not
// compile, is an error: so the lists follow the code.
//
// The suite "generic" changes operators instead, all over the packages of
// generic.go, by means of gremlins. A mutation that no test notices is an error
// unless survivors.go lists it with the reason why it changes nothing.
//
// Usage, in the root of the repository:
//
//	go run ./scripts/mutate [-run TEXT] jwtauth|store|stack
//	go run ./scripts/mutate [-pkg FOLDER|FILE] generic
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

var (
	errUsage     = errors.New("usage: go run ./scripts/mutate [-run TEXT] [-pkg FOLDER|FILE] jwtauth|store|stack|generic")
	errFailed    = errors.New("not noticed, or do not fit the code")
	errUnnoticed = errors.New("no test noticed")
	errUnfit     = errors.New("it does not fit the code")
)

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	only := flags.String("run", "", "only the mutations whose name holds this text")
	pkg := flags.String("pkg", "", "only this package of the generic suite, or this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.Arg(0) == "generic" && flags.NArg() == 1 {
		return generic(ctx, out, *pkg)
	}
	s, known := suites()[flags.Arg(0)]
	if !known || flags.NArg() != 1 {
		return errUsage
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := s.healthy(ctx); err != nil {
		return err
	}
	return s.each(out, *only, func(m mutation) (string, error) { return s.try(ctx, dir, m) })
}

// each tries the mutations one after the other; one that is not noticed does not end the others.
func (s suite) each(out io.Writer, only string, try func(mutation) (string, error)) error {
	tried, failed := 0, 0
	for _, m := range s.mutations {
		if !strings.Contains(m.name, only) {
			continue
		}
		tried++
		result, err := try(m)
		if err != nil {
			failed++
			result = "ERROR: " + err.Error()
		}
		_, _ = fmt.Fprintf(out, "%-64s %s\n", m.name, result)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d mutations: %w", failed, tried, errFailed)
	}
	_, err := fmt.Fprintf(out, "all %d noticed\n", tried)
	return err
}
