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

// response is an answer before it is written.
type response struct {
	status  int
	header  http.Header
	cookies []string
	body    []byte
	refused refused // zero for an answer of a function
}

func newResponse(status int) *response { return &response{status: status, header: http.Header{}} }

// interpret turns what a function returned into an answer; false when API Gateway could not. JSON without a statusCode is
// the body of a 200 itself. Names are exact: Go's decoder would take "StatusCode" for "statusCode".
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func interpret(payload []byte) (*response, bool) {
	payload = bytes.Trim(payload, " \t\r\n") // the white space of JSON
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

// fill takes the other members of an answer with a statusCode.
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

// statusCode takes a whole number from 200 to 599; what AWS makes of anything else is [open].
func statusCode(raw json.RawMessage) (int, bool) {
	const least, most = 200, 599
	status, err := strconv.Atoi(string(raw))
	return status, err == nil && status >= least && status <= most
}

// setHeaders takes the headers that a function may set. Those of the connection are the gateway's, and so is the length;
// a value that is no scalar, or that would break the line, fails the answer.
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

// isToken holds for the name of a header (RFC 9110 section 5.6.2).
func isToken(name string) bool {
	const others = "!#$%&'*+-.^_`|~"
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		isAlphanumeric := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		return !isAlphanumeric && !strings.ContainsRune(others, c)
	})
}

// isFieldValue holds for a value without control characters (RFC 9110 section 5.5): a line break would begin a header of its own.
func isFieldValue(value string) bool {
	const del = 0x7f
	return !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '	' || c == del })
}

// scalar spells a text, number or boolean.
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

// write sends the answer with the id of the request.
func (r *response) write(out http.ResponseWriter, x *exchange) {
	header := out.Header()
	for name, values := range r.header {
		header[name] = values
	}
	for _, cookie := range r.cookies {
		header.Add("Set-Cookie", cookie)
	}
	header.Set("Apigw-Requestid", x.id)
	if r.mayHaveBody() {
		header.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	if header.Get("Content-Type") == "" {
		header["Content-Type"] = nil // or net/http would guess one
	}
	out.WriteHeader(r.status)
	if r.mayHaveBody() { // net/http leaves it out for HEAD
		_, _ = out.Write(r.body) //nolint:gosec // passing on what the function answers is the purpose
	}
}
