package gateway_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
)

func TestMinimalEvent(t *testing.T) {
	c := newClock()
	e := event(t, send(t, newGateway(t, api("GET /pets"), echo, gateway.Options{Now: c.Now}), "GET", "http://api.example:8080/pets", ""))
	for _, absent := range []string{"cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"} {
		if value, present := e[absent]; present {
			t.Errorf("%s is %v, want none", absent, value)
		}
	}
	for _, want := range []struct {
		value any
		path  []string
	}{
		{"2.0", []string{"version"}},
		{"GET /pets", []string{"routeKey"}},
		{"", []string{"rawQueryString"}},
		{false, []string{"isBase64Encoded"}},
		{"123456789012", []string{"requestContext", "accountId"}},
		{"abc", []string{"requestContext", "apiId"}},
		{"api.example", []string{"requestContext", "domainName"}},
		{"api", []string{"requestContext", "domainPrefix"}},
		{"GET", []string{"requestContext", "http", "method"}},
		{"/pets", []string{"requestContext", "http", "path"}},
		{"HTTP/1.1", []string{"requestContext", "http", "protocol"}},
		{"192.0.2.1", []string{"requestContext", "http", "sourceIp"}},
		{"", []string{"requestContext", "http", "userAgent"}},
		{"GET /pets", []string{"requestContext", "routeKey"}},
		{"$default", []string{"requestContext", "stage"}},
		{"12/Mar/2026:19:03:58 +0000", []string{"requestContext", "time"}},
		{1773342238000.0, []string{"requestContext", "timeEpoch"}},
	} {
		if got := member(e, want.path...); got != want.value {
			t.Errorf("%s is %#v, want %#v", strings.Join(want.path, "."), got, want.value)
		}
	}
}

// The id is the same in the event, the header and the log.
func TestRequestID(t *testing.T) {
	log := &buffer{}
	a := api("GET /pets")
	a.Stages[0].AccessLog = "$context.requestId"
	out := send(t, newGateway(t, a, echo, gateway.Options{AccessLog: log}), "GET", "/pets", "")
	id := out.Header().Get("Apigw-Requestid")
	if got := member(event(t, out), "requestContext", "requestId"); got != id || log.String() != id+"\n" {
		t.Errorf("header %s, event %v, log %q", id, got, log.String())
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`).MatchString(id) {
		t.Errorf("id %q", id)
	}
}

func TestEventHeaders(t *testing.T) {
	out := send(t, newGateway(t, api("GET /pets"), echo, gateway.Options{}), "GET", "http://api.example/pets", "",
		"X-Many", "a", "X-Many", "b,c", "X-CASE", "Kept", "Cookie", "a=1; b=2", "Cookie", "c=3",
		"X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "gopher", "X-Forwarded-Port", "1", "X-Amzn-Trace-Id", "Root=forged",
		"Connection", "keep-alive", "Te", "trailers", "Expect", "100-continue", "X-Amzn-Oidc-Data", "forged")
	e := event(t, out)
	headers, _ := e["headers"].(map[string]any)
	for name, want := range map[string]any{
		"x-many": "a,b,c", "x-case": "Kept", "host": "api.example", "content-length": "0",
		// The gateway's values replace the client's.
		"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https", "x-forwarded-port": "443",
		// Cookies and hop-by-hop headers are omitted.
		"cookie": nil, "connection": nil, "te": nil, "expect": nil,
	} {
		if headers[name] != want {
			t.Errorf("%s is %v, want %v", name, headers[name], want)
		}
	}
	if trace, _ := headers["x-amzn-trace-id"].(string); !regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$`).MatchString(trace) {
		t.Errorf("x-amzn-trace-id %q", trace)
	}
	cookies, _ := e["cookies"].([]any)
	if !slices.Equal(cookies, []any{"a=1", "b=2", "c=3"}) {
		t.Errorf("cookies %v", cookies)
	}
	for name := range headers {
		if name != strings.ToLower(name) {
			t.Errorf("%s is not in lower case", name)
		}
	}
}

