// Command link measures what pkg/jwtauth and pkg/authorizer add to a Lambda function: to the
// size of its binary, to the time of its start, and to the modules it needs. It builds the
// commands plain and guarded as functions are built for Lambda and compares them.
//
// Usage, in scripts/bench: go run ./link [-starts 300]
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "link:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("link", flag.ContinueOnError)
	starts := flags.Int("starts", 300, "how often each program is started; the figures are medians")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "link")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	plain, guarded := filepath.Join(dir, "plain"), filepath.Join(dir, "guarded")
	if err := sizes(ctx, stdout, plain, guarded); err != nil {
		return err
	}
	if err := startCost(ctx, stdout, plain, guarded, *starts); err != nil {
		return err
	}
	return modules(ctx, stdout)
}

func sizes(ctx context.Context, stdout io.Writer, plain, guarded string) error {
	var size [2]int64
	for i, program := range []string{plain, guarded} {
		if err := build(ctx, program); err != nil {
			return err
		}
		info, err := os.Stat(program)
		if err != nil {
			return err
		}
		size[i] = info.Size()
	}
	_, err := fmt.Fprintf(stdout, "program: %.2f MB without, %.2f MB with: %.2f MB more\n", mb(size[0]), mb(size[1]), mb(size[1]-size[0]))
	return err
}

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }

// build uses the flags of `make build`, for this machine.
func build(ctx context.Context, program string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", //nolint:gosec // G204: the programs are this module's own
		"-buildvcs=false", "-ldflags", "-s -w", "-tags", "lambda.norpc",
		"-o", program, "./"+filepath.Base(program))
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// startCost starts the programs in turn; each ends when it could take its first event. It
// compares CPU time, which does not depend on other processes.
func startCost(ctx context.Context, stdout io.Writer, plain, guarded string, starts int) error {
	var without, with []time.Duration
	for range starts {
		for program, times := range map[string]*[]time.Duration{plain: &without, guarded: &with} {
			spent, err := start(ctx, program)
			if err != nil {
				return err
			}
			*times = append(*times, spent)
		}
	}
	a, b := median(without), median(with)
	_, err := fmt.Fprintf(stdout, "start:   %.2f ms without, %.2f ms with: %.2f ms more (CPU time, median of %d starts)\n", ms(a), ms(b), ms(b-a), starts)
	return err
}

func start(ctx context.Context, program string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, program, "exit")
	if err := cmd.Run(); err != nil {
		return 0, err
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// modules counts what an importer links, besides the project itself.
func modules(ctx context.Context, stdout io.Writer) error {
	for _, pkg := range []string{"example.com/securedpets/pkg/jwtauth", "example.com/securedpets/pkg/authorizer"} {
		cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", pkg) //nolint:gosec // G204: the packages are named above
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		list := strings.Fields(string(bytes.ReplaceAll(out, []byte("example.com/securedpets\n"), nil)))
		slices.Sort(list)
		list = slices.Compact(list)
		if _, err := fmt.Fprintf(stdout, "modules: %d linked by an importer of %s:\n  %s\n", len(list), pkg, strings.Join(list, "\n  ")); err != nil {
			return err
		}
	}
	return nil
}
