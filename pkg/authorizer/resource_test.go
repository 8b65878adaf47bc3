package authorizer_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth/dpop"
)

// pets is the metadata of an API with everything optional left out.
func pets() authorizer.ResourceMetadata {
	return authorizer.ResourceMetadata{Resource: "https://api.example/pets", AuthorizationServers: []string{"https://issuer.example/"}}
}

func newResource(t *testing.T, m authorizer.ResourceMetadata) *authorizer.ResourceMetadata {
	t.Helper()
	resource, err := authorizer.NewResourceMetadata(m)
	if err != nil {
		t.Fatal(err)
	}
	return resource
}

// send serves a request in both forms and compares them.
func send(t *testing.T, resource *authorizer.ResourceMetadata, method string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{}
	event.RequestContext.HTTP.Method = method
	resp, err := resource.HandleEvent(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	resource.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/", nil))
	headers := map[string]string{}
	for name := range w.Header() {
		headers[strings.ToLower(name)] = w.Header().Get(name)
	}
	body := resp.Body
	if method == http.MethodHead {
		body = ""
	}
	if w.Code != resp.StatusCode || w.Body.String() != body || !cmp.Equal(headers, resp.Headers) {
		t.Errorf("net/http: %d %s %v\nevent: %d %s %v", w.Code, w.Body, headers, resp.StatusCode, resp.Body, resp.Headers)
	}
	return resp
}

func TestResourceMetadata(t *testing.T) {
	full := pets()
	full.AuthorizationServers = append(full.AuthorizationServers, "http://localhost:9000/")
	full.ScopesSupported = []string{"read:pets", "update:pets"}
	full.Name = `Pets, "secured" <and> süß`
	full.Documentation, full.Policy, full.TermsOfService = "https://api.example/docs#pets", "https://api.example/policy?a=b", "https://api.example/terms"
	full.DPoP, full.DPoPRequired, full.CertificateBound = proofVerifier(t, dpop.Config{}), true, true
	for _, c := range []struct {
		name string
		m    authorizer.ResourceMetadata
		want string
	}{
		{"what is required", pets(), `{"resource":"https://api.example/pets","authorization_servers":["https://issuer.example/"],"bearer_methods_supported":["header"]}`},
		{"everything", full, `{"resource":"https://api.example/pets","authorization_servers":["https://issuer.example/","http://localhost:9000/"],` +
			`"scopes_supported":["read:pets","update:pets"],"bearer_methods_supported":["header"],` +
			`"resource_name":"Pets, \"secured\" \u003cand\u003e süß","resource_documentation":"https://api.example/docs#pets",` +
			`"resource_policy_uri":"https://api.example/policy?a=b","resource_tos_uri":"https://api.example/terms",` +
			`"dpop_signing_alg_values_supported":["ES256","RS256"],"dpop_bound_access_tokens_required":true,` +
			`"tls_client_certificate_bound_access_tokens":true}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: c.want, Headers: map[string]string{
				"content-type": "application/json", "x-content-type-options": "nosniff",
				"access-control-allow-origin": "*", "cache-control": "public, max-age=300",
			}}
			if diff := cmp.Diff(want, send(t, newResource(t, c.m), http.MethodGet)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResourceMetadataMethods(t *testing.T) {
	resource := newResource(t, pets())
	for _, c := range []struct {
		method string
		status int
		header string
		value  string
	}{
		{http.MethodHead, 200, "content-type", "application/json"},
		{http.MethodOptions, 204, "access-control-allow-headers", "*"},
		{http.MethodPost, 405, "allow", "GET, HEAD, OPTIONS"},
		{http.MethodDelete, 405, "allow", "GET, HEAD, OPTIONS"},
		{"get", 405, "allow", "GET, HEAD, OPTIONS"},
	} {
		resp := send(t, resource, c.method)
		if resp.StatusCode != c.status || resp.Headers[c.header] != c.value {
			t.Errorf("%s: %d %v", c.method, resp.StatusCode, resp.Headers)
		}
	}
}

// A value that NewResourceMetadata has not checked is not served.
func TestResourceMetadataUnchecked(t *testing.T) {
	m := pets()
	if resp := send(t, &m, http.MethodGet); resp.StatusCode != http.StatusInternalServerError || resp.Body != broken {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

// The well-known path comes before the path of the resource (RFC 9728 section 3.1).
func TestResourceMetadataURL(t *testing.T) {
	const wellKnown = "/.well-known/oauth-protected-resource"
	for resource, want := range map[string]string{
		"https://api.example":             "https://api.example" + wellKnown,
		"https://api.example/":            "https://api.example" + wellKnown,
		"https://api.example/mcp":         "https://api.example" + wellKnown + "/mcp",
		"https://api.example/a/b/":        "https://api.example" + wellKnown + "/a/b/",
		"https://api.example:8443/$x;y=z": "https://api.example:8443" + wellKnown + "/$x;y=z",
		"http://127.0.0.1:8080/mcp":       "http://127.0.0.1:8080" + wellKnown + "/mcp",
		"http://[::1]:8080/mcp":           "http://[::1]:8080" + wellKnown + "/mcp",
	} {
		m := pets()
		m.Resource = resource
		got := newResource(t, m)
		if got.URL() != want || !strings.HasSuffix(want, got.Path()) || !strings.HasPrefix(got.Path(), wellKnown) {
			t.Errorf("%s: URL %s, path %s", resource, got.URL(), got.Path())
		}
		if a := authorizer.New(verifier{}, authorizer.WithResourceMetadata(got.URL())); a == nil {
			t.Error("no authorizer")
		}
		mux := http.NewServeMux()
		mux.Handle(got.Path(), got)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, got.Path(), nil))
		if w.Code != http.StatusOK {
			t.Errorf("%s: a ServeMux responds %d at %s", resource, w.Code, got.Path())
		}
	}
}

const (
	notURL      = "must be an https URL, or an http URL of a loopback host, without user information"
	notResource = "must have neither query nor fragment"
	notPath     = `must have a path without empty, "." or ".." segments and without percent-encoding`
)

// badURLs are refused wherever a URL is expected.
var badURLs = []string{
	// Not an address.
	"", "pets", "/pets", "//api.example", "api.example/pets", "https:", "https://", "https:///pets", "https://:443/", "https:api.example", "https://api.example:x", "https://[::1",
	// Not protected on the way, or not fetched at all.
	"http://api.example", "http://localhost.example", "http://127.0.0.1.example", "http://10.0.0.1", "http://[fe80::1%25lo]", "ftp://api.example", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
	// A password in a public document.
	"https://user@api.example", "https://user:password@api.example", "https://@api.example",
	// Characters that end a quoted string or a header line, or that RFC 3986 excludes.
	`https://api.example/"`, `https://api.example/", error="x`, `https://api.example/\`, "https://api.example/\r\nx: y", "https://api.example/\n", "https://api.example/\x00",
	"https://api.example/ ", " https://api.example", "https://api.example/\t", "https://api.example/ü", "https://äpi.example", "https://api.example/\xff", "https://api.example/{x}", "https://api.example/<x>", "https://api.example/a|b", "https://api.example/^", "https://api.example/`", "https://api.example/%zz",
}

func TestResourceMetadataRefused(t *testing.T) {
	type change = func(*authorizer.ResourceMetadata)
	type refused struct {
		name   string
		change change
		want   string
	}
	cases := []refused{
		{"nothing", func(m *authorizer.ResourceMetadata) { *m = authorizer.ResourceMetadata{} }, "Resource " + notURL + "\nAuthorizationServers is required"},

		{"resource with a fragment", func(m *authorizer.ResourceMetadata) { m.Resource += "#a" }, "Resource " + notResource},
		{"resource with an empty fragment", func(m *authorizer.ResourceMetadata) { m.Resource += "#" }, "Resource " + notResource},
		{"resource with a query", func(m *authorizer.ResourceMetadata) { m.Resource += "?a=b" }, "Resource " + notResource},
		{"resource with an empty query", func(m *authorizer.ResourceMetadata) { m.Resource += "?" }, "Resource " + notResource},
		{"parent folder", func(m *authorizer.ResourceMetadata) { m.Resource += "/../x" }, "Resource " + notPath},
		{"this folder", func(m *authorizer.ResourceMetadata) { m.Resource += "/./x" }, "Resource " + notPath},
		{"empty segment", func(m *authorizer.ResourceMetadata) { m.Resource += "//x" }, "Resource " + notPath},
		{"empty last segment", func(m *authorizer.ResourceMetadata) { m.Resource += "//" }, "Resource " + notPath},
		{"root of empty segments", func(m *authorizer.ResourceMetadata) { m.Resource = "https://api.example//" }, "Resource " + notPath},
		{"encoded letter", func(m *authorizer.ResourceMetadata) { m.Resource += "/%61" }, "Resource " + notPath},
		{"encoded slash", func(m *authorizer.ResourceMetadata) { m.Resource += "%2f" }, "Resource " + notPath},

		{"no server", func(m *authorizer.ResourceMetadata) { m.AuthorizationServers = nil }, "AuthorizationServers is required"},
		{"server with a query", func(m *authorizer.ResourceMetadata) { m.AuthorizationServers[0] += "?a" }, "AuthorizationServers[0] " + notResource},
		{"server twice", func(m *authorizer.ResourceMetadata) {
			m.AuthorizationServers = append(m.AuthorizationServers, m.AuthorizationServers[0])
		}, "AuthorizationServers[1] is there twice"},

		{"two scopes in one", func(m *authorizer.ResourceMetadata) { m.ScopesSupported = []string{"a b"} }, "ScopesSupported[0] is not a scope (RFC 6749 section 3.3)"},
		{"empty scope", func(m *authorizer.ResourceMetadata) { m.ScopesSupported = []string{"a", ""} }, "ScopesSupported[1] is not a scope (RFC 6749 section 3.3)"},
		{"quote in a scope", func(m *authorizer.ResourceMetadata) { m.ScopesSupported = []string{`a"`} }, "ScopesSupported[0] is not a scope (RFC 6749 section 3.3)"},
		{"scope twice", func(m *authorizer.ResourceMetadata) { m.ScopesSupported = []string{"a", "b", "a"} }, "ScopesSupported[2] is there twice"},

		{"line break in the name", func(m *authorizer.ResourceMetadata) { m.Name = "a\nb" }, "Name must be UTF-8 without control characters"},
		{"name of other bytes", func(m *authorizer.ResourceMetadata) { m.Name = "a\xff" }, "Name must be UTF-8 without control characters"},
		{"script as documentation", func(m *authorizer.ResourceMetadata) { m.Documentation = "javascript:alert(1)" }, "Documentation " + notURL},
		{"script as policy", func(m *authorizer.ResourceMetadata) { m.Policy = "javascript:alert(1)" }, "Policy " + notURL},
		{"script as terms", func(m *authorizer.ResourceMetadata) { m.TermsOfService = "javascript:alert(1)" }, "TermsOfService " + notURL},
		{"proofs required and not accepted", func(m *authorizer.ResourceMetadata) { m.DPoPRequired = true }, "DPoPRequired needs DPoP"},

		{"everything at once", func(m *authorizer.ResourceMetadata) {
			*m = authorizer.ResourceMetadata{
				AuthorizationServers: []string{"x", "https://a", "https://a"}, ScopesSupported: []string{""}, Name: "\x7f",
				Documentation: "d", Policy: "p", TermsOfService: "t", DPoPRequired: true,
			}
		}, "Resource " + notURL + "\nAuthorizationServers[0] " + notURL + "\nAuthorizationServers[2] is there twice" +
			"\nScopesSupported[0] is not a scope (RFC 6749 section 3.3)\nName must be UTF-8 without control characters" +
			"\nDocumentation " + notURL + "\nPolicy " + notURL + "\nTermsOfService " + notURL + "\nDPoPRequired needs DPoP"},
	}
	for _, bad := range badURLs {
		cases = append(
			cases,
			refused{"resource " + bad, func(m *authorizer.ResourceMetadata) { m.Resource = bad }, "Resource " + notURL},
			refused{"server " + bad, func(m *authorizer.ResourceMetadata) { m.AuthorizationServers = []string{bad} }, "AuthorizationServers[0] " + notURL},
		)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := pets()
			c.change(&m)
			got, err := authorizer.NewResourceMetadata(m)
			const prefix = "authorizer: ResourceMetadata."
			want := prefix + strings.ReplaceAll(c.want, "\n", "\n"+prefix)
			if got != nil || err == nil || err.Error() != want {
				t.Errorf("error is\n%v\nwant\n%s", err, want)
			}
		})
	}
}

func TestWithResourceMetadataRefused(t *testing.T) {
	cases := map[string]string{
		"https://api.example/.well-known/oauth-protected-resource#":  "must have no fragment",
		"https://api.example/.well-known/oauth-protected-resource#a": "must have no fragment",
	}
	for _, bad := range badURLs {
		cases[bad] = notURL
	}
	for url, want := range cases {
		t.Run(url, func(t *testing.T) {
			defer func() {
				if got := recover(); got != "authorizer: the URL of WithResourceMetadata "+want {
					t.Errorf("panic is %v", got)
				}
			}()
			authorizer.WithResourceMetadata(url)
		})
	}
}

// metadataAt is the URL and its parameter, with every character that RFC 3986 allows.
const (
	metadataAt        = "https://api.example:8443/-._~:/[]@!$&'()*+,;=%22?a=b,c"
	metadataParameter = `resource_metadata="` + metadataAt + `"`
)

// The address is in every challenge, the scopes of the route are in every 401.
func TestChallengeNamesResourceMetadata(t *testing.T) {
	for _, c := range []struct {
		name, header string
		scopes       []string
		status       int
		want         string
	}{
		{"no token", "", nil, 401, "Bearer " + metadataParameter},
		{"no token, one scope", "", []string{"read:pets"}, 401, `Bearer scope="read:pets", ` + metadataParameter},
		{"no token, two scopes", "", []string{"a", "b"}, 401, `Bearer scope="a b", ` + metadataParameter},
		{"another scheme", "Basic dXNlcjpwYXNz", []string{"a"}, 401, `Bearer scope="a", ` + metadataParameter},
		{"bad token", "Bearer invalid_token", nil, 401, malformed + ", " + metadataParameter},
		{"bad token, scope", "Bearer invalid_token", []string{"a"}, 401, malformed + `, scope="a", ` + metadataParameter},
		{"expired", "Bearer token_expired", []string{"a"}, 401, `Bearer error="invalid_token", error_description="the token has expired", scope="a", ` + metadataParameter},
		{"scope", "Bearer good", []string{"a", "b"}, 403, `Bearer error="insufficient_scope", scope="a b", ` + metadataParameter},

		{"rule of the verifier", "Bearer forbidden", []string{"a"}, 403, ""},
		{"no keys", "Bearer keys", []string{"a"}, 503, ""},
		{"unknown error", "Bearer broken", []string{"a"}, 500, ""},
		{"allowed", "Bearer good", nil, 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkChallenge(t, authorizer.New(verifier{}, authorizer.WithResourceMetadata(metadataAt)), c.header, c.scopes, c.status, c.want)
		})
	}
}

