package mcp_test

import (
	"context"
	"errors"
	"html"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/modelcontextprotocol/go-sdk/auth"

	"example.com/securedpets/infra/auth0"
	"example.com/securedpets/infra/local/issuer"
)

const (
	clientID = "mcp-client"
	callback = "http://localhost:6274/oauth/callback" // never called: the test reads the redirect
	otherAPI = "https://api.securedpets.example"
)

// localIssuer is the local issuer with an API of the identifier resource. other has the same keys
// and the identifier otherAPI.
type localIssuer struct {
	url   string
	other *issuer.Issuer
}

func startIssuer(t *testing.T, resource string) *localIssuer {
	t.Helper()
	listener := listen(t)
	config := issuer.Config{
		URL: "http://localhost:" + portOf(listener) + "/", KeyFile: filepath.Join(t.TempDir(), "keys.json"),
		WebOrigins: []string{"http://localhost:3000"}, Tenant: auth0.Files, ResourceParameter: true,
	}
	other, err := issuer.New(config)
	if err != nil {
		t.Fatal(err)
	}
	config.Tenant = tenantFor(t, resource)
	served, err := issuer.New(config)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, listener, served.Handler())
	return &localIssuer{config.URL, other}
}

// tenantFor is the tenant with another API and with the client of this test, registered beforehand.
func tenantFor(t *testing.T, resource string) fs.FS {
	t.Helper()
	files := fstest.MapFS{"clients/" + clientID + ".json": {Data: []byte(`{
		"name": "MCP Client", "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"], "callbacks": ["` + callback + `"]
	}`)}}
	replace := strings.NewReplacer(otherAPI, resource, `["Secured Pets Web"]`, `["Secured Pets Web", "MCP Client"]`)
	err := fs.WalkDir(auth0.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(auth0.Files, name)
		files[name] = &fstest.MapFile{Data: []byte(replace.Replace(string(raw)))}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// errSignIn means that the client wants a user to sign in and the test has none.
var errSignIn = errors.New("a sign-in is needed")

// user signs in at the issuer's page.
type user struct {
	as      string
	signIns []url.Values // the parameters of each authorization request
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

func (u *user) signIn(ctx context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
	target, err := url.Parse(args.URL)
	if err != nil {
		return nil, err
	}
	u.signIns = append(u.signIns, target.Query())
	if u.as == "" {
		return nil, errSignIn
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	page, err := browser.Get(args.URL)
	if err != nil {
		return nil, err
	}
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	if err != nil {
		return nil, err
	}
	action := formAction.FindSubmatch(body)
	if action == nil {
		return nil, errors.New("the issuer shows no form: " + page.Status)
	}
	form, err := target.Parse(html.UnescapeString(string(action[1])))
	if err != nil {
		return nil, err
	}
	response, err := browser.PostForm(form.String(), url.Values{"user": {u.as}})
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	location, err := response.Location()
	if err != nil {
		return nil, err
	}
	back := location.Query()
	return &auth.AuthorizationResult{Code: back.Get("code"), State: back.Get("state"), Iss: back.Get("iss")}, ctx.Err()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func portOf(listener net.Listener) string {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func serve(t *testing.T, listener net.Listener, handler http.Handler) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
}
