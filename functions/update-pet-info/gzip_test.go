package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
)

// packed is a body as API Gateway passes on what was sent with gzip.
func packed(t *testing.T, body string) ft.Edit {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return ft.Encoded(base64.StdEncoding.EncodeToString(b.Bytes()))
}

func TestGzip(t *testing.T) {
	o := open(t)
	one := `{"pets":[{"id":1,"type":"dog","price":249.99}]}`
	const tooLarge = `{"message":"Request Entity Too Large"}`
	for _, tt := range []struct {
		name     string
		encoding string
		body     ft.Edit
		status   int
		want     string
	}{
		{"gzip", "gzip", packed(t, one), http.StatusOK, `{}`},
		{"in other letters", "GZIP", packed(t, one), http.StatusOK, `{}`},
		{"none", "identity", ft.Body(one), http.StatusOK, `{}`},
		{"larger than a plain body may be", "gzip", packed(t, one+strings.Repeat(" ", contract.MaxUpdateBody)), http.StatusOK, `{}`},
		{"a bomb", "gzip", packed(t, one+strings.Repeat(" ", contract.MaxUpdateJSON)), http.StatusRequestEntityTooLarge, tooLarge},
		{"not gzip", "gzip", ft.Body(one), http.StatusBadRequest, `{"message":"the body is not gzip"}`},
		{"another one", "br", ft.Body(one), http.StatusUnsupportedMediaType, `{"message":"the content encoding must be gzip or none"}`},
		{"not said", "", packed(t, one), http.StatusBadRequest, `{"message":"the body is not acceptable JSON: not UTF-8"}`},
	} {
		ft.Want(t, tt.name, o.post(t, tt.body, ft.Header("content-encoding", tt.encoding)), tt.status, tt.want)
	}
	o.want(t, "at the end", 1, dog)
}
