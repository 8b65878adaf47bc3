package rest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/rest"
)

// wantProblem compares an error with the response that it must become; 0 is no error.
func wantProblem(t *testing.T, name string, err error, status int, message string) {
	t.Helper()
	problem, isProblem := errors.AsType[*rest.Problem](err)
	switch {
	case status == 0 && err != nil:
		t.Errorf("%s: error %v, want none", name, err)
	case status != 0 && (!isProblem || problem.Status != status || problem.Message != message):
		t.Errorf("%s: error %v, want %d %s", name, err, status, message)
	}
}

func TestHeader(t *testing.T) {
	for _, tt := range []struct {
		name    string
		headers map[string]string
		value   string
		ok      bool
	}{
		{"as API Gateway sends it", map[string]string{"if-match": "a"}, "a", true},
		{"as clients spell it", map[string]string{"If-Match": "a"}, "a", true},
		{"in two spellings", map[string]string{"IF-MATCH": "b", "if-match": "a", "If-Match": "c"}, "a", true},
		{"empty", map[string]string{"If-Match": ""}, "", true},
		{"another", map[string]string{"if-none-match": "a", "if": "b"}, "", false},
		{"none", nil, "", false},
	} {
		for _, name := range []string{"if-match", "If-Match"} {
			if value, ok := rest.Header(rest.Request{Headers: tt.headers}, name); value != tt.value || ok != tt.ok {
				t.Errorf("%s: %s is %q, %t, want %q, %t", tt.name, name, value, ok, tt.value, tt.ok)
			}
		}
	}
}

func TestQuery(t *testing.T) {
	const malformed = "the query string is malformed"
	for _, tt := range []struct {
		raw    string
		single map[string]string
		want   []string // values of a
		status int
	}{
		{"a=1&a=2", map[string]string{"a": "1,2"}, []string{"1", "2"}, 0},
		{"a=%2C", nil, []string{","}, 0},
		{"", map[string]string{"a": "1"}, []string{"1"}, 0},
		{"b=1", map[string]string{"a": "1"}, nil, 0},
		{"", nil, nil, 0},

		{"a=%zz", map[string]string{"a": "1"}, nil, http.StatusBadRequest},
		{"a=1;b=2", nil, nil, http.StatusBadRequest},
		{"%", nil, nil, http.StatusBadRequest},
	} {
		values, err := rest.Query(rest.Request{RawQueryString: tt.raw, QueryStringParameters: tt.single})
		wantProblem(t, tt.raw, err, tt.status, malformed)
		if got := values["a"]; fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%q: a is %q, want %q", tt.raw, got, tt.want)
		}
	}
}

func encode(body string) string { return base64.StdEncoding.EncodeToString([]byte(body)) }

func TestBody(t *testing.T) {
	const (
		large = "Request Entity Too Large"
		bad   = "the body is not base64"
	)
	for _, tt := range []struct {
		name, body string
		encoded    bool
		limit      int
		want       string
		status     int
		message    string
	}{
		{"as it is", "abc", false, 3, "abc", 0, ""},
		{"nothing", "", false, 0, "", 0, ""},
		{"base64", encode("abc"), true, 3, "abc", 0, ""},
		{"base64 with padding", encode("abcd"), true, 4, "abcd", 0, ""},
		{"what looks like base64", encode("abc"), false, 4, encode("abc"), 0, ""},

		{"a byte more", "abcd", false, 3, "", http.StatusRequestEntityTooLarge, large},
		{"a byte more in base64", encode("abcd"), true, 3, "", http.StatusRequestEntityTooLarge, large},
		{"a byte more in the same number of characters", encode("abcde"), true, 4, "", http.StatusRequestEntityTooLarge, large},
		{"too large to be looked at", "!!!!!", true, 3, "", http.StatusRequestEntityTooLarge, large},
		{"no base64", "!!!!", true, 3, "", http.StatusBadRequest, bad},
		{"without padding", "YWJjZA", true, 9, "", http.StatusBadRequest, bad},
		{"bits after the end", "YWJjZB==", true, 9, "", http.StatusBadRequest, bad},
		{"a line break", "YWJj\n", true, 9, "", http.StatusBadRequest, bad},
		{"a carriage return", "YW\rJj", true, 9, "", http.StatusBadRequest, bad},
		{"the alphabet of URLs", "_-_-", true, 9, "", http.StatusBadRequest, bad},
	} {
		body, err := rest.Body(rest.Request{Body: tt.body, IsBase64Encoded: tt.encoded}, tt.limit)
		wantProblem(t, tt.name, err, tt.status, tt.message)
		if string(body) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, body, tt.want)
		}
	}
}

