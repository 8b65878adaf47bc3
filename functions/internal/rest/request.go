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

// Header returns the value of a header. Its name may be in any case: API Gateway sends lower case,
// hand-written events often do not.
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

// Query returns the query parameters. API Gateway joins repeated ones with commas in its map, so
// the raw string wins if there is one.
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

// BadRequest returns a 400 error. The message is for the caller and must not repeat their input.
func BadRequest(message string) error {
	return &Problem{Status: http.StatusBadRequest, Message: message}
}

// Body returns the body, decoded if API Gateway encoded it. A body over limit bytes is a 413.
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
	// Strict refuses non-zero trailing bits. Go skips line breaks, which API Gateway never sends.
	body, err := base64.StdEncoding.Strict().DecodeString(req.Body)
	if err != nil || strings.ContainsAny(req.Body, "\r\n") {
		return nil, BadRequest("the body is not base64")
	}
	if len(body) > limit {
		return nil, errTooLarge
	}
	return body, nil
}

// Gunzip decompresses a body with "content-encoding: gzip", and returns any other body unchanged.
// A decompressed body over limit bytes is a 413.
func Gunzip(req Request, body []byte, limit int) ([]byte, error) {
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
	content, err := io.ReadAll(io.LimitReader(unzip, int64(limit)+1))
	if err != nil {
		return nil, BadRequest("the body is not gzip")
	}
	if len(content) > limit {
		return nil, errTooLarge
	}
	return content, nil
}

var errTooLarge = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "Request Entity Too Large"}

// Document parses a body that must be one JSON object.
func Document(body []byte) (map[string]any, error) {
	value, err := strictjson.Parse(body)
	if err != nil {
		return nil, BadRequest("the body is not acceptable JSON: " + jsonError(err))
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

// jsonError returns the text for clients: the parser's own wording is not part of the contract.
func jsonError(err error) string {
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

// IsJSON reports whether the content type is JSON in UTF-8. A page of another origin cannot send it
// without a preflight request.
func IsJSON(req Request) bool {
	value, _ := Header(req, "content-type")
	media, params, err := mime.ParseMediaType(value)
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}
