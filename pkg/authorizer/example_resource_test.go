package authorizer_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"example.com/securedpets/pkg/authorizer"
)

// A client that knows only the address of the API learns from the 401 where to get a token.
func ExampleNewResourceMetadata() {
	issuer := startIssuer()
	defer issuer.stop()
	resource, err := authorizer.NewResourceMetadata(authorizer.ResourceMetadata{
		Resource:             "https://api.example/mcp",
		AuthorizationServers: []string{"https://issuer.example/"},
		ScopesSupported:      []string{"read:unicorn"},
	})
	if err != nil {
		panic(err)
	}
	auth := authorizer.New(issuer.Verifier(), authorizer.WithResourceMetadata(resource.URL()))
	mux := http.NewServeMux()
	mux.Handle(resource.Path(), resource)
	mux.Handle("/mcp", auth.Middleware("read:unicorn")(http.NotFoundHandler()))

	for _, path := range []string{"/mcp", "/.well-known/oauth-protected-resource/mcp"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate")+w.Body.String())
	}
	// Output:
	// 401 Bearer scope="read:unicorn", resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp"{"message":"Unauthorized"}
	// 200 {"resource":"https://api.example/mcp","authorization_servers":["https://issuer.example/"],"scopes_supported":["read:unicorn"],"bearer_methods_supported":["header"]}
}
