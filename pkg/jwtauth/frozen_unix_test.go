//go:build unix

package jwtauth_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestFrozenProcess stops a real process with SIGSTOP, while it holds keys and remembered tokens.
// The monotonic clock of a stopped process runs, other than that of a frozen machine: so the
// child's is held, and its wall clock moved on by what the parent says.
func TestFrozenProcess(t *testing.T) {
	if url := os.Getenv("JWTAUTH_TEST_FROZEN"); url != "" {
		frozenChild(t, url)
		return
	}
	issuer := newIssuer(t)
	old := issuer.Token(forever)
	short := issuer.Token(jwtauthtest.ExpiresIn(30 * time.Second))
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFrozenProcess$")
	child.Env = append(os.Environ(), "JWTAUTH_TEST_FROZEN="+issuer.URL)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	verify := func(token, want string) {
		t.Helper()
		if _, err := fmt.Fprintln(in, token); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || lines.Text() != want {
			t.Errorf("%q, want %s", lines.Text(), want)
		}
	}
	verify(old, "ok")
	verify(short, "ok")

	if err := child.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(child.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatal("not stopped:", err)
	}
	issuer.Rotate("k2", "ES256")
	issuer.Withdraw("k1")
	if _, err := fmt.Fprintln(in, 11*time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}

	verify(short, "invalid_signature") // its key is gone, which is found before its end is
	verify(old, "invalid_signature")
	verify(issuer.Token(forever), "ok")
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	for lines.Scan() { // what the test binary says at its end
		continue
	}
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
}

// frozenChild reads durations, by which it moves its wall clock, and tokens, which it verifies.
func frozenChild(t *testing.T, url string) {
	c := &clocks{wall: noon}
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: url})
	if err != nil {
		t.Fatal(err)
	}
	keys.SetClocks(c.read)
	v, err := jwtauth.New(jwtauth.Config{Issuer: url, Audiences: []string{jwtauthtest.Audience}, Now: c.Now, CacheSize: 4}, keys)
	if err != nil {
		t.Fatal(err)
	}
	v.SetClocks(c.read)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if d, err := time.ParseDuration(lines.Text()); err == nil {
			c.set(d)
			continue
		}
		_, err := v.Verify(t.Context(), strings.TrimSpace(lines.Text()))
		fmt.Println(jwtauth.Label(err))
	}
}
