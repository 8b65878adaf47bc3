package chaos_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/securedpets/infra/local/chaos"
	"example.com/securedpets/infra/local/engine"
	"example.com/securedpets/infra/local/localtest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const root = "../../.."

// product is the laptop stack as `make run` starts it, with an issuer of the
// test and an engine behind the proxy.
type product struct {
	api    string
	issuer *jwtauthtest.Issuer
	proxy  *chaos.Proxy
	log    *buffer
}

func startProduct(t *testing.T, seed uint64) *product {
	t.Helper()
	for path, step := range map[string]string{
		"dist/local/securedpets": "make build-local",
		"web/dist":               "make build-web",
		"infra/local/node_modules/swagger-ui-dist": "make setup",
	} {
		localtest.Need(t, filepath.Join(root, path), step)
	}
	p := &product{issuer: jwtauthtest.NewIssuer(t), log: &buffer{}}
	endpoint, err := url.Parse(startEngine(t))
	if err != nil {
		t.Fatal(err)
	}
	p.proxy = chaos.NewProxy(endpoint, seed)
	server := httptest.NewServer(p.proxy)
	t.Cleanup(server.Close)
	ports := localtest.FreePorts(t, 3)
	p.api = fmt.Sprintf("http://localhost:%d", ports[0])
	p.run(t, map[string]string{
		"PORT": fmt.Sprint(ports[0]), "WEB_PORT": fmt.Sprint(ports[1]), "ISSUER_PORT": fmt.Sprint(ports[2]),
		"DATA_DIR": t.TempDir(), "DYNAMODB_ENDPOINT": server.URL,
		"ISSUER": p.issuer.URL, "AUDIENCE": jwtauthtest.Audience, "CLIENT_ID": jwtauthtest.ClientID,
	})
	return p
}

func startEngine(t *testing.T) string {
	t.Helper()
	program, err := engine.Find(filepath.Join(root, "infra/local/node_modules"))
	if err != nil {
		localtest.Skip(t, err.Error())
	}
	data, err := engine.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = data.Close() })
	e, err := engine.Start(t.Context(), program, data, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Stop)
	return e.Endpoint
}

// run starts the program, and stops it in order at the end of the test.
func (p *product) run(t *testing.T, settings map[string]string) {
	t.Helper()
	program, err := filepath.Abs(filepath.Join(root, "dist/local/securedpets"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, program, "run")
	cmd.Dir, cmd.Env = root, os.Environ()
	for name, value := range settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 20 * time.Second
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = p.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			_, _ = p.log.Write(append(lines.Bytes(), '\n'))
			if strings.HasPrefix(lines.Text(), "ready: ") {
				close(ready)
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-read
		_ = cmd.Wait() // it was interrupted
	})
	select {
	case <-ready:
	case <-read:
		t.Fatalf("the stack ended before it was ready:\n%s", p.log)
	}
}

// buffer may be written by several goroutines.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
