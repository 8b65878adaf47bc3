package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A checkout is the copy in which checks are broken.
type checkout struct{ root *os.Root }

// newCheckout copies what both packages and their tests need.
func newCheckout(from fs.FS, dir string) (checkout, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return checkout{}, err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return checkout{}, err
		}
		if err := root.WriteFile(name, raw, 0o600); err != nil {
			return checkout{}, err
		}
	}
	pkg, err := fs.Sub(from, "pkg")
	if err != nil {
		return checkout{}, err
	}
	return checkout{root}, os.CopyFS(filepath.Join(dir, "pkg"), pkg)
}

// breaking breaks a check, calls f, and mends the check.
func (c checkout) breaking(m mutation, f func() error) (err error) {
	name := filepath.Join("pkg", m.file)
	raw, err := c.root.ReadFile(name)
	if err != nil {
		return err
	}
	if n := strings.Count(string(raw), m.old); n != 1 {
		return fmt.Errorf("%s holds %d times, not once: %s", m.file, n, m.old)
	}
	broken := strings.Replace(string(raw), m.old, m.broken, 1)
	defer func() { err = errors.Join(err, c.root.WriteFile(name, raw, 0o600)) }()
	if err := c.root.WriteFile(name, []byte(broken), 0o600); err != nil {
		return err
	}
	return f()
}

// notice returns who noticed that a check is broken.
func (c checkout) notice(ctx context.Context, m mutation) (result string, err error) {
	err = c.breaking(m, func() error {
		if err := c.build(ctx); err != nil {
			return err
		}
		out, err := c.test(ctx, "./pkg/"+path.Dir(m.file))
		if err == nil {
			out, err = c.test(ctx, "./pkg/...") // rarer, and slower: another package's tests notice
		}
		switch {
		case err == nil:
			return errUnnoticed
		case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
			return fmt.Errorf("the tests do not compile: %s", out)
		}
		result = "noticed by " + firstFailure(out)
		return nil
	})
	return result, err
}

func (c checkout) build(ctx context.Context) error {
	if out, err := c.command(ctx, "build", "./pkg/...").CombinedOutput(); err != nil {
		return fmt.Errorf("it does not compile: %s", out)
	}
	return nil
}

// patience is for a mutation that makes a test hang: that counts as noticed.
const patience = 2 * time.Minute

func (c checkout) test(ctx context.Context, packages string) (string, error) {
	out, err := c.command(ctx, "test", "-vet=off", "-failfast", "-timeout", patience.String(), packages).CombinedOutput()
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
