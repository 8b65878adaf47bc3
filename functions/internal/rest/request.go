package rest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"example.com/securedpets/pkg/strictjson"
)

// Header returns the value of a header in any spelling of its name; API Gateway
// sends lower case, people who write events by hand do not.
func Header(req Request, name string) (value string, ok bool) {
	if value, ok = req.Headers[strings.ToLower(name)]; ok {
		return value, true
	}
	for spelling, value := range req.Headers {
		if strings.EqualFold(spelling, name) {
			return value, true
		}
	}
	return "", false
}

// Query returns the parameters of the request. API Gateway joins repeated ones
// with commas in its map, so the raw string is read where there is one.
func Query(req Request) (url.Values, error) {
	if req.RawQueryString != "" {
		values, err := url.ParseQuery(req.RawQueryString)
		if err != nil {
			return nil, BadRequest("the query string is malformed")
		}
		return values, nil
	}
	values := url.Values{}
	for name, value := range req.QueryStringParameters {
		values.Set(name, value)
	}
	return values, nil
}

// BadRequest is a complaint for the caller, which must not repeat what he sent.
func BadRequest(message string) error {
	return &Problem{Status: http.StatusBadRequest, Message: message}
}

// Body returns the body, decoded where API Gateway has encoded it, and at most
// limit bytes of it.
func Body(req Request, limit int) ([]byte, error) {
	if !req.IsBase64Encoded {
		if len(req.Body) > limit {
			return nil, errTooLarge
		}
		return []byte(req.Body), nil
	}
	if len(req.Body) > base64.StdEncoding.EncodedLen(limit) {
		return nil, errTooLarge
	}
	// Strict refuses non-zero trailing bits; line breaks, which Go would skip, API Gateway never sends.
	body, err := base64.StdEncoding.Strict().DecodeString(req.Body)
	if err != nil || strings.ContainsAny(req.Body, "\r\n") {
		return nil, BadRequest("the body is not base64")
	}
	if len(body) > limit {
		return nil, errTooLarge
	}
	return body, nil
}

// Unfold returns a body that was sent with "content-encoding: gzip" as it was
// before, up to limit bytes of it; another body it returns as it is.
func Unfold(req Request, body []byte, limit int) ([]byte, error) {
	encoding, _ := Header(req, "content-encoding")
	if encoding == "" || strings.EqualFold(encoding, "identity") {
		return body, nil
	}
	if !strings.EqualFold(encoding, "gzip") {
		return nil, &Problem{Status: http.StatusUnsupportedMediaType, Message: "the content encoding must be gzip or none"}
	}
	unzip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, BadRequest("the body is not gzip")
	}
	unfolded, err := io.ReadAll(io.LimitReader(unzip, int64(limit)+1))
	if err != nil {
		return nil, BadRequest("the body is not gzip")
	}
	if len(unfolded) > limit {
		return nil, errTooLarge
	}
	return unfolded, nil
}

var errTooLarge = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "Request Entity Too Large"}

// Document parses a body whose JSON must be one object.
func Document(body []byte) (map[string]any, error) {
	value, err := strictjson.Parse(body)
	if err != nil {
		return nil, BadRequest("the body is not acceptable JSON: " + complaint(err))
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, BadRequest("the body is not a JSON object")
	}
	return object, nil
}

// Numeric returns the text of a JSON number, and a string as it is: forms send
// strings. It is empty for other values.
func Numeric(value any) string {
	switch v := value.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	default:
		return ""
	}
}

// complaint is what clients read; the wording of a package is not part of our contract with them.
func complaint(err error) string {
	switch {
	case errors.Is(err, strictjson.ErrEncoding):
		return "not UTF-8"
	case errors.Is(err, strictjson.ErrLimit): // Parse has no limit but the depth that a body could reach
		return "nested too deep"
	case errors.Is(err, strictjson.ErrDuplicate):
		return "two equal names in one object"
	default:
		return "not a JSON document"
	}
}

// IsJSON reports whether the request says that its body is JSON in UTF-8. A
// page of another origin cannot say so without a preflight.
func IsJSON(req Request) bool {
	value, _ := Header(req, "content-type")
	media, params, err := mime.ParseMediaType(value)
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}
