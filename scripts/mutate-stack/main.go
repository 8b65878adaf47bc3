// Command mutate-stack asks whether the tests of infra/cdk would notice if the stack lost a protection. It
// copies the CDK app into a temporary folder, takes one protection away at a time there (mutations.go lists
// them), and runs the tests until the first one fails.
//
// The golden templates do not count, since they notice everything and explain nothing, and neither do the
// starts of the functions' programs, which are not in the copy. A mutation whose text is no longer in the
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
	"path/filepath"
	"regexp"
	"strings"
)

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
	if err := copyApp(dir); err != nil {
		return fmt.Errorf("start this in the root of the repository: %w", err)
	}
	app := filepath.Join(dir, "infra", "cdk")
	if out, err := test(ctx, app); err != nil {
		return fmt.Errorf("the tests fail before anything is broken: %w\n%s", err, out)
	}
	return each(ctx, stdout, app, *only)
}

// each tries the mutations one after the other; one that is not noticed does not end the others.
func each(ctx context.Context, stdout io.Writer, app, only string) error {
	tried, failed := 0, 0
	for _, m := range mutations() {
		if !strings.Contains(m.name, only) {
			continue
		}
		tried++
		result, err := try(ctx, app, m)
		if err != nil {
			failed++
			result = "ERROR: " + err.Error()
		}
		_, _ = fmt.Fprintf(stdout, "%-58s %s\n", m.name, result)
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
func try(ctx context.Context, app string, m mutation) (noticed string, err error) {
	file := filepath.Join(app, m.file)
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(content), m.old); n != 1 {
		return "", fmt.Errorf("%w: %s holds %d times, not once: %s", errUnfit, m.file, n, m.old)
	}
	defer func() { err = errors.Join(err, os.WriteFile(file, content, 0o600)) }()
	if err := os.WriteFile(file, []byte(strings.Replace(string(content), m.old, m.broken, 1)), 0o600); err != nil {
		return "", err
	}
	out, err := test(ctx, app)
	switch {
	case err == nil:
		return "", errUnnoticed
	case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
		return "", fmt.Errorf("%w: it does not compile: %s", errUnfit, out)
	}
	return failures(out), nil
}

// test runs the tests of the app up to the first that fails.
func test(ctx context.Context, app string) (string, error) {
	command := exec.CommandContext(ctx, "go", "test", "-count=1", "-failfast",
		"-skip", "^(TestGolden|TestEnvironmentStartsProgram|TestActionsAreTheStores|TestMetricsAreTheFunctions|TestDeploy.*|TestDestroy.*)$", ".")
	command.Dir = app
	command.Env = append(os.Environ(), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	out, err := command.CombinedOutput()
	return string(out), err
}

// failures are the names of the tests that failed. A rule that refuses the stack while it is synthesized
// fails whichever test comes first: then the rule is named.
func failures(out string) string {
	if rule := regexp.MustCompile(`(?m)^ERROR (.*) \((?:CloudFormation Validate|Annotation)\)`).FindStringSubmatch(out); strings.Contains(out, "stack refused") && rule != nil {
		return "refused at synth: " + rule[1]
	}
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^--- FAIL: (\S+)`).FindAllStringSubmatch(out, -1) {
		names = append(names, match[1])
	}
	if len(names) == 0 {
		first, _, _ := strings.Cut(out, "\n")
		return first
	}
	return strings.Join(names, " ")
}

// copyApp copies the CDK app and the page's headers, which it reads.
func copyApp(dir string) error {
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
		if err := copyFile(file, filepath.Join(dir, file), info.Mode()); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string, mode os.FileMode) error {
	content, err := os.ReadFile(from) //nolint:gosec // a file of this repository
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, content, mode)
}
