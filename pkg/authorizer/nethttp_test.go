package authorizer_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// realIssuer is an issuer with a verifier whose events are recorded.
type realIssuer struct {
	*jwtauthtest.Issuer
	verifier *jwtauth.Verifier
}

func newRealIssuer(t *testing.T, got *[]jwtauth.Event) realIssuer {
	t.Helper()
	issuer := jwtauthtest.NewIssuer(t)
	return realIssuer{issuer, issuer.NewVerifier(jwtauth.Config{Observe: func(e jwtauth.Event) { *got = append(*got, e) }})}
}

// recording returns an Authorizer, the tokens that its verifier is asked about, and its decisions.
func recording(opts ...authorizer.Option) (a *authorizer.Authorizer, asked, decisions *[]string) {
	asked, decisions = new([]string), new([]string)
	opts = append(opts, authorizer.WithObserver(func(_ context.Context, d authorizer.Decision) {
		*decisions = append(*decisions, d.Route+": "+d.Outcome)
	}))
	return authorizer.New(verifier{asked}, opts...), asked, decisions
}

func get(t *testing.T, h http.Handler, path string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer good")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// In nested ServeMuxes, each decision has the pattern of its level, and never the path.
func TestNestedServeMux(t *testing.T) {
	a, asked, decisions := recording()
	inner := http.NewServeMux()
	inner.Handle("GET /api/pets/{id}", a.Scopes("read:pets")(whoamiHTTP))
	inner.Handle("GET /api/sales/{id}", a.Scopes("update:pets")(whoamiHTTP))
	mux := http.NewServeMux()
	mux.Handle("/api/", a.Middleware()(inner))
	for path, want := range map[string]int{"/api/pets/secret": 200, "/api/sales/secret": 403, "/api/other": 404, "/": 404} {
		*asked, *decisions = nil, nil
		if got := get(t, mux, path); got != want {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
		wantDecisions := map[string][]string{
			"/api/pets/secret":  {"/api/: ok", "GET /api/pets/{id}: ok"},
			"/api/sales/secret": {"/api/: ok", "GET /api/sales/{id}: insufficient_scope"},
			"/api/other":        {"/api/: ok"},
		}[path]
		if !slices.Equal(*decisions, wantDecisions) || len(*asked) != min(1, len(wantDecisions)) {
			t.Errorf("%s: decisions %q, verified %q", path, *decisions, *asked)
		}
	}
}

type routeName struct{}

// In the groups of a router such as chi, whose routes have no ServeMux pattern, the middlewares of
// a group stand around those of its inner groups.
func TestNestedGroups(t *testing.T) {
	a, asked, decisions := recording(authorizer.WithRouteName(func(r *http.Request) string {
		name, _ := r.Context().Value(routeName{}).(string)
		return name
	}))
	route := func(name string, middlewares ...func(http.Handler) http.Handler) http.Handler {
		var h http.Handler = whoamiHTTP
		for _, mw := range slices.Backward(middlewares) {
			h = mw(h)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), routeName{}, name)))
		})
	}
	group := []func(http.Handler) http.Handler{a.Middleware("read:pets")}
	for _, c := range []struct {
		name  string
		inner []func(http.Handler) http.Handler
		want  int
		last  string
	}{
		{"/pets", nil, 200, "ok"},
		{"/pets/{id}", []func(http.Handler) http.Handler{a.Scopes("list:pets")}, 200, "ok"},
		{"/sales", []func(http.Handler) http.Handler{a.Scopes("update:pets")}, 403, "insufficient_scope"},
		{"/sales/{id}", []func(http.Handler) http.Handler{a.Scopes("list:pets"), a.Scopes("update:pets")}, 403, "insufficient_scope"},
		{"/all", []func(http.Handler) http.Handler{a.AllOf().Scopes("list:pets", "update:pets")}, 403, "insufficient_scope"},
	} {
		*asked, *decisions = nil, nil
		if got := get(t, route(c.name, append(group, c.inner...)...), "/secret"); got != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got, c.want)
		}
		if len(*asked) != 1 || len(*decisions) != 1+len(c.inner) || (*decisions)[len(c.inner)] != c.name+": "+c.last {
			t.Errorf("%s: verified %q, decisions %q", c.name, *asked, *decisions)
		}
	}
}

// HTTP/2 has lower-case header names, and header lines of one name in any number.
func TestHTTP2(t *testing.T) {
	a, _, _ := recording()
	s := httptest.NewUnstartedServer(a.Middleware("read:pets")(whoamiHTTP))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	for _, c := range []struct {
		headers   []string
		status    int
		challenge string
	}{
		{[]string{"Bearer good"}, 200, ""},
		{nil, 401, "Bearer"},
		{[]string{"Bearer good", "Bearer good"}, 401, malformed},
		{[]string{"Bearer token_expired", "Bearer good"}, 401, malformed},
		{[]string{"", "Bearer good"}, 401, malformed},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header["authorization"] = c.headers
		resp, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.ProtoMajor != 2 || resp.StatusCode != c.status || resp.Header.Get("WWW-Authenticate") != c.challenge {
			t.Errorf("%q: %s %d %v", c.headers, resp.Proto, resp.StatusCode, resp.Header)
		}
	}
}

// A handler behind the guard can take over the connection; a refused request does not reach it.
func TestUpgrade(t *testing.T) {
	a, _, _ := recording()
	s := httptest.NewServer(a.Middleware()(a.Scopes("read:pets")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = buffer.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_ = buffer.Flush()
		line, _ := buffer.ReadString('\n')
		_, _ = buffer.WriteString("echo " + line)
		_ = buffer.Flush()
	}))))
	t.Cleanup(s.Close)
	for header, want := range map[string]string{
		"Bearer good":          "101 Switching Protocols",
		"Bearer token_expired": "401 Unauthorized",
		"Basic x":              "401 Unauthorized",
		"Bearer keys":          "503 Service Unavailable",
	} {
		var dialer net.Dialer
		connection, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\nAuthorization: "+header+"\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		reader := bufio.NewReader(connection)
		resp, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.Status != want {
			t.Errorf("%s: %s, want %s", header, resp.Status, want)
		}
		if resp.StatusCode == http.StatusSwitchingProtocols {
			_, _ = io.WriteString(connection, "hello\n")
			if line, err := reader.ReadString('\n'); line != "echo hello\n" {
				t.Errorf("after the upgrade: %q, %v", line, err)
			}
		}
		_ = connection.Close()
	}
}
