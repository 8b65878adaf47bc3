package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/gateway"
)

func TestResponse(t *testing.T) {
	const text, document = "text/plain; charset=utf-8", "application/json"
	cases := []struct {
		payload, contentType, body string
		status                     int
	}{
		// JSON without a statusCode is the body of a 200.
		{`{"body":"hi"}`, document, `{"body":"hi"}`, 200},
		{`"hi"`, document, `"hi"`, 200},
		{`7`, document, `7`, 200},
		{`[1, 2]`, document, `[1, 2]`, 200},
		{`null`, document, `null`, 200},
		{`{}`, document, `{}`, 200},
		{` {"a" : "ä<"} `, document, `{"a" : "ä<"}`, 200},
		{`{"StatusCode": 404, "STATUSCODE": 404}`, document, `{"StatusCode": 404, "STATUSCODE": 404}`, 200},
		// With a statusCode; text by default.
		{`{"statusCode": 200, "body": "hi"}`, text, "hi", 200},
		{`{"statusCode": 201, "body": "{}", "headers": {"Content-Type": "application/json"}}`, document, "{}", 201},
		{`{"statusCode": 404, "body": null, "headers": null, "cookies": null, "multiValueHeaders": null}`, text, "", 404},
		{`{"statusCode": 204}`, "", "", 204},
		{`{"statusCode": 304}`, "", "", 304},
		{`{"statusCode": 204, "body": "dropped"}`, "", "", 204},
		{`{"statusCode": 599}`, text, "", 599},
		{`{"statusCode": 200, "Body": "not the body"}`, text, "", 200},
		// isBase64Encoded counts for every type.
		{`{"statusCode": 200, "body": "aGk=", "isBase64Encoded": true}`, text, "hi", 200},
		{`{"statusCode": 200, "body": "AP8=", "isBase64Encoded": true, "headers": {"content-type": "image/png"}}`, "image/png", "\x00\xff", 200},
		{`{"statusCode": 200, "body": "aGk="}`, text, "aGk=", 200},
		{`{"statusCode": 200, "headers": {"x-number": 7, "x-flag": true}}`, text, "", 200},
	}
	for _, c := range cases {
		out := send(t, newGateway(t, api("GET /pets"), returning(c.payload), gateway.Options{}), "GET", "/pets", "")
		if out.Code != c.status || out.Body.String() != c.body || out.Header().Get("Content-Type") != c.contentType {
			t.Errorf("%s: %d %q %q; want %d %q %q", c.payload, out.Code, out.Header().Get("Content-Type"), out.Body, c.status, c.contentType, c.body)
		}
	}
}

// A payload that API Gateway cannot interpret is a 500.
func TestBadResponse(t *testing.T) {
	for _, payload := range []string{
		``, `not JSON`, "\v0", "\u00850", `{"statusCode": 200`, `{"statusCode": 200} {}`, `{"statusCode": 200}x`,
		`{"statusCode": 0}`, `{"statusCode": 99}`, `{"statusCode": 101}`, `{"statusCode": 600}`, `{"statusCode": -200}`, `{"statusCode": 200.5}`,
		`{"statusCode": "200"}`, `{"statusCode": null}`, `{"statusCode": 1e300}`, `{"statusCode": [200]}`,
		`{"statusCode": 200, "body": {"a": 1}}`, `{"statusCode": 200, "body": 7}`, `{"statusCode": 200, "isBase64Encoded": "true"}`,
		`{"statusCode": 200, "body": "not base64!", "isBase64Encoded": true}`,
		`{"statusCode": 200, "headers": []}`, `{"statusCode": 200, "headers": {"a": ["b"]}}`, `{"statusCode": 200, "headers": {"a": null}}`,
		`{"statusCode": 200, "headers": {"bad name": "x"}}`, `{"statusCode": 200, "headers": {"": "x"}}`, `{"statusCode": 200, "headers": {"ä": "x"}}`,
		`{"statusCode": 200, "cookies": "a=1"}`, `{"statusCode": 200, "cookies": [1]}`,
		// Header injection.
		`{"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b"}}`, `{"statusCode": 200, "cookies": ["a=1\nx: y"]}`, `{"statusCode": 200, "headers": {"x": "a\u0000"}}`,
	} {
		out := send(t, newGateway(t, api("GET /pets"), returning(payload), gateway.Options{}), "GET", "/pets", "")
		wantRefusal(t, out, 500, "Internal Server Error")
	}
}