// With DPoP, both challenges name the address; a request of the DPoP scheme gets one challenge.
func TestDPoPChallengeNamesResourceMetadata(t *testing.T) {
	for _, c := range []struct {
		name, header string
		scopes       []string
		want         string
	}{
		{"no token", "", nil, "Bearer " + metadataParameter + ", DPoP " + algs + ", " + metadataParameter},
		{"no token, scope", "", []string{"a"}, `Bearer scope="a", ` + metadataParameter + ", DPoP " + algs + `, scope="a", ` + metadataParameter},
		{"bad token", "Bearer invalid_token", nil, malformed + ", " + metadataParameter + ", DPoP " + algs + ", " + metadataParameter},
		{"DPoP without a token", "DPoP", []string{"a"}, `DPoP scope="a", ` + metadataParameter + ", " + algs},
		{"bad DPoP token", "DPoP invalid_token", []string{"a"}, `DPoP error="invalid_token", error_description="the token is malformed", scope="a", ` + metadataParameter + ", " + algs},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := authorizer.New(verifier{}, authorizer.WithDPoP(proofVerifier(t, dpop.Config{})), authorizer.WithResourceMetadata(metadataAt))
			checkChallenge(t, a, c.header, c.scopes, http.StatusUnauthorized, c.want)
		})
	}
}

