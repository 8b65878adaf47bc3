package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

const modulePath = "example.com/securedpets"

// A target is a package that gremlins mutates, and the packages whose tests must notice.
type target struct {
	folder string
	tests  []string
}

func targets() []target {
	itself := func(folder string) target { return target{folder, []string{folder}} }
	functions := []string{"functions/get-pet-info", "functions/update-pet-info"}
	with := func(folder string) target { return target{folder, append([]string{folder}, functions...)} }
	return []target{
		itself("pkg/strictjson"),
		itself("pkg/jwtauth"),
		{"pkg/jwtauth/internal/jose", []string{"pkg/jwtauth/internal/jose", "pkg/jwtauth"}},
		itself("pkg/jwtauth/internal/base64url"),
		{"pkg/jwtauth/internal/compact", []string{"pkg/jwtauth"}},
		itself("pkg/authorizer"),
		with("functions/internal/pets"),
		itself("functions/internal/rest"),
		itself("functions/internal/access"),
		itself("functions/internal/settings"),
	}
}

//go:embed go-for-gremlins
var goForGremlins []byte

var (
	errSurvivors = errors.New("survivors that are not listed, listed ones that are none, or too little coverage")
	errPackage   = errors.New("not a package of the generic suite, or a file of one")
)

// generic mutates the packages, or the one package or file that only names.
func generic(ctx context.Context, out io.Writer, only string) error {
	list, err := selected(only)
	if err != nil {
		return err
	}
	lab, err := newLab(ctx)
	if err != nil {
		return err
	}
	defer lab.remove()
	failed := false
	for _, t := range list {
		result, err := lab.mutate(ctx, t, strings.TrimPrefix(only, t.folder))
		if err != nil {
			return fmt.Errorf("%s: %w", t.folder, err)
		}
		failed = !result.print(out) || failed
	}
	if failed {
		return errSurvivors
	}
	return nil
}

func selected(only string) (list []target, err error) {
	for _, t := range targets() {
		if only == "" || only == t.folder || strings.HasSuffix(only, ".go") && path.Dir(only) == t.folder {
			list = append(list, t)
		}
	}
	if list == nil {
		return nil, fmt.Errorf("%s: %w", only, errPackage)
	}
	return list, nil
}

// A lab is a temporary folder with a copy of the repository's files, gremlins, and its go command.
type lab struct{ dir, goCommand string }

func newLab(ctx context.Context) (*lab, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	l := &lab{dir, goCommand}
	if err := l.fill(ctx); err != nil {
		l.remove()
		return nil, err
	}
	return l, nil
}

func (l *lab) fill(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(l.dir, "bin"), 0o700); err != nil {
		return err
	}
	//nolint:gosec // G306: a program
	if err := os.WriteFile(filepath.Join(l.dir, "bin", "go"), goForGremlins, 0o700); err != nil {
		return err
	}
	//nolint:gosec // G204: go, as it is in the path
	build := exec.CommandContext(ctx, l.goCommand, "build", "-modfile=scripts/tools/gremlins/go.mod",
		"-o", l.gremlins(), "github.com/go-gremlins/gremlins/cmd/gremlins")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	list, err := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		if err := copyFile(name, filepath.Join(l.repository(), name)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from) //nolint:gosec // G304: a file of this repository
	if errors.Is(err, os.ErrNotExist) {
		return nil // deleted, and not committed yet
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	//nolint:gosec // G703: a file in a folder of our own
	return os.WriteFile(to, content, 0o600)
}

func (l *lab) repository() string { return filepath.Join(l.dir, "repository") }

func (l *lab) gremlins() string { return filepath.Join(l.dir, "gremlins") }

func (l *lab) remove() { _ = os.RemoveAll(l.dir) }

// mutate runs gremlins on a package, or on one file of it.
func (l *lab) mutate(ctx context.Context, t target, file string) (*result, error) {
	files, err := l.goFiles(t.folder)
	if err != nil {
		return nil, err
	}
	file = strings.TrimPrefix(file, "/")
	args := []string{
		"unleash", "--output-statuses=l", "--timeout-coefficient=6", "--invert-logical", "--invert-loopctrl",
		"--coverpkg=" + "./" + t.folder, "--output=" + filepath.Join(l.dir, "report.json"), "--exclude-files=/",
	}
	var everyLine bytes.Buffer
	var mutated []string
	for _, name := range files {
		if file != "" && name != file {
			args = append(args, "--exclude-files=^"+regexp.QuoteMeta(name)+"$")
			continue
		}
		mutated = append(mutated, name)
		_, _ = fmt.Fprintf(&everyLine, "%s:1.1,100000.1 1 1\n", path.Join(modulePath, t.folder, name))
	}
	if len(mutated) == 0 {
		return nil, errPackage
	}
	if err := os.WriteFile(filepath.Join(l.dir, "every-line"), everyLine.Bytes(), 0o600); err != nil {
		return nil, err
	}
	//nolint:gosec // G204: the program was built here, and its arguments are of this file
	command := exec.CommandContext(ctx, l.gremlins(), append(args, "./"+t.folder)...)
	command.Dir = l.repository()
	command.Env = append(os.Environ(), l.env(t)...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr // survivors, as they are found
	if err := command.Run(); err != nil {
		return nil, err
	}
	return l.read(t.folder, mutated)
}

func (l *lab) env(t target) []string {
	var tests []string
	for _, folder := range t.tests {
		tests = append(tests, path.Join(modulePath, folder))
	}
	return []string{
		"PATH=" + filepath.Join(l.dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
		"GOFLAGS=" + os.Getenv("GOFLAGS") + " -vet=off -ldflags=-w",
		"MUTATE_GO=" + l.goCommand, "MUTATE_DIR=" + l.dir, "MUTATE_TESTS=" + strings.Join(tests, " "),
	}
}

// goFiles returns the names of a package's files without the tests.
func (l *lab) goFiles(folder string) (names []string, err error) {
	entries, err := os.ReadDir(filepath.Join(l.repository(), folder))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
