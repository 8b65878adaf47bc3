package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// response is a response before it is written.
type response struct {
	status  int
	header  http.Header
	cookies []string
	body    []byte
	refused refused // zero for a response of a function
}

func newResponse(status int) *response { return &response{status: status, header: http.Header{}} }

// interpret converts the payload that a function returned; false when API
// Gateway could not. JSON without a statusCode is the body of a 200. The map
// keeps names case-sensitive: a struct would accept "StatusCode".
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func interpret(payload []byte) (*response, bool) {
	payload = bytes.Trim(payload, " \t\r\n") // white space of JSON
	var members map[string]json.RawMessage
	notObject := json.Unmarshal(payload, &members) != nil
	if notObject && !json.Valid(payload) {
		return nil, false
	}
	if raw, found := members["statusCode"]; found {
		status, ok := statusCode(raw)
		if !ok {
			return nil, false
		}
		r := newResponse(status)
		return r, r.fill(members)
	}
	r := newResponse(http.StatusOK)
	r.header.Set("Content-Type", "application/json")
	r.body = payload
	return r, true
}

// fill sets the other members of a response with a statusCode.
func (r *response) fill(members map[string]json.RawMessage) bool {
	var headers map[string]json.RawMessage
	var body string
	var encoded bool
	for name, target := range map[string]any{"headers": &headers, "cookies": &r.cookies, "body": &body, "isBase64Encoded": &encoded} {
		if raw, found := members[name]; found && json.Unmarshal(raw, target) != nil {
			return false
		}
	}
	if !r.setHeaders(headers) {
		return false
	}
	r.body = []byte(body)
	if encoded {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return false
		}
		r.body = decoded
	}
	if r.header.Get("Content-Type") == "" && r.mayHaveBody() {
		r.header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	return true
}

// statusCode parses an integer from 200 to 599; other values are [open].
func statusCode(raw json.RawMessage) (int, bool) {
	const least, most = 200, 599
	status, err := strconv.Atoi(string(raw))
	return status, err == nil && status >= least && status <= most
}

// setHeaders copies the function's headers except Content-Length and hop-by-hop
// headers. An invalid name or value fails the response.
func (r *response) setHeaders(headers map[string]json.RawMessage) bool {
	for name, raw := range headers {
		value, ok := scalar(raw)
		if !ok || !isToken(name) || !isFieldValue(value) {
			return false
		}
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case isHopByHop(canonical) || canonical == "Content-Length":
		case canonical == "Set-Cookie":
			r.cookies = append(r.cookies, value)
		default:
			r.header.Set(canonical, value)
		}
	}
	return !slices.ContainsFunc(r.cookies, func(cookie string) bool { return !isFieldValue(cookie) })
}

// isToken reports whether a header name is valid (RFC 9110 section 5.6.2).
func isToken(name string) bool {
	const others = "!#$%&'*+-.^_`|~"
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		isAlphanumeric := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		return !isAlphanumeric && !strings.ContainsRune(others, c)
	})
}

// isFieldValue reports whether a value has no control characters (RFC 9110
// section 5.5), which prevents header injection.
func isFieldValue(value string) bool {
	const del = 0x7f
	return !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '	' || c == del })
}

// scalar formats a string, number or boolean.
func scalar(raw json.RawMessage) (string, bool) {
	switch raw[0] {
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err == nil
	case '{', '[', 'n':
		return "", false
	default:
		return string(raw), true
	}
}

func (r *response) mayHaveBody() bool {
	return r.status != http.StatusNoContent && r.status != http.StatusNotModified
}

// write sends the response with the request id.
func (r *response) write(out http.ResponseWriter, requestID string) {
	header := out.Header()
	for name, values := range r.header {
		header[name] = values
	}
	for _, cookie := range r.cookies {
		header.Add("Set-Cookie", cookie)
	}
	header.Set("Apigw-Requestid", requestID)
	if r.mayHaveBody() {
		header.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	if header.Get("Content-Type") == "" {
		header["Content-Type"] = nil // prevents content sniffing by net/http
	}
	out.WriteHeader(r.status)
	if r.mayHaveBody() { // net/http omits it for HEAD
		_, _ = out.Write(r.body)
	}
}
