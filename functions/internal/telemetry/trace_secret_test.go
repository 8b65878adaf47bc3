//go:build otel

package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/functions/internal/telemetry"
)

const secret = "hush" // part of every text that must not be exported or logged

// fill puts a different secret into every text of the event.
func fill(v reflect.Value, n *int) {
	*n++
	text := fmt.Sprintf("%s-%d", secret, *n)
	switch v.Kind() {
	case reflect.String:
		v.SetString(text + "@example.com")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(text).Convert(v.Type().Key()), value)
	}
}

// A span contains nothing of what the caller sends or of a handler's error, whatever the
// request's outcome is.
func TestNoSecretIsExported(t *testing.T) {
	good, filled := rest.Request{}, 0
	fill(reflect.ValueOf(&good).Elem(), &filled)
	good.Version, good.RawPath, good.RequestContext.Stage = "2.0", "/pets", "$default"
	good.RequestContext.HTTP.Method = "GET"
	good.Headers = map[string]string{
		"authorization": "Bearer " + secret, "cookie": secret, "baggage": "user=" + secret, "x-amzn-trace-id": "Root=" + secret,
		"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "vendor=" + secret,
	}
	badParent, badPath, badVersion := good, good, good
	badParent.Headers = map[string]string{"traceparent": secret, "tracestate": "vendor=" + secret}
	badPath.RawPath, badVersion.Version = "/"+secret, secret
	fail := func(*telemetry.Telemetry) rest.Handler {
		return func(_ context.Context, req rest.Request) (rest.Response, error) {
			text, _ := json.Marshal(req)
			if strings.Contains(string(text), "traceparent") {
				panic(string(text))
			}
			return rest.Response{}, errors.New(string(text))
		}
	}
	for name, event := range map[string]rest.Request{"good": good, "bad parent": badParent, "bad path": badPath, "bad version": badVersion} {
		for _, serve := range []func(*telemetry.Telemetry) rest.Handler{ok, fail} {
			payload, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			checkExport(t, name, serve, string(payload))
		}
	}
	for _, payload := range []string{secret, `{"headers":"` + secret + `"}`, `{"headers":{"traceparent":["` + secret + `"]}}`, `"` + secret + `"`} {
		checkExport(t, payload, ok, payload)
	}
}

func checkExport(t *testing.T, name string, serve func(*telemetry.Telemetry) rest.Handler, payload string) {
	t.Helper()
	c := newCollector(t, nil)
	newTraced(t, c.env(), serve).invoke(t, "Root=1-"+secret+";Sampled=1", payload)
	sent := c.sent()
	if len(sent) != 1 {
		t.Fatalf("%s: %d exports, want 1", name, len(sent))
	}
	if bytes.Contains(sent[0], []byte(secret)) || bytes.Contains(sent[0], []byte("example.com")) || bytes.Contains(sent[0], []byte("earer")) {
		t.Errorf("%s: exported %q", name, sent[0])
	}
	for header, values := range c.requests[0].Header {
		if strings.Contains(strings.Join(values, ","), secret) {
			t.Errorf("%s: header %s: %s", name, header, values)
		}
	}
}
