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

// serve starts the issuer on a port of its own; the issuer's name must be the address it is reached at.
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

// TestForeignClients lets openid-client, jose and oidc-client-ts drive the issuer: strict clients written elsewhere.
func TestForeignClients(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing: install Node.js 20 or newer")
	}
	if _, err := os.Stat("client-test/node_modules/openid-client"); err != nil {
		t.Fatal("the clients are not installed: scripts/setup infra/local/issuer/client-test")
	}
	spare := "http://localhost:" + strconv.Itoa(localtest.FreePorts(t, 1)[0])
	i, url := serve(t, func(c *issuer.Config) { c.WebOrigins = []string{origin, spare} })
	control := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := i.RotateKeys(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer control.Close()

	cmd := exec.CommandContext(t.Context(), node, "--test", "--test-reporter=tap")
	cmd.Dir = "client-test"
	cmd.Env = append(os.Environ(), "ISSUER="+url, "CONTROL="+control.URL+"/", "SPARE="+spare, "MACHINE_SECRET="+i.MachineSecret())
	out, err := cmd.CombinedOutput()
	counts := regexp.MustCompile(`(?m)^# (tests|pass|fail) \d+`).FindAll(out, -1)
	t.Logf("%s", counts)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
