package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/securedpets/infra/local/localtest"
)

const (
	root         = "../.."
	readyTimeout = 5 * time.Minute // includes a cold build
	stopTimeout  = 30 * time.Second
)

// TestReadme runs the README's first session in a shell and compares the output; "..." in the
// README matches anything.
func TestReadme(t *testing.T) {
	localtest.Need(t, filepath.Join(root, "infra/local/node_modules"), "make setup")
	localtest.Need(t, filepath.Join(root, "web/node_modules"), "make setup")
	ports := localtest.FreePorts(t, 3)
	stack := startStack(t, ports)
	for _, step := range session(t, filepath.Join(root, "README.md")) {
		step.command = strings.ReplaceAll(step.command, "localhost:8080", fmt.Sprintf("localhost:%d", ports[0]))
		if !stack.shell.run(t, step) {
			t.Fatalf("the stack's log:\n%s", stack.log.String())
		}
	}
}

// TestReadmeCompiles builds the README's program.
func TestReadmeCompiles(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	program := regexp.MustCompile("(?s)```go\n(.*?)```").FindSubmatch(text)
	if program == nil {
		t.Fatal("the README has no Go program")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, program[1], 0o600); err != nil {
		t.Fatal(err)
	}
	vet := exec.CommandContext(t.Context(), "go", "vet", file)
	vet.Dir = root
	if out, err := vet.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestReadmeShowsRealTests compares each test function that the README shows with the files of the
// functions.
func TestReadmeShowsRealTests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "functions/*/*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(source)
	}
	shown := regexp.MustCompile("(?s)```go\n(func Test.*?)```").FindAllSubmatch(text, -1)
	if len(shown) == 0 {
		t.Error("the README shows no test of a handler")
	}
	for _, block := range shown {
		if !strings.Contains(sources.String(), string(block[1])) {
			t.Errorf("no test of functions/ has this code of the README:\n%s", block[1])
		}
	}
}

// TestReadmeNamesRealTests looks for each test, and each path with a slash, of the README's tables.
func TestReadmeNamesRealTests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := testFunctions(t)
	for _, row := range regexp.MustCompile(`(?m)^\|.*$`).FindAllString(string(text), -1) {
		for _, name := range regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(row, -1) {
			if !tests[name[1]] {
				t.Errorf("the README names the test %s, which does not exist", name[1])
			}
		}
		for _, path := range regexp.MustCompile("`((?:functions|pkg|infra|web|scripts)/[^` ]+)`").FindAllStringSubmatch(row, -1) {
			if _, err := os.Stat(filepath.Join(root, path[1])); err != nil {
				t.Errorf("the README names %s, which does not exist", path[1])
			}
		}
	}
}

// testFunctions returns the names of the repository's test functions.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	declaration := regexp.MustCompile(`(?m)^func (Test\w+)`)
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "node_modules":
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		for _, match := range declaration.FindAllSubmatch(source, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// step is one command of a session and its output.
type step struct{ command, want string }

// session reads the console blocks of a Markdown file, without `make run`, which runs already.
func session(t *testing.T, file string) []step {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var steps []step
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				steps = append(steps, step{command: strings.TrimSpace(command)})
			} else {
				steps[len(steps)-1].want += line
			}
		}
	}
	if len(steps) < 10 || steps[0].command != "make run" {
		t.Fatalf("%s does not begin with a session of `make run`", file)
	}
	return steps[1:]
}

// matches compares with "..." as a wildcard.
func (s step) matches(got string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(s.want), regexp.QuoteMeta("..."), ".+?")
	return regexp.MustCompile(`\A` + pattern + `\z`).MatchString(got)
}

// stack is a running `make run` and a shell beside it.
type stack struct {
	log   *bytes.Buffer
	shell *shell
}

func startStack(t *testing.T, ports []int) *stack {
	t.Helper()
	env := append(os.Environ(),
		fmt.Sprintf("PORT=%d", ports[0]), fmt.Sprintf("WEB_PORT=%d", ports[1]), fmt.Sprintf("ISSUER_PORT=%d", ports[2]),
		"DATA_DIR="+t.TempDir(), "ISSUER=", "AUDIENCE=", "CLIENT_ID=", "DYNAMODB_ENDPOINT=", "MAKEFLAGS=", "MAKELEVEL=")
	cmd := exec.Command("make", "run")
	cmd.Dir, cmd.Env = root, env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { stop(t, cmd, done) })
	awaitReady(t, output, log, fmt.Sprintf("ready: http://localhost:%d", ports[0]), done)
	return &stack{log: log, shell: startShell(t, env)}
}

// awaitReady returns after the line that ends the start. It goes on reading the output, so that the
// stack never blocks on it.
func awaitReady(t *testing.T, output io.Reader, log *bytes.Buffer, ready string, done chan struct{}) {
	t.Helper()
	lines := make(chan string)
	go func() {
		defer close(done)
		defer close(lines)
		for scanner := bufio.NewScanner(output); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	timeout := time.After(readyTimeout)
	for {
		select {
		case line, ok := <-lines:
			fmt.Fprintln(log, line)
			if !ok {
				t.Fatalf("make run ended before it was ready:\n%s", log.String())
			}
			if line == ready {
				go func() {
					for range lines {
					}
				}()
				return
			}
		case <-timeout:
			t.Fatalf("not ready after %v:\n%s", readyTimeout, log.String())
		}
	}
}

// stop interrupts the whole process group, as Ctrl-C does. No process that the stack started may be
// left.
func stop(t *testing.T, cmd *exec.Cmd, done chan struct{}) {
	started := descendants(t, cmd.Process.Pid)
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Errorf("interrupt make run: %v", err)
	}
	select {
	case <-done:
	case <-time.After(stopTimeout):
		t.Errorf("make run still prints %v after Ctrl-C", stopTimeout)
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	_ = cmd.Wait() // make's status after an interrupt does not matter
	for _, pid := range started {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("make run left process %d behind: %v", pid, err)
		}
	}
}

// descendants lists the processes that a process started, directly or not.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	table, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		t.Fatal(err)
	}
	children := map[int][]int{}
	for line := range strings.Lines(string(table)) {
		var child, parent int
		if _, err := fmt.Sscan(line, &child, &parent); err == nil {
			children[parent] = append(children[parent], child)
		}
	}
	found := children[pid]
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	if len(found) < 3 {
		t.Errorf("make run started only %d processes", len(found))
	}
	return found
}

// shell is one bash for a whole session, which keeps its variables and functions.
type shell struct {
	in  io.WriteCloser
	out *bufio.Reader
}

func startShell(t *testing.T, env []string) *shell {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "bash", "--norc")
	cmd.Dir, cmd.Env = root, env
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // reports that it was killed
	})
	return &shell{in: in, out: bufio.NewReader(out)}
}

// run runs one command and reads up to a mark that no command prints.
func (s *shell) run(t *testing.T, step step) bool {
	t.Helper()
	const mark = "=== end of the step ==="
	if _, err := fmt.Fprintf(s.in, "%s\necho '%s'\n", step.command, mark); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			t.Fatalf("$ %s\nthe shell ended: %v\n%s", step.command, err, got.String())
		}
		if line == mark+"\n" {
			break
		}
		got.WriteString(line)
	}
	if !step.matches(got.String()) {
		t.Errorf("$ %s\n%s\nthe README says:\n%s", step.command, got.String(), step.want)
		return false
	}
	return true
}
