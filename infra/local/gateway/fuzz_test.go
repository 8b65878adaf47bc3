package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// The parameters, put back into the route's path, give the request's path.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"/", "/pets", "/pets/1", "/pets/1/", "//", "/pets/%2F", "/x/%252F/y", "/%ff", "/pets/../x", "/dev/pets", "/dev", "/{id}"} {
		f.Add("GET", path)
	}
	a := api("GET /", "GET /pets", "GET /pets/{id}", "ANY /x/{y}/{rest+}", "POST /{proxy+}")
	g := newGateway(f, a, echo, gateway.Options{})
	f.Fuzz(func(t *testing.T, method, path string) {
		target, err := url.ParseRequestURI(path)
		if err != nil || target.Host != "" || target.RawQuery != "" {
			t.Skip("not a path")
		}
		in := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		in.Method, in.URL, in.RequestURI = method, target, path
		out := httptest.NewRecorder()
		g.ServeHTTP(out, in)
		if out.Code != http.StatusOK {
			if out.Code != 404 && out.Code != 400 && out.Code != 431 {
				t.Fatalf("%d %s", out.Code, out.Body)
			}
			return
		}
		e := event(t, out)
		key, _ := e["routeKey"].(string)
		_, rebuilt, _ := strings.Cut(key, " ")
		parameters, _ := e["pathParameters"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(parameters)) {
			value, _ := parameters[name].(string)
			if value == "" || name == "id" && strings.Contains(value, "/") {
				t.Errorf("parameter %s is %q", name, value)
			}
			rebuilt = strings.NewReplacer("{"+name+"}", value, "{"+name+"+}", value).Replace(rebuilt)
		}
		if len(parameters) < 2 && rebuilt != target.Path && rebuilt+"/" != target.Path {
			t.Errorf("%s reached %s with %v", target.Path, key, parameters)
		}
	})
}

// The event is valid JSON and preserves the query and the body.
func FuzzEvent(f *testing.F) {
	f.Add("a=1&a=2", "X-Name", "value", "application/json", []byte(`{}`))
	f.Add("%zz;&&=", "Cookie", "a=1;;b", "text/plain; charset=\"", []byte("\xff\x00"))
	f.Add("", "Connection", "close", "", []byte{})
	g := newGateway(f, api("POST /pets"), echo, gateway.Options{})
	f.Fuzz(func(t *testing.T, query, name, value, contentType string, body []byte) {
		in := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/pets", strings.NewReader(string(body)))
		in.URL.RawQuery = query
		in.Header.Add("Content-Type", contentType)
		in.Header.Add(name, value)
		out := httptest.NewRecorder()
		g.ServeHTTP(out, in)
		if out.Code == http.StatusRequestHeaderFieldsTooLarge {
			return
		}
		e := event(t, out)
		if utf8.ValidString(query) && e["rawQueryString"] != query {
			t.Errorf("rawQueryString %q, want %q", e["rawQueryString"], query)
		}
		text, _ := e["body"].(string)
		if e["isBase64Encoded"] == true {
			decoded, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			text = string(decoded)
		}
		if text != string(body) {
			t.Errorf("body %q, want %q", text, body)
		}
		headers, _ := e["headers"].(map[string]any)
		if headers["x-forwarded-for"] != "192.0.2.1" || headers["host"] != "example.com" || headers["cookie"] != nil {
			t.Errorf("headers %v", headers)
		}
	})
}

// Any payload becomes a well-formed response or a 500.
func FuzzResponse(f *testing.F) {
	for _, payload := range []string{
		`{"statusCode":200,"body":"aGk=","isBase64Encoded":true}`, `{"statusCode":204,"cookies":["a=1"],"headers":{"x":"y"}}`, `[]`, `null`, `"`, `{"statusCode":1e9}`,
		`{"statusCode":200,"headers":{"":""}}`,
	} {
		f.Add([]byte(payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		g := newGateway(t, api("GET /pets"), returning(string(payload)), gateway.Options{})
		out := send(t, g, "GET", "/pets", "")
		if out.Code == http.StatusInternalServerError && out.Body.String() == `{"message":"Internal Server Error"}` {
			return
		}
		if out.Code < 200 || out.Code > 599 || !json.Valid(payload) {
			t.Errorf("%d for %q", out.Code, payload)
		}
		for name, values := range out.Header() {
			if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("header %q: %q", name, values)
			}
		}
	})
}

// Only the valid token passes, and no error shows the token.
func FuzzCredential(f *testing.F) {
	issuer := jwtauthtest.NewIssuer(f)
	good := issuer.Token()
	g := newGateway(f, secured(issuer), returning(`{}`), gateway.Options{})
	for _, header := range []string{"Bearer TOKEN", "TOKEN", "bearer  TOKEN ", "Bearer TOKEN,TOKEN", "Basic x", "Bearer a.b.c", "Bearer", ""} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		header = strings.Replace(header, "TOKEN", good, 1)
		in := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/pets", nil)
		in.Header["Authorization"] = []string{header}
		out := httptest.NewRecorder()
		g.ServeHTTP(out, in)
		scheme, token, found := strings.Cut(strings.TrimSpace(header), " ")
		isGood := !found && scheme == good || strings.EqualFold(scheme, "bearer") && strings.TrimSpace(token) == good
		switch {
		case out.Code == http.StatusOK && !isGood:
			t.Errorf("%q passed", header)
		case out.Code != http.StatusOK && isGood:
			t.Errorf("%q: %d", header, out.Code)
		case out.Code != http.StatusOK:
			if out.Code != http.StatusUnauthorized && out.Code != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("%q: %d", header, out.Code)
			}
			if challenge := out.Header().Get("Www-Authenticate"); strings.ContainsAny(challenge, "\r\n") || strings.Contains(challenge, good) {
				t.Errorf("challenge %q", challenge)
			}
		}
	})
}
