package mcp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/auth"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"golang.org/x/oauth2"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/authorizer/examples/mcp"
)

// service is a guarded server with its issuer.
type service struct {
	url    string
	issuer *localIssuer

	mu        sync.Mutex
	decisions []string
}

func (s *service) observe(_ context.Context, d authorizer.Decision) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decisions = append(s.decisions, d.Outcome)
}

// outcomes returns the decisions of the guard until now.
func (s *service) outcomes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.decisions)
}

// start serves the server as mount does.
func start(t *testing.T, mount func(*testing.T, *mcp.Server) http.Handler) *service {
	t.Helper()
	listener := listen(t)
	s := &service{url: "http://localhost:" + portOf(listener) + "/mcp"}
	s.issuer = startIssuer(t, s.url)
	server, err := mcp.New(mcp.Config{URL: s.url, Issuer: s.issuer.url, Observe: s.observe})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, listener, mount(t, server))
	return s
}

func TestServer(t *testing.T) {
	for name, mount := range map[string]func(*testing.T, *mcp.Server) http.Handler{
		"net/http": func(_ *testing.T, s *mcp.Server) http.Handler { return s.Handler("/mcp") },
		"HTTP API": behindHTTPAPI,
	} {
		t.Run(name, func(t *testing.T) {
			t.Run("challenge", func(t *testing.T) { testChallenge(t, start(t, mount)) })
			t.Run("metadata", func(t *testing.T) { testMetadata(t, start(t, mount)) })
			t.Run("sign in", func(t *testing.T) { testSignIn(t, start(t, mount)) })
			t.Run("insufficient scope", func(t *testing.T) { testInsufficientScope(t, start(t, mount)) })
			t.Run("another resource", func(t *testing.T) { testAnotherResource(t, start(t, mount)) })
			t.Run("no token", func(t *testing.T) { testNoToken(t, start(t, mount)) })
		})
	}
}

func testChallenge(t *testing.T, s *service) {
	response, err := http.Post(s.url, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	want := `Bearer scope="list:unicorns", resource_metadata="` + strings.TrimSuffix(s.url, "/mcp") + `/.well-known/oauth-protected-resource/mcp"`
	if got := response.Header.Get("WWW-Authenticate"); response.StatusCode != http.StatusUnauthorized || got != want {
		t.Errorf("%d %s, want %s", response.StatusCode, got, want)
	}
}

func testMetadata(t *testing.T, s *service) {
	response, err := http.Get(strings.TrimSuffix(s.url, "/mcp") + "/.well-known/oauth-protected-resource/mcp")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"resource":"` + s.url + `","authorization_servers":["` + s.issuer.url + `"],"scopes_supported":["list:unicorns"],` +
		`"bearer_methods_supported":["header"],"resource_name":"Unicorns"}`
	if response.StatusCode != http.StatusOK || string(body) != want {
		t.Errorf("%d %s, want %s", response.StatusCode, body, want)
	}
}

// The client discovers the issuer, signs in once and calls a tool as the user.
func testSignIn(t *testing.T, s *service) {
	trainer := &user{as: "trainer"}
	session, err := s.connect(t, trainer, nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "unicorns"})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := result.Content[0].(*sdk.TextContent)
	if result.IsError || text == nil || text.Text != "the unicorns of email|64d2c1b7a9e03f5d2c8b1a01" {
		t.Errorf("the tool returns %+v", result.Content[0])
	}
	if len(trainer.signIns) != 1 {
		t.Fatalf("%d sign-ins", len(trainer.signIns))
	}
	if request := trainer.signIns[0]; request.Get("resource") != s.url || request.Get("scope") != mcp.Scope || request.Get("code_challenge_method") != "S256" {
		t.Errorf("the client requested %v", request)
	}
	if got := slices.Compact(s.outcomes()); !slices.Equal(got, []string{"missing_token", "ok"}) {
		t.Errorf("decisions %v", got)
	}
}

// The issuer grants a rider no scope for the server.
func testInsufficientScope(t *testing.T, s *service) {
	rider := &user{as: "rider"}
	if _, err := s.connect(t, rider, nil); err == nil {
		t.Error("the client is connected")
	}
	if got := slices.Compact(s.outcomes()); len(rider.signIns) == 0 || !slices.Equal(got, []string{"missing_token", "insufficient_scope"}) {
		t.Errorf("%d sign-ins, decisions %v", len(rider.signIns), got)
	}
}

// A token of the same issuer, user and scope, but for another API, needs a new sign-in.
func testAnotherResource(t *testing.T, s *service) {
	token, err := s.issuer.other.Token(t.Context(), "trainer")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.connect(t, &user{}, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})); !errors.Is(err, errSignIn) {
		t.Errorf("error is %v", err)
	}
	if got := slices.Compact(s.outcomes()); !slices.Equal(got, []string{"invalid_claims"}) {
		t.Errorf("decisions %v", got)
	}
}

func testNoToken(t *testing.T, s *service) {
	if _, err := s.connect(t, &user{}, nil); !errors.Is(err, errSignIn) {
		t.Errorf("error is %v", err)
	}
	if got := slices.Compact(s.outcomes()); !slices.Equal(got, []string{"missing_token"}) {
		t.Errorf("decisions %v", got)
	}
}

// connect connects the official client, which knows the URL of the server and its own client id.
func (s *service) connect(t *testing.T, u *user, initial oauth2.TokenSource) (*sdk.ClientSession, error) {
	t.Helper()
	handler, err := auth.NewAuthorizationCodeHandler(&auth.AuthorizationCodeHandlerConfig{
		PreregisteredClient: &oauthex.ClientCredentials{ClientID: clientID}, RedirectURL: callback,
		AuthorizationCodeFetcher: u.signIn, InitialTokenSource: initial,
		Client: &http.Client{Transport: withoutSlash{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1.0.0"}, nil)
	session, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: s.url, OAuthHandler: handler, MaxRetries: -1}, nil)
	if err == nil {
		t.Cleanup(func() { _ = session.Close() })
	}
	return session, err
}

// withoutSlash drops the slash at the end of a well-known path, which version 1.8.0 of the client
// keeps of an issuer such as Auth0's, against RFC 8414 section 3.1.
// https://github.com/modelcontextprotocol/go-sdk/pull/1245
type withoutSlash struct{}

func (withoutSlash) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/.well-known/") {
		r = r.Clone(r.Context())
		r.URL.Path = strings.TrimSuffix(r.URL.Path, "/")
	}
	return http.DefaultTransport.RoundTrip(r)
}
