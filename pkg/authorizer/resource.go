package authorizer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// ResourceMetadata is the public document about an API from which a client learns where to get a
// token for it (RFC 9728). The fields are those of section 2; [NewResourceMetadata] checks them and
// returns the value that serves the document at [ResourceMetadata.Path].
//
// URLs are https, or http on a loopback host, without user information.
type ResourceMetadata struct {
	// Resource is the identifier of the API, the URL that its clients call. Required; without a
	// query or fragment. It should be an audience of the verifier: a client requests a token for it
	// (RFC 8707).
	Resource string
	// AuthorizationServers are the issuers, exactly as in the iss claim. Required.
	AuthorizationServers []string
	// ScopesSupported are scopes that a client may request. By default, none are named.
	ScopesSupported []string

	// Name is shown to users. By default, there is none.
	Name string
	// Documentation, Policy and TermsOfService are pages for people. By default, there are none.
	Documentation, Policy, TermsOfService string

	// DPoP names the algorithms of proofs; it is the value that [WithDPoP] gets. By default, DPoP
	// is not mentioned.
	DPoP ProofVerifier
	// DPoPRequired means that every token must be bound to a DPoP key. By default, it need not.
	DPoPRequired bool
	// CertificateBound means that tokens are bound to client certificates; see [WithMTLS]. By
	// default, they are not.
	CertificateBound bool

	url  *url.URL
	body string
}

// resourceDocument is the JSON form.
// https://www.rfc-editor.org/rfc/rfc9728#name-protected-resource-metadata
type resourceDocument struct {
	Resource             string   `json:"resource"`
	AuthorizationServers []string `json:"authorization_servers"`
	ScopesSupported      []string `json:"scopes_supported,omitempty"`
	BearerMethods        []string `json:"bearer_methods_supported"`
	Name                 string   `json:"resource_name,omitempty"`
	Documentation        string   `json:"resource_documentation,omitempty"`
	Policy               string   `json:"resource_policy_uri,omitempty"`
	TermsOfService       string   `json:"resource_tos_uri,omitempty"`
	DPoPAlgorithms       []string `json:"dpop_signing_alg_values_supported,omitempty"`
	DPoPRequired         bool     `json:"dpop_bound_access_tokens_required,omitempty"`
	CertificateBound     bool     `json:"tls_client_certificate_bound_access_tokens,omitempty"`
}

const resourceMetadataPath = "/.well-known/oauth-protected-resource"

// NewResourceMetadata checks the fields and returns a copy that serves them. Its error joins every
// complaint.
func NewResourceMetadata(m ResourceMetadata) (*ResourceMetadata, error) {
	resource, err := m.check()
	if err != nil {
		return nil, err
	}
	document := resourceDocument{
		Resource: m.Resource, AuthorizationServers: m.AuthorizationServers, ScopesSupported: m.ScopesSupported,
		BearerMethods: []string{"header"}, // the guards read no other place
		Name:          m.Name, Documentation: m.Documentation, Policy: m.Policy, TermsOfService: m.TermsOfService,
		DPoPRequired: m.DPoPRequired, CertificateBound: m.CertificateBound,
	}
	if m.DPoP != nil {
		document.DPoPAlgorithms = strings.Fields(m.DPoP.Algorithms())
	}
	body, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("authorizer: ResourceMetadata: %w", err)
	}
	m.body = string(body)
	m.url = metadataURL(resource)
	return &m, nil
}

// metadataURL puts the well-known path between host and path (RFC 9728 section 3.1).
func metadataURL(resource *url.URL) *url.URL {
	suffix := resource.Path
	if suffix == "/" {
		suffix = ""
	}
	return &url.URL{Scheme: resource.Scheme, Host: resource.Host, Path: resourceMetadataPath + suffix}
}

// URL is the address of the document, for [WithResourceMetadata].
func (m *ResourceMetadata) URL() string { return m.url.String() }

// Path is the path of that address, at which a service mounts the value: the path of the resource
// behind /.well-known/oauth-protected-resource.
func (m *ResourceMetadata) Path() string { return m.url.Path }

// ServeHTTP responds with the document. It is public: pages of every origin may read it.
func (m *ResourceMetadata) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, headers, body := m.respond(r.Method)
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// An error means that the client has disconnected.
		_, _ = w.Write([]byte(body))
	}
}

// HandleEvent is ServeHTTP for payload 2.0 events of an HTTP API or a function URL, an
// [HTTPHandler].
func (m *ResourceMetadata) HandleEvent(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	status, headers, body := m.respond(event.RequestContext.HTTP.Method)
	return events.APIGatewayV2HTTPResponse{StatusCode: status, Headers: headers, Body: body}, nil
}

func (m *ResourceMetadata) respond(method string) (status int, headers map[string]string, body string) {
	headers = map[string]string{
		"content-type":                "application/json",
		"x-content-type-options":      "nosniff",
		"access-control-allow-origin": "*",
	}
	switch {
	case m.body == "":
		return http.StatusInternalServerError, headers, newResponse(http.StatusInternalServerError).Body
	case method == http.MethodGet, method == http.MethodHead:
		headers["cache-control"] = "public, max-age=300"
		return http.StatusOK, headers, m.body
	case method == http.MethodOptions: // clients of MCP send headers of their own
		delete(headers, "content-type")
		headers["access-control-allow-methods"] = "GET"
		headers["access-control-allow-headers"] = "*"
		return http.StatusNoContent, headers, ""
	default:
		headers["allow"] = "GET, HEAD, OPTIONS"
		return http.StatusMethodNotAllowed, headers, newResponse(http.StatusMethodNotAllowed).Body
	}
}

// check returns every complaint at once, and the parsed resource.
func (m *ResourceMetadata) check() (*url.URL, error) {
	var errs []error
	complain := func(field string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("authorizer: ResourceMetadata.%s %w", field, err))
		}
	}
	resource, err := parseResource(m.Resource)
	complain("Resource", err)
	if len(m.AuthorizationServers) == 0 {
		complain("AuthorizationServers", errMissing)
	}
	for i, server := range m.AuthorizationServers {
		_, err := parseIdentifier(server)
		complain(fmt.Sprintf("AuthorizationServers[%d]", i), cmp.Or(err, checkNew(m.AuthorizationServers[:i], server)))
	}
	for i, scope := range m.ScopesSupported {
		complain(fmt.Sprintf("ScopesSupported[%d]", i), cmp.Or(checkScope(scope), checkNew(m.ScopesSupported[:i], scope)))
	}
	if !utf8.ValidString(m.Name) || strings.ContainsFunc(m.Name, unicode.IsControl) {
		complain("Name", errName)
	}
	complain("Documentation", checkPage(m.Documentation))
	complain("Policy", checkPage(m.Policy))
	complain("TermsOfService", checkPage(m.TermsOfService))
	if m.DPoPRequired && m.DPoP == nil {
		complain("DPoPRequired", errNeedsProofs)
	}
	return resource, errors.Join(errs...)
}

var (
	errMissing     = errors.New("is required")
	errTwice       = errors.New("is there twice")
	errNoScope     = errors.New("is not a scope (RFC 6749 section 3.3)")
	errName        = errors.New("must be UTF-8 without control characters")
	errNeedsProofs = errors.New("needs DPoP")
)

func checkScope(scope string) error {
	if !isScope(scope) {
		return errNoScope
	}
	return nil
}

func checkPage(page string) error {
	if page == "" {
		return nil
	}
	_, err := parseURL(page)
	return err
}

func checkNew(before []string, s string) error {
	if slices.Contains(before, s) {
		return errTwice
	}
	return nil
}
