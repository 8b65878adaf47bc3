package gateway_test

import (
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/securedpets/infra/auth0"
	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/issuer"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// localIssuer serves the issuer of the laptop on a free port.
func localIssuer(t *testing.T, now func() time.Time) (*issuer.Issuer, string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String() + "/"
	i, err := issuer.New(issuer.Config{
		URL: url, Tenant: auth0.Files, WebOrigins: []string{"http://localhost:3000"},
		KeyFile: filepath.Join(t.TempDir(), "keys.json"), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(i.Handler())
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return i, url
}

// forgedKeyID returns a token with a key id that nothing else has.
func forgedKeyID(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"`+rand.Text()+`"}`)) + "." + rest
}

// The log tells a flood of unknown key ids from an issuer that is down.
func TestUnknownKeyIDs(t *testing.T) {
	issuer, c, log := jwtauthtest.NewIssuer(t), newClock(), &buffer{}
	issuer.Now = c.Now
	a := secured(issuer)
	a.Stages[0].AccessLog = "$context.status $context.authorizer.error"
	g := newGateway(t, a, echo, gateway.Options{Now: c.Now, AccessLog: log})
	token := issuer.Token()
	for range 4 {
		send(t, g, http.MethodGet, "/pets", "", "Authorization", forgedKeyID(token))
	}
	issuer.Down()
	c.advance(2 * time.Second)
	send(t, g, http.MethodGet, "/pets", "", "Authorization", forgedKeyID(token))
	want := strings.Repeat("401 the token's signature or key is not valid\n", 3) +
		"503 too many unknown key ids\n503 the keys of the issuer cannot be fetched\n"
	if log.String() != want {
		t.Errorf("log\n%swant\n%s", log, want)
	}
}

// Keys are rotated under load, with forged key ids in flight: each good request succeeds at once,
// because the issuer publishes a key before it signs with it.
func TestRotationUnderLoad(t *testing.T) {
	c := newClock()
	local, url := localIssuer(t, c.Now)
	a := api("GET /pets")
	a.Routes[0].Authorization = template.AuthorizationJWT
	a.Routes[0].Authorizer = &template.Authorizer{
		LogicalID: "Tokens", IdentitySource: "$request.header.Authorization", Issuer: url, Audiences: []string{local.Audience()},
	}
	g := newGateway(t, a, echo, gateway.Options{Now: c.Now})

	const rotations, clients, each = 5, 4, 40
	var good, forged atomic.Int64
	for range rotations {
		var group sync.WaitGroup
		half := make(chan struct{}, clients)
		for range clients {
			group.Go(func() {
				for n := range each {
					if n == each/2 {
						half <- struct{}{}
					}
					token, err := local.Token(t.Context(), "trainer")
					if err != nil {
						t.Error(err)
						return
					}
					if out := send(t, g, http.MethodGet, "/pets", "", "Authorization", "Bearer "+token); out.Code != http.StatusOK {
						t.Errorf("a good token: %d %s", out.Code, out.Header().Get("Www-Authenticate"))
					}
					good.Add(1)
					switch out := send(t, g, http.MethodGet, "/pets", "", "Authorization", "Bearer "+forgedKeyID(token)); out.Code {
					case http.StatusUnauthorized:
					case http.StatusServiceUnavailable:
						if got := out.Header().Get("Retry-After"); got != "2" {
							t.Errorf("retry-after %q, want 2", got)
						}
					default:
						t.Errorf("a forged token: %d", out.Code)
					}
					forged.Add(1)
				}
			})
		}
		<-half
		if err := local.RotateKeys(); err != nil {
			t.Error(err)
		}
		group.Wait()
		c.advance(2 * time.Second)
	}
	t.Logf("%d good and %d forged requests, %d rotations", good.Load(), forged.Load(), rotations)
}