// The array's cookies come first, then the header's.
func TestResponseHeaders(t *testing.T) {
	const payload = `{"statusCode": 200, "cookies": ["a=1", "b=2; Path=/"], "headers": {"Set-Cookie": "c=3", "x-own": "yes", "content-length": "999",
		"Transfer-Encoding": "chunked", "connection": "close", "keep-alive": "x", "upgrade": "h2c", "apigw-requestid": "forged", "etag": "\"1\"", "www-authenticate": "Bearer"}, "body": "hi"}`
	header := send(t, newGateway(t, api("GET /pets"), returning(payload), gateway.Options{}), "GET", "/pets", "").Header()
	if got := strings.Join(header.Values("Set-Cookie"), "|"); got != "a=1|b=2; Path=/|c=3" {
		t.Errorf("set-cookie %q", got)
	}
	for name, want := range map[string]string{
		"X-Own": "yes", "Content-Length": "2", "Transfer-Encoding": "", "Connection": "", "Keep-Alive": "", "Upgrade": "", "Etag": `"1"`,
		"Www-Authenticate": "Bearer", "X-Amzn-Remapped-Www-Authenticate": "",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if ids := header.Values("Apigw-Requestid"); len(ids) != 1 || ids[0] == "forged" {
		t.Errorf("apigw-requestid %q", ids)
	}
}

// A length without a body would make the client wait.
func TestNoLengthWithoutBody(t *testing.T) {
	for _, status := range []int{204, 304} {
		payload := fmt.Sprintf(`{"statusCode": %d, "headers": {"Content-Length": "999"}, "body": "x"}`, status)
		out := send(t, newGateway(t, api("GET /pets"), returning(payload), gateway.Options{}), "GET", "/pets", "")
		if length, present := out.Header()["Content-Length"]; present || out.Body.Len() > 0 {
			t.Errorf("%d: content-length %q, body %q", status, length, out.Body)
		}
	}
}

func TestIntegrationFailures(t *testing.T) {
	cases := []struct {
		name     string
		function invoker
		status   int
		message  string
		logged   string
	}{
		{
			"the function fails", func(context.Context, string, string, []byte) ([]byte, error) {
				return nil, fmt.Errorf("panic: secret@example.com")
			}, 500, "Internal Server Error", "500 INTEGRATION_FAILURE - The function failed.",
		},
		{"bad response", returning(`x`), 500, "Internal Server Error", "500 INTEGRATION_FAILURE - The response from the Lambda function doesn't match the format that API Gateway expects."},
		{
			"the integration times out", func(ctx context.Context, _, _ string, _ []byte) ([]byte, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}, 503, "Service Unavailable", "503 INTEGRATION_TIMEOUT - Integration timed out.",
		},
		{"a 503 of the function is not a failure", returning(`{"statusCode": 503, "body": "x"}`), 503, "", "503 - 503 -"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			log := &buffer{}
			a := api("GET /pets")
			a.Routes[0].Integration.Timeout = 50 * time.Millisecond
			a.Stages[0].AccessLog = "$context.status $context.error.responseType $context.integration.status $context.integrationErrorMessage"
			out := send(t, newGateway(t, a, c.function, gateway.Options{AccessLog: log}), "GET", "/pets", "")
			if c.message != "" {
				wantRefusal(t, out, c.status, c.message)
			}
			if out.Code != c.status || log.String() != c.logged+"\n" {
				t.Errorf("%d, log %q; want %q", out.Code, log.String(), c.logged)
			}
		})
	}
}

// A disconnected client does not stop a function.
func TestClientDisconnects(t *testing.T) {
	disconnected, disconnect := context.WithCancel(t.Context())
	finished := false
	g := newGateway(t, api("GET /pets"), func(ctx context.Context, arn, trace string, event []byte) ([]byte, error) {
		disconnect()
		<-disconnected.Done()
		finished = ctx.Err() == nil
		return echo(ctx, arn, trace, event)
	}, gateway.Options{})
	request, err := http.NewRequestWithContext(disconnected, http.MethodGet, "/pets", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	g.ServeHTTP(discard{}, request)
	if !finished {
		t.Error("the function was stopped")
	}
}

// discard is a disconnected client.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
