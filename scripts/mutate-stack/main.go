// Command mutate-stack asks whether the tests of infra/cdk would notice if the stack lost a protection. It
// copies the CDK app into a temporary folder, takes one protection away at a time there, and runs the test
// that must notice (mutations.go lists both).
//
// The rules that run inside a synthesis are switched off: several mutations would not get past them, and
// here it is the tests that are asked. A mutation whose text is no longer in the
// code, or that does not compile, is an error, so that the list follows the code.
//
// Usage, in the root of the repository: go run ./scripts/mutate-stack [-run text]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// app is the folder of the CDK app.
const app = "infra/cdk"

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate-stack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("mutate-stack", flag.ContinueOnError)
	only := flags.String("run", "", "only the mutations whose name holds this text")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate-stack")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := copyApp(root); err != nil {
		return fmt.Errorf("start this in the root of the repository: %w", err)
	}
	if out, err := test(ctx, root, everyTest(*only)); err != nil {
		return fmt.Errorf("the tests fail before anything is broken: %w\n%s", err, out)
	}
	return each(ctx, stdout, root, *only)
}

// each tries the mutations one after the other; one that is not noticed does not end the others.
func each(ctx context.Context, stdout io.Writer, root *os.Root, only string) error {
	tried, failed := 0, 0
	for _, m := range mutations() {
		if !strings.Contains(m.name, only) {
			continue
		}
		tried++
		result, err := try(ctx, root, m)
		if err != nil {
			failed++
			result = "ERROR: " + err.Error()
		}
		_, _ = fmt.Fprintf(stdout, "%-46s %.120s\n", m.name, result)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d mutations: %w", failed, tried, errFailed)
	}
	_, err := fmt.Fprintf(stdout, "all %d noticed\n", tried)
	return err
}

var (
	errFailed    = errors.New("not noticed, or do not fit the code")
	errUnnoticed = errors.New("no test noticed")
	errUnfit     = errors.New("does not fit the code")
)

// try takes a protection away, tells which test noticed, and puts it back.
func try(ctx context.Context, root *os.Root, m mutation) (noticed string, err error) {
	file := path.Join(app, m.file)
	content, err := root.ReadFile(file)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(content), m.old); n != 1 {
		return "", fmt.Errorf("%w: %s holds %d times, not once: %s", errUnfit, m.file, n, m.old)
	}
	defer func() { err = errors.Join(err, root.WriteFile(file, content, 0o600)) }()
	if err := root.WriteFile(file, []byte(strings.Replace(string(content), m.old, m.broken, 1)), 0o600); err != nil {
		return "", err
	}
	out, err := test(ctx, root, m.test)
	switch {
	case err == nil:
		return "", errUnnoticed
	case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
		return "", fmt.Errorf("%w: it does not compile: %s", errUnfit, out)
	}
	return m.test + ": " + failure(out), nil
}

// everyTest is the tests that are to notice something.
func everyTest(only string) string {
	var names []string
	for _, m := range mutations() {
		if strings.Contains(m.name, only) {
			names = append(names, m.test)
		}
	}
	return strings.Join(slices.Compact(names), "|")
}

func test(ctx context.Context, root *os.Root, names string) (string, error) {
	command := exec.CommandContext(ctx, "go", "test", "-count=1", "-run", "^("+names+")$", ".") //nolint:gosec // names from the list
	command.Dir = filepath.Join(root.Name(), app)
	command.Env = append(os.Environ(), "CDK_VALIDATION=false", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	out, err := command.CombinedOutput()
	return string(out), err
}

// failure is the first complaint of the test.
func failure(out string) string {
	complaint := regexp.MustCompile(`(?m)^ +\w+_test\.go:\d+: (.*)$`).FindStringSubmatch(out)
	if complaint == nil {
		first, _, _ := strings.Cut(out, "\n")
		return first
	}
	return complaint[1]
}

// copyApp copies the CDK app and the page's headers, which it reads.
func copyApp(root *os.Root) error {
	files, err := filepath.Glob("infra/cdk/*")
	if err != nil {
		return err
	}
	more, err := filepath.Glob("infra/cdk/*/*")
	if err != nil {
		return err
	}
	nested, err := filepath.Glob("infra/cdk/testdata/*/*")
	if err != nil {
		return err
	}
	files = append(append(files, more...), nested...)
	for _, file := range append(files, "web/headers.json") {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		generated := strings.HasPrefix(file, "infra/cdk/node_modules") || strings.HasPrefix(file, "infra/cdk/cdk.out")
		if generated || !info.Mode().IsRegular() {
			continue
		}
		if err := copyFile(root, file, info.Mode()); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(root *os.Root, file string, mode os.FileMode) error {
	content, err := os.ReadFile(file) //nolint:gosec // a file of this repository
	if err != nil {
		return err
	}
	if err := root.MkdirAll(path.Dir(file), 0o700); err != nil {
		return err
	}
	return root.WriteFile(file, content, mode)
}
