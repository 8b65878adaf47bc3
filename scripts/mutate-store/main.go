// Command mutate-store asks whether the tests of the shop would notice if one
// of the rules that keep sales safe were gone. It breaks one rule at a time, by
// an overlay that leaves the files alone, and runs the tests of the shop: one
// must fail for each. It prints which ones do.
//
// A mutation whose text is not in the code exactly once is an error, so that
// the list follows the code.
//
// Usage, in the root of the repository: go run ./scripts/mutate-store [-run text]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate-store:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("mutate-store", flag.ContinueOnError)
	only := flags.String("run", "", "only the mutations whose name holds this text")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate-store")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var unnoticed []error
	for _, m := range mutations {
		if !strings.Contains(m.name, *only) {
			continue
		}
		failed, err := m.try(ctx, dir)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", m.name, err)
		case len(failed) == 0:
			unnoticed = append(unnoticed, errors.New(m.name))
			failed = []string{"NOT NOTICED"}
		}
		_, _ = fmt.Fprintf(stdout, "%-50s %s\n", m.name, strings.Join(failed, " "))
	}
	if len(unnoticed) > 0 {
		return fmt.Errorf("%d not noticed", len(unnoticed))
	}
	return nil
}

// A mutation replaces text in one file.
type mutation struct {
	name, file, old, new string
}

// try returns the tests that notice the mutation.
func (m mutation) try(ctx context.Context, dir string) ([]string, error) {
	code, err := os.ReadFile(m.file)
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(code), m.old); n != 1 {
		return nil, fmt.Errorf("%s holds the text %d times, want once", m.file, n)
	}
	broken := filepath.Join(dir, "broken.go")
	//nolint:gosec // the folder is our own, and new
	if err := os.WriteFile(broken, []byte(strings.Replace(string(code), m.old, m.new, 1)), 0o600); err != nil {
		return nil, err
	}
	original, err := filepath.Abs(m.file)
	if err != nil {
		return nil, err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: broken}})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return nil, err
	}
	return test(ctx, file)
}

var (
	failure  = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)
	compiles = regexp.MustCompile(`\[(build|setup) failed\]`)
)

// test runs the tests with less to prove than usual: a broken rule shows soon.
func test(ctx context.Context, overlay string) ([]string, error) {
	var failed []string
	for _, args := range [][]string{
		{"./functions/internal/...", "./functions/get-pet-info", "./functions/update-pet-info"},
		{"./functions/pet-purchase", "-rounds", "60", "-attempts", "500", "-rapid.checks", "20", "-rapid.nofailfile"},
	} {
		//nolint:gosec // the arguments are those of this file
		command := exec.CommandContext(ctx, "go", append([]string{"test", "-count=1", "-timeout=5m", "-overlay", overlay}, args...)...)
		out, err := command.CombinedOutput()
		if compiles.Match(out) {
			return nil, fmt.Errorf("it does not compile:\n%s", out)
		}
		found := failure.FindAllSubmatch(out, -1)
		if err != nil && len(found) == 0 {
			return nil, fmt.Errorf("%w:\n%s", err, out)
		}
		for _, name := range found {
			failed = append(failed, string(name[1]))
		}
	}
	slices.Sort(failed)
	return slices.Compact(failed), nil
}
