// Command mutate-jwtauth asks whether the tests of pkg/jwtauth and pkg/authorizer would notice if a
// security check were gone. It copies both packages into a temporary folder, breaks one check at a
// time there (mutations.go lists them), and runs the tests: one must fail for each.
//
// A mutation whose text is no longer in the code, or that does not compile, is an error, so that
// the list follows the code.
//
// Usage, in the root of the repository: go run ./scripts/mutate-jwtauth [-run text]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
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
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate-jwtauth")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	c := checkout{root}
	if err := c.fill(os.DirFS(".")); err != nil {
		return fmt.Errorf("start this in the root of the repository: %w", err)
	}
	if out, err := c.test(ctx); err != nil {
		return fmt.Errorf("the tests fail before anything is broken: %w\n%s", err, out)
	}
	return mutate(ctx, stdout, c, *only)
}

var errSurvivors = errors.New("no test noticed")

func mutate(ctx context.Context, stdout io.Writer, c checkout, only string) error {
	tried, survivors := 0, 0
	for _, m := range mutations {
		if !strings.Contains(m.name, only) {
			continue
		}
		tried++
		noticed, err := c.try(ctx, m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if noticed == "" {
			survivors++
			noticed = "NOBODY"
		}
		_, _ = fmt.Fprintf(stdout, "%-64s noticed by %s\n", m.name, noticed)
	}
	if survivors > 0 {
		return fmt.Errorf("%w: %d of %d", errSurvivors, survivors, tried)
	}
	_, err := fmt.Fprintf(stdout, "%d checks broken one by one, each noticed by a test\n", tried)
	return err
}

// A checkout is the copy in which checks are broken.
type checkout struct{ root *os.Root }

// fill copies what the tests of both packages need.
func (c checkout) fill(from fs.FS) error {
	for _, name := range []string{"go.mod", "go.sum"} {
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		if err := c.root.WriteFile(name, raw, 0o600); err != nil {
			return err
		}
	}
	pkg, err := fs.Sub(from, "pkg")
	if err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(c.root.Name(), "pkg"), pkg)
}

// try breaks one check, returns the first test that noticed, or "", and mends the check.
func (c checkout) try(ctx context.Context, m mutation) (noticed string, err error) {
	path := filepath.Join("pkg", m.file)
	raw, err := c.root.ReadFile(path)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(raw), m.old); n != 1 {
		return "", fmt.Errorf("%s holds %d times, not once: %s", m.file, n, m.old)
	}
	broken := strings.Replace(string(raw), m.old, m.broken, 1)
	if err := c.root.WriteFile(path, []byte(broken), 0o600); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.root.WriteFile(path, raw, 0o600)) }()
	if out, err := c.command(ctx, "build", "./pkg/...").CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not compile: %w\n%s", err, out)
	}
	out, err := c.test(ctx)
	if err == nil {
		return "", nil
	}
	return firstFailure(out), nil
}

// patience is for a mutation that makes a test hang: that counts as noticed.
const patience = 2 * time.Minute

func (c checkout) test(ctx context.Context) (string, error) {
	out, err := c.command(ctx, "test", "-failfast", "-timeout", patience.String(), "./pkg/...").CombinedOutput()
	return string(out), err
}

func (c checkout) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // G204: the arguments are written above
	cmd.Dir = c.root.Name()
	return cmd
}

var failure = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`)

// firstFailure returns the most exact name of the first test that failed.
func firstFailure(out string) string {
	all := failure.FindAllStringSubmatch(out, -1)
	if all == nil {
		return "a test that hung or panicked"
	}
	name := all[0][1]
	for _, match := range all {
		if strings.HasPrefix(match[1], name+"/") {
			return match[1]
		}
	}
	return name
}
