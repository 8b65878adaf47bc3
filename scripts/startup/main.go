// Command startup measures cold starts: the time from a program's start to its first request
// for an event, and its peak memory then, compared with a minimal function. Programs are built as
// they are deployed, but for this machine, and started in turn, so that load of the machine affects
// all of them: compare the ratios.
//
// Usage, in the root of the repository: go run ./scripts/startup [-rounds 30]
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const hello = "hello"

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "startup:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("startup", flag.ContinueOnError)
	rounds := flags.Int("rounds", 30, "number of starts of each program")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "startup")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	names, err := build(ctx, dir)
	if err != nil {
		return err
	}
	lambda, err := newLambda()
	if err != nil {
		return err
	}
	defer lambda.server.Close()
	times, memory := map[string][]time.Duration{}, map[string]string{}
	for range *rounds {
		for _, name := range names {
			took, peak, err := lambda.start(ctx, filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			times[name] = append(times[name], took)
			memory[name] = peak
		}
	}
	return report(stdout, names, times, memory)
}

func report(stdout io.Writer, names []string, times map[string][]time.Duration, memory map[string]string) error {
	median := func(name string) float64 {
		list := slices.Sorted(slices.Values(times[name]))
		return float64(list[len(list)/2].Microseconds()) / 1000
	}
	for _, name := range names {
		_, err := fmt.Fprintf(stdout, "%-18s %6.2f ms  %4.2f x hello  peak memory %s\n", name, median(name), median(name)/median(hello), memory[name])
		if err != nil {
			return err
		}
	}
	return nil
}

// build builds hello and every function as scripts/build-lambda does, but for this machine.
func build(ctx context.Context, dir string) ([]string, error) {
	packages := map[string]string{hello: "./scripts/startup/hello"}
	found, err := filepath.Glob("functions/*/main.go")
	if err != nil || len(found) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%w: run this in the root of the repository", os.ErrNotExist))
	}
	names := []string{hello}
	for _, file := range found {
		name := filepath.Base(filepath.Dir(file))
		packages[name] = "./functions/" + name
		names = append(names, name)
	}
	for name, pkg := range packages {
		//nolint:gosec // names of folders of this repository
		command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-tags", "lambda.norpc", "-o", filepath.Join(dir, name), pkg)
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := command.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", pkg, err, out)
		}
	}
	return names, nil
}

// lambda is the part of the Runtime API and of an issuer that a start needs.
type lambda struct {
	server *httptest.Server
	next   chan time.Time
}

func newLambda() (*lambda, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	keys, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": number(key.N), "e": number(big.NewInt(int64(key.E))),
	}}})
	if err != nil {
		return nil, err
	}
	l := &lambda{next: make(chan time.Time, 1)}
	var discovery []byte
	l.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/invocation/next"):
			l.next <- time.Now()
			<-r.Context().Done() // there is no event
		case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
			_, _ = w.Write(discovery)
		default:
			_, _ = w.Write(keys)
		}
	}))
	discovery = fmt.Appendf(nil, `{"issuer":"%s/","jwks_uri":"%s/jwks.json"}`, l.server.URL, l.server.URL)
	return l, nil
}

// start runs the program until it requests an event.
func (l *lambda) start(ctx context.Context, program string) (took time.Duration, memory string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, program)
	command.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(l.server.URL, "http://"), "AWS_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none", "AWS_ENDPOINT_URL_DYNAMODB=" + l.server.URL,
		"TABLE_NAME=Pets", "JWT_ISSUER=" + l.server.URL + "/", "JWT_AUDIENCE=https://api.securedpets.example", "JWT_CLIENT_ID=web",
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, "", err
	}
	ended := make(chan struct{})
	go func() { err = command.Wait(); close(ended) }()
	select {
	case next := <-l.next:
		memory = peak(command.Process.Pid)
		cancel()
		<-ended
		return next.Sub(began), memory, nil
	case <-ended:
		return 0, "", fmt.Errorf("%w: it ended before its first request: %w", errEnded, err)
	}
}

var errEnded = errors.New("no start")

// peak returns the peak memory of the process, on Linux.
func peak(pid int) string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