// checkChallenge sends one request to every guard.
func checkChallenge(t *testing.T, a *authorizer.Authorizer, header string, scopes []string, status int, want string) {
	t.Helper()
	var values []string
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if header != "" {
		values = []string{header}
		r.Header.Set("Authorization", header)
	}
	compare := func(guard string, gotStatus int, got string) {
		t.Helper()
		if gotStatus != status || got != want {
			t.Errorf("%s: %d\n%s\nwant %d\n%s", guard, gotStatus, got, status, want)
		}
	}
	// The guards of public routes have no scopes, and let a request without a decision pass.
	public := scopes == nil && header != "" && status != http.StatusServiceUnavailable
	for _, g := range guardedEvents {
		resp := g.required(a, scopes...)(t.Context(), t, g.load(t, "authorization", values...))
		compare("required "+g.file, resp.StatusCode, resp.header("www-authenticate"))
		if public && g.optional != nil {
			resp = g.optional(a)(t.Context(), t, g.load(t, "authorization", values...))
			compare("optional "+g.file, resp.StatusCode, resp.header("www-authenticate"))
		}
	}
	w := httptest.NewRecorder()
	a.Middleware(scopes...)(whoamiHTTP).ServeHTTP(w, r)
	compare("Middleware", w.Code, w.Header().Get("WWW-Authenticate"))
	if public {
		w = httptest.NewRecorder()
		a.OptionalMiddleware(whoamiHTTP).ServeHTTP(w, r)
		compare("OptionalMiddleware", w.Code, w.Header().Get("WWW-Authenticate"))
	}
}