func TestQuery(t *testing.T) {
	cases := []struct{ raw, want string }{
		{"name=Gaia", `{"name":"Gaia"}`},
		{"a=1&a=2&b=3", `{"a":"1,2","b":"3"}`},
		{"a=1%2C2&a=3", `{"a":"1,2,3"}`},
		{"a=x%20y+z&%C3%A4=%26", `{"a":"x y z","ä":"&"}`},
		{"a", `{"a":""}`},
		{"a=&&=b", `{"":"b","a":""}`},
		{"a=b=c", `{"a":"b=c"}`},
		{"a=1;b=2", `{"a":"1;b=2"}`},
		{"Name=1&name=2", `{"Name":"1","name":"2"}`},
		// Invalid escapes stay unchanged [open].
		{"a=%zz", `{"a":"%zz"}`},
	}
	g := newGateway(t, api("GET /pets"), echo, gateway.Options{})
	for _, c := range cases {
		e := event(t, send(t, g, "GET", "/pets?"+c.raw, ""))
		got, _ := json.Marshal(e["queryStringParameters"])
		want, _ := json.Marshal(json.RawMessage(strings.ReplaceAll(c.want, "&", `\u0026`)))
		if string(got) != string(want) || e["rawQueryString"] != c.raw {
			t.Errorf("%s: %s, rawQueryString %v; want %s", c.raw, got, e["rawQueryString"], c.want)
		}
	}
}

func TestBody(t *testing.T) {
	cases := []struct {
		contentType, body string
		encoded           bool
	}{
		// Text; parameters are ignored [open].
		{"application/json", `{"a":"ä<&>"}`, false},
		{"APPLICATION/JSON", `{}`, false},
		{"application/json; charset=utf-8", `{}`, false},
		{"application/json;charset=ISO-8859-1", `{}`, false},
		{"application/xml", `<a/>`, false},
		{"application/javascript", `a()`, false},
		{"text/plain", "a\x00b\r\n\u2028", false},
		{"text/csv; header=present", "a,b", false},
		// Everything else is encoded.
		{"application/x-www-form-urlencoded", "a=1", true},
		{"multipart/form-data; boundary=x", "--x--", true},
		{"application/octet-stream", "\x00\xff", true},
		{"application/vnd.api+json", `{}`, true},
		{"application/problem+xml", `<a/>`, true},
		{"image/svg+xml", `<svg/>`, true},
		{"", "text", true},
		{"json", `{}`, true},
		{"application/json/x", `{}`, true},
		// Not UTF-8 [open].
		{"text/plain", "\xff\xfe", true},
	}
	g := newGateway(t, api("POST /pets"), echo, gateway.Options{})
	for _, c := range cases {
		headers := []string{}
		if c.contentType != "" {
			headers = []string{"Content-Type", c.contentType}
		}
		e := event(t, send(t, g, "POST", "/pets", c.body, headers...))
		want := c.body
		if c.encoded {
			want = base64.StdEncoding.EncodeToString([]byte(c.body))
		}
		if e["isBase64Encoded"] != c.encoded || e["body"] != want {
			t.Errorf("%q: encoded %v, body %q; want %v, %q", c.contentType, e["isBase64Encoded"], e["body"], c.encoded, want)
		}
	}
}

func TestStageVariables(t *testing.T) {
	a := api("GET /pets")
	a.Stages = []template.Stage{{Name: "dev", Variables: map[string]string{"color": "blue"}}}
	e := event(t, send(t, newGateway(t, a, echo, gateway.Options{}), "GET", "/dev/pets", ""))
	if got := member(e, "stageVariables", "color"); got != "blue" {
		t.Errorf("color is %v", got)
	}
}

// The function gets the trace of its event.
func TestInvokedARN(t *testing.T) {
	var arn, trace string
	g := newGateway(t, api("GET /pets"), func(ctx context.Context, functionARN, header string, event []byte) ([]byte, error) {
		arn, trace = functionARN, header
		return echo(ctx, functionARN, header, event)
	}, gateway.Options{})
	e := event(t, send(t, g, "GET", "/pets", ""))
	if arn != "arn:GET /pets" || trace == "" || member(e, "headers", "x-amzn-trace-id") != trace {
		t.Errorf("invoked %q with trace %q", arn, trace)
	}
}
