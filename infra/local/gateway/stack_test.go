package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/lambda"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// wholeStack serves the project's template with this test program as every
// function.
func wholeStack(t testing.TB, change func(*template.Stack)) (*httptest.Server, *jwtauthtest.Issuer) {
	t.Helper()
	issuer := jwtauthtest.NewIssuer(t)
	file, err := os.Open("../../cdk/testdata/SecuredPets.template.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	stack, err := template.Load(file, template.Settings{Parameters: map[string]string{
		"Issuer": issuer.URL, "Audience": jwtauthtest.Audience, "AllowedOrigins": "http://localhost:3000",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(stack)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	functions := make([]lambda.Function, 0, len(stack.Functions))
	for _, f := range stack.Functions {
		functions = append(functions, lambda.Function{
			Name: f.Name, ARN: f.ARN, Program: program, Environment: f.Environment, Timeout: f.Timeout, Memory: f.Memory,
		})
	}
	runtime, err := lambda.New(lambda.Config{Region: stack.Region}, functions...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runtime.Close)
	served, err := gateway.New(t.Context(), stack.APIs[0], runtime, gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if warnings := served.Warnings(); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	return server, issuer
}

func TestWholeStack(t *testing.T) {
	server, issuer := wholeStack(t, nil)
	cases := []struct {
		name, method, path, token string
		status                    int
		body                      string
	}{
		{"public", "GET", "/pets", "", 200, `"routeKey":"GET /pets"`},
		{"preflight by the explicit route", "OPTIONS", "/pets", "", 200, `"routeKey":"OPTIONS /{proxy+}"`},
		{"no token", "GET", "/unicorns", "", 401, `{"message":"Unauthorized"}`},
		{"wrong scope", "GET", "/unicorns", issuer.Token(jwtauthtest.Scopes("read:unicorn")), 403, `{"message":"Forbidden"}`},
		{"right scope", "GET", "/unicorns", issuer.Token(jwtauthtest.Scopes("list:unicorns")), 200, `"scopes":["list:unicorns"]`},
		{"no such method", "DELETE", "/pets", "", 404, `{"message":"Not Found"}`},
		{"crash", "GET", "/pets?do=crash", "", 500, `{"message":"Internal Server Error"}`},
		{"after the crash", "GET", "/pets", "", 200, `"routeKey":"GET /pets"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, header, body := call(t, server.URL, c.method, c.path, "Authorization", c.token)
			if status != c.status || !strings.Contains(body, c.body) {
				t.Errorf("%d %s, want %d %s", status, body, c.status, c.body)
			}
			if id := header.Get("apigw-requestid"); len(id) != 16 || !strings.HasSuffix(id, "=") {
				t.Errorf("apigw-requestid %q", id)
			}
		})
	}
}

// A hanging function is a 503; another process serves the next call.
func TestIntegrationTimeout(t *testing.T) {
	server, _ := wholeStack(t, func(s *template.Stack) {
		for at := range s.APIs[0].Routes {
			s.APIs[0].Routes[at].Integration.Timeout = 3 * time.Second
		}
	})
	status, header, body := call(t, server.URL, "GET", "/pets?do=hang", "", "")
	if status != 503 || body != `{"message":"Service Unavailable"}` || header.Get("Content-Length") != "33" {
		t.Errorf("%d %s", status, body)
	}
	if status, _, _ := call(t, server.URL, "GET", "/pets", "", ""); status != 200 {
		t.Errorf("the next call: %d", status)
	}
}

// An event over Lambda's 6 MB is refused as a body over the gateway's own limit [open].
func TestEventOverLambdasLimit(t *testing.T) {
	server, issuer := wholeStack(t, nil)
	token := issuer.Token(jwtauthtest.Scopes("update:pets"))
	for _, c := range []struct {
		contentType string
		length      int
		status      int
	}{
		{"text/plain", 1 << 20, http.StatusOK},
		{"text/plain", 6 << 20, http.StatusRequestEntityTooLarge},
		{"application/octet-stream", 5 << 20, http.StatusRequestEntityTooLarge},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/pets", strings.NewReader(strings.Repeat("x", c.length)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", token)
		request.Header.Set("Content-Type", c.contentType)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != c.status {
			t.Errorf("%d bytes of %s: %d, want %d", c.length, c.contentType, response.StatusCode, c.status)
		}
	}
}

// call sends a request; headers are pairs of name and value. Empty values are
// skipped.
func call(t testing.TB, base, method, path string, headers ...string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at+1 < len(headers); at += 2 {
		if headers[at+1] != "" {
			request.Header.Add(headers[at], headers[at+1])
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}
