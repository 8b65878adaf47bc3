package issuer_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"example.com/securedpets/infra/local/issuer"
	"example.com/securedpets/infra/local/localtest"
)

// serve starts an issuer whose URL is its address.
func serve(t *testing.T, change func(*issuer.Config)) (*issuer.Issuer, string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url := "http://localhost:" + port + "/"
	i := newIssuer(t, func(c *issuer.Config) {
		c.URL = url
		if change != nil {
			change(c)
		}
	})
	server := httptest.NewUnstartedServer(i.Handler())
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return i, url
}

// TestClients runs the tests of openid-client, jose and oidc-client-ts, which
// are strict clients.
func TestClients(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		localtest.Skip(t, "node is missing: install Node.js 20 or newer")
	}
	localtest.Need(t, "client-test/node_modules/openid-client", "scripts/setup infra/local/issuer/client-test")
	callback := "http://localhost:" + strconv.Itoa(localtest.FreePorts(t, 1)[0])
	i, url := serve(t, func(c *issuer.Config) { c.WebOrigins = []string{origin, callback} })
	rotate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := i.RotateKeys(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer rotate.Close()

	cmd := exec.CommandContext(t.Context(), node, "--test", "--test-reporter=tap", "--test-timeout=60000", "--test-force-exit")
	cmd.Dir = "client-test"
	cmd.Env = append(os.Environ(), "ISSUER="+url, "ROTATE="+rotate.URL, "CALLBACK_ORIGIN="+callback, "MACHINE_SECRET="+i.MachineSecret())
	out, err := cmd.CombinedOutput()
	counts := regexp.MustCompile(`(?m)^# (tests|pass|fail) \d+`).FindAll(out, -1)
	t.Logf("%s", counts)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
