package dpop_test

import (
	"testing"

	"example.com/securedpets/pkg/jwtauth/dpop"
)

// TestTarget compares htu with the URI of a request by RFC 9449 section 4.3 and RFC 3986 section
// 6.2.
func TestTarget(t *testing.T) {
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{Origins: []string{"https://api.example", "https://other.example:8443", "http://localhost:8080", "https://[2001:db8::1]"}})
	for _, c2 := range []struct {
		htu, path string
		want      string
	}{
		{"https://api.example/a", "/a", ""},
		{"https://other.example:8443/a", "/a", ""},
		{"http://localhost:8080/a", "/a", ""},
		{"https://[2001:db8::1]/a", "/a", ""},
		{"https://[2001:DB8::1]:443/a", "/a", ""},
		// Case, default port, empty path.
		{"HTTPS://API.Example/a", "/a", ""},
		{"https://api.example:443/a", "/a", ""},
		{"https://api.example:/a", "/a", ""},
		{"https://api.example", "/", ""},
		{"https://api.example/", "/", ""},
		{"https://api.example", "", ""},
		// Query and fragment do not count.
		{"https://api.example/a?b=c", "/a", ""},
		{"https://api.example/a#b", "/a", ""},
		{"https://api.example?b=c", "/", ""},
		// Escapes and dot segments.
		{"https://api.example/%61", "/a", ""},
		{"https://api.example/a", "/%61", ""},
		{"https://api.example/%c3%bc", "/%C3%BC", ""},
		{"https://api.example/a/../b/./c", "/b/c", ""},
		{"https://api.example/a/%2e%2E/b", "/b", ""},
		{"https://api.example/a%2Fb", "/a%2fb", ""},
		// Another resource.
		{"https://api.example/a", "/A", target},
		{"https://api.example/a/", "/a", target},
		{"https://api.example/a", "/a/", target},
		{"https://api.example//a", "/a", target},
		{"https://api.example/a%2Fb", "/a/b", target},
		{"https://api.example/a%252Fb", "/a%2Fb", target},
		{"https://api.example/a;b", "/a", target},
		{"https://api.example/a%3Fb", "/a", target},
		// Another server.
		{"http://api.example/a", "/a", target},
		{"https://api.example:8443/a", "/a", target},
		{"https://other.example/a", "/a", target},
		{"https://api.example.thief.example/a", "/a", target},
		{"https://thief.example/https://api.example/a", "/a", target},
		{"https://api.example@thief.example/a", "/a", target},
		{"https://user@api.example/a", "/a", target},
		{"https://api.example./a", "/a", target},
		{"https://xn--api-1na.example/a", "/a", target},
		{`https://api.example\@thief.example/a`, "/a", target},
		// No URI of a request.
		{"", "/", target},
		{"/a", "/a", target},
		{"//api.example/a", "/a", target},
		{"api.example/a", "/a", target},
		{"https:api.example/a", "/a", target},
		{"https:///a", "/a", target},
		{"javascript:alert(1)", "/", target},
		{"https://api.example/%zz", "/%zz", ""}, // letter by letter the same
		{"https://api.example/%zz", "/", target},
		{"https://api.example/%6", "/a", target},
		{"https://api.example/a b", "/a%20b", target},
		{"https://api.example/ü", "/%C3%BC", target},
		{" https://api.example/a", "/a", target},
		{"https://api.example/a\n", "/a", target},
		{"https://api.example:x/a", "/a", target},
		// A path that is none.
		{"https://api.example/a?b", "/a?b", target},
		{"https://api.example/a#b", "/a#b", target},
		{"https://api.example*", "*", target},
		{"https://api.example.thief.example/a", ".thief.example/a", target},
	} {
		t.Run(c2.htu+" "+c2.path, func(t *testing.T) {
			request := c.request(c.proof(claim("htu", c2.htu)))
			request.Path = c2.path
			expect(t, v.Verify(t.Context(), request), c2.want)
		})
	}
}