func compress(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGunzip(t *testing.T) {
	const (
		large    = "Request Entity Too Large"
		bad      = "the body is not gzip"
		encoding = "the content encoding must be gzip or none"
	)
	abc := compress(t, "abc")
	for _, tt := range []struct {
		name, encoding, body string
		want                 string
		status               int
		message              string
	}{
		{"up to the limit", "gzip", abc, "abc", 0, ""},
		{"in other letters", "GZip", abc, "abc", 0, ""},
		{"none", "", "abcd", "abcd", 0, ""}, // Body has limited it
		{"identity", "Identity", "abcd", "abcd", 0, ""},

		{"a byte more", "gzip", compress(t, "abcd"), "", http.StatusRequestEntityTooLarge, large},
		{"much more", "gzip", compress(t, strings.Repeat("a", 1<<20)), "", http.StatusRequestEntityTooLarge, large},
		{"not gzip", "gzip", "abc", "", http.StatusBadRequest, bad},
		{"nothing", "gzip", "", "", http.StatusBadRequest, bad},
		{"cut", "gzip", abc[:len(abc)-1], "", http.StatusBadRequest, bad},
		{"a wrong checksum", "gzip", abc[:len(abc)-8] + "xxxx" + abc[len(abc)-4:], "", http.StatusBadRequest, bad},
		{"another encoding", "br", abc, "", http.StatusUnsupportedMediaType, encoding},
		{"two encodings", "gzip, gzip", compress(t, abc), "", http.StatusUnsupportedMediaType, encoding},
	} {
		req := rest.Request{Headers: map[string]string{"content-encoding": tt.encoding}}
		content, err := rest.Gunzip(req, []byte(tt.body), 3)
		wantProblem(t, tt.name, err, tt.status, tt.message)
		if string(content) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, content, tt.want)
		}
	}
}

func TestNumeric(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{
		{json.Number("1e2"), "1e2"},
		{"1,5", "1,5"},
		{"", ""},
		{nil, ""},
		{true, ""},
		{1.5, ""},
		{[]any{json.Number("1")}, ""},
		{map[string]any{"1": "1"}, ""},
	} {
		if got := rest.Numeric(tt.value); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestIsJSON(t *testing.T) {
	for value, want := range map[string]bool{
		"application/json":                   true,
		"Application/JSON; charset=UTF-8":    true,
		`application/json;charset="utf-8"`:   true,
		"application/json; version=1":        true,
		"":                                   false,
		"json":                               false,
		"text/json":                          false,
		"text/plain":                         false,
		"application/json; charset=utf-16":   false,
		"application/json; charset=":         false,
		"application/json; charset=utf-8;;x": false,
		"application/json, text/plain":       false,
		"application/jsonp":                  false,
		"application/x-www-form-urlencoded":  false,
		"multipart/form-data; boundary=json": false,
		"application/vnd.api+json":           false,
	} {
		if got := rest.IsJSON(rest.Request{Headers: map[string]string{"Content-Type": value}}); got != want {
			t.Errorf("%q: %t, want %t", value, got, want)
		}
	}
	if rest.IsJSON(rest.Request{}) {
		t.Error("a request without content type is JSON")
	}
}

func TestDocument(t *testing.T) {
	const refused = "the body is not acceptable JSON: "
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `"field%d":{"a":[1]},`, i)
	}
	for body, want := range map[string]string{
		`{"petId":1}`:                      "",
		`{` + many.String() + `"petId":1}`: "", // unknown members are ignored, however many
		// The exact text for clients.
		``:                                     refused + "not a JSON document",
		`{"petId":1}{}`:                        refused + "not a JSON document",
		`{"petId":1,"petId":1,}`:               refused + "not a JSON document",
		`{"petId":1,"pet\u0049d":1}`:           refused + "two equal names in one object",
		`{"x":"` + "\xff" + `"}`:               refused + "not UTF-8",
		`{"x":"\ud800"}`:                       refused + "not UTF-8",
		`{"x":` + strings.Repeat("[", 10_001):  refused + "nested too deep",
		`{"x": ` + strings.Repeat("{", 10_001): refused + "nested too deep",
		// JSON, but no object.
		`null`: "the body is not a JSON object", `[]`: "the body is not a JSON object", `"{}"`: "the body is not a JSON object",
	} {
		document, err := rest.Document([]byte(body))
		if want != "" {
			wantProblem(t, fmt.Sprintf("%.40q", body), err, http.StatusBadRequest, want)
		} else if err != nil || document["petId"] == nil {
			t.Errorf("%.40q: %v, %v", body, document, err)
		}
	}
}
