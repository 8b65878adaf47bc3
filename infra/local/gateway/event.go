package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// event is payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type event struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        requestContext    `json:"requestContext"`
	Body                  string            `json:"body,omitempty"`
	PathParameters        map[string]string `json:"pathParameters,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
	StageVariables        map[string]string `json:"stageVariables,omitempty"`
}

type requestContext struct {
	AccountID    string           `json:"accountId"`
	APIID        string           `json:"apiId"`
	Authorizer   *eventAuthorizer `json:"authorizer,omitempty"`
	DomainName   string           `json:"domainName"`
	DomainPrefix string           `json:"domainPrefix"`
	HTTP         eventHTTP        `json:"http"`
	RequestID    string           `json:"requestId"`
	RouteKey     string           `json:"routeKey"`
	Stage        string           `json:"stage"`
	Time         string           `json:"time"`
	TimeEpoch    int64            `json:"timeEpoch"`
}

type eventHTTP struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

type eventAuthorizer struct {
	JWT eventJWT `json:"jwt"`
}

type eventJWT struct {
	Claims map[string]string `json:"claims"`
	Scopes []string          `json:"scopes"` // null when the route requires none
}

func (x *exchange) event() ([]byte, error) {
	authorizer, err := x.eventAuthorizer()
	if err != nil {
		return nil, err
	}
	domain, prefix := x.domain()
	headers, cookies := x.eventHeaders()
	body, encoded := eventBody(x.body, x.in.Header.Get("Content-Type"))
	e := event{
		Version: "2.0", RouteKey: x.route.key, RawPath: x.path, RawQueryString: x.in.URL.RawQuery,
		Cookies: cookies, Headers: headers, QueryStringParameters: queryParameters(x.in.URL.RawQuery),
		RequestContext: requestContext{
			AccountID: x.api.Account, APIID: x.api.ID, Authorizer: authorizer, DomainName: domain, DomainPrefix: prefix,
			HTTP: eventHTTP{
				Method: x.in.Method, Path: x.path, Protocol: x.in.Proto, SourceIP: x.sourceIP(), UserAgent: x.in.UserAgent(),
			},
			RequestID: x.id, RouteKey: x.route.key, Stage: x.stage.name, Time: x.time(), TimeEpoch: x.start.UnixMilli(),
		},
		Body: body, PathParameters: x.parameters, IsBase64Encoded: encoded, StageVariables: x.stage.variables,
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(e)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

func (x *exchange) eventAuthorizer() (*eventAuthorizer, error) {
	if x.token == nil {
		return nil, nil //nolint:nilnil // absent on public routes
	}
	claims, err := claimTexts(x.token)
	if err != nil {
		return nil, err
	}
	a := &eventAuthorizer{JWT: eventJWT{Claims: claims}}
	if len(x.route.scopes) > 0 {
		a.JWT.Scopes = x.token.Scopes // all scopes of the token
	}
	return a, nil
}

// eventHeaders returns lower-case names with joined values, and the cookies
// apart. The gateway's own values replace the client's; whether AWS appends to
// x-forwarded-for is [open].
func (x *exchange) eventHeaders() (headers map[string]string, cookies []string) {
	headers = make(map[string]string, len(x.in.Header))
	for name, values := range x.in.Header {
		switch {
		case name == "Cookie":
			cookies = splitCookies(values)
		case name != "Expect" && !isHopByHop(name): // net/http handles Expect
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	headers["content-length"] = strconv.Itoa(len(x.body))
	headers["host"] = x.in.Host
	headers["x-amzn-trace-id"] = x.trace
	headers["x-forwarded-for"] = x.sourceIP()
	headers["x-forwarded-port"] = "443"
	headers["x-forwarded-proto"] = "https"
	return headers, cookies
}

func splitCookies(values []string) []string {
	var cookies []string
	for _, value := range values {
		for cookie := range strings.SplitSeq(value, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				cookies = append(cookies, cookie)
			}
		}
	}
	return cookies
}

// isHopByHop reports whether a header, in canonical form, belongs to one
// connection (RFC 9110 section 7.6.1).
func isHopByHop(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	default:
		return false
	}
}

// queryParameters decodes a query and joins repeated values. Invalid escapes
// stay unchanged [open].
func queryParameters(raw string) map[string]string {
	if raw == "" {
		return nil
	}
	values := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		if before, again := values[name]; again {
			value = before + "," + value
		}
		values[name] = value
	}
	return values
}

func unescape(text string) string {
	decoded, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return decoded
}

// eventBody returns the body as text for the text types of API Gateway, and in
// base64 for all others: forms and requests without a type too. Media type
// parameters are ignored, and bytes other than UTF-8 are encoded [open].
func eventBody(body []byte, contentType string) (text string, encoded bool) {
	if len(body) == 0 {
		return "", false
	}
	if isText(contentType) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func isText(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(strings.ToLower(contentType), ";")
		media = strings.TrimSpace(media)
	}
	switch media {
	case "application/json", "application/xml", "application/javascript":
		return true
	default:
		return strings.HasPrefix(media, "text/")
	}
}
