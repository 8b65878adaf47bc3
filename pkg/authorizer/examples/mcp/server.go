// Package mcp is a remote server of the Model Context Protocol, guarded by package authorizer: a
// client that knows only its URL learns from the 401 where to get a token (RFC 9728), for which
// resource and for which scope.
//
// The test signs in with the protocol's official client at the local issuer, over net/http and
// behind an HTTP API.
package mcp

import (
	"context"
	"fmt"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// Scope opens the server.
const Scope = "list:unicorns"

// Config configures a [Server].
type Config struct {
	URL    string // required: the URL that clients connect to; tokens must have it as an audience
	Issuer string // required: the iss of the tokens
	// Observe gets every decision. By default, there is no observer.
	Observe func(context.Context, authorizer.Decision)
}

// Server has the parts of the guarded server.
type Server struct {
	Metadata *authorizer.ResourceMetadata
	Guard    *authorizer.Authorizer
}

// New returns an error when a URL cannot be used.
func New(cfg Config) (*Server, error) {
	metadata, err := authorizer.NewResourceMetadata(authorizer.ResourceMetadata{
		Resource: cfg.URL, AuthorizationServers: []string{cfg.Issuer}, ScopesSupported: []string{Scope}, Name: "Unicorns",
	})
	if err != nil {
		return nil, err
	}
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: cfg.Issuer})
	if err != nil {
		return nil, err
	}
	verifier, err := jwtauth.New(jwtauth.Config{Issuer: cfg.Issuer, Audiences: []string{cfg.URL}}, keys)
	if err != nil {
		return nil, err
	}
	options := []authorizer.Option{authorizer.WithResourceMetadata(metadata.URL())}
	if cfg.Observe != nil {
		options = append(options, authorizer.WithObserver(cfg.Observe))
	}
	return &Server{Metadata: metadata, Guard: authorizer.New(verifier, options...)}, nil
}

// Handler serves the metadata, and the tools at a path behind the guard.
func (s *Server) Handler(path string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(s.Metadata.Path(), s.Metadata)
	mux.Handle(path, s.Guard.Middleware(Scope)(Tools()))
	return mux
}

// Tools serves the protocol without a guard of its own. Each request stands alone, so that any
// instance of a function can serve it.
func Tools() http.Handler {
	server := mcp.NewServer(&mcp.Implementation{Name: "unicorns", Version: "1.0.0"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "unicorns", Description: "List the unicorns of the caller"}, listUnicorns)
	handler := mcp.NewStreamableHTTPHandler(
		func(*http.Request) *mcp.Server { return server },
		&mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true},
	)
	return auth.RequireBearerToken(callerOf, nil)(handler)
}

// callerOf passes the token that the guard has verified on to the tools.
func callerOf(ctx context.Context, _ string, _ *http.Request) (*auth.TokenInfo, error) {
	token, ok := authorizer.IdentityFrom(ctx)
	if !ok {
		return nil, auth.ErrInvalidToken
	}
	return &auth.TokenInfo{UserID: token.Subject, Scopes: token.Scopes, Expiration: token.Expiry}, nil
}

func listUnicorns(_ context.Context, req *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
	text := fmt.Sprintf("the unicorns of %s", req.Extra.TokenInfo.UserID)
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}, nil, nil
}
