package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/telemetry"
)

// answer invokes an endpoint of which only the handler matters.
func answer(t *testing.T, h Handler) (resp Response, log string) {
	t.Helper()
	var out bytes.Buffer
	tel, err := telemetry.New("", &out)
	if err != nil {
		t.Fatal(err)
	}
	e := &Endpoint{Route: "GET /pets", Handler: h, Telemetry: tel}
	text, err := e.Invoke(t.Context(), []byte(`{"version":"2.0"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &resp); err != nil {
		t.Fatal(err)
	}
	return resp, out.String()
}

func TestErrorsHaveTheirAnswers(t *testing.T) {
	cause := errors.New("the cause")
	for _, tt := range []struct {
		err    error
		status int
		body   string
	}{
		{&pets.FieldError{Field: "id", Want: "unique"}, http.StatusBadRequest, `{"message":"id must be unique"}`},
		{BadRequest("the query string is malformed"), http.StatusBadRequest, `{"message":"the query string is malformed"}`},
		{pets.ErrNoBuyer, http.StatusUnauthorized, `{"message":"authorization failure"}`},
		{pets.ErrMachine, http.StatusForbidden, `{"message":"Forbidden"}`},
		{pets.ErrNotAvailable, http.StatusConflict, `{"message":"That pet is not available."}`},
		{pets.ErrStale, http.StatusPreconditionFailed, `{"message":"Precondition Failed"}`},
		{pets.ErrKeyReused, http.StatusUnprocessableEntity, `{"message":"The Idempotency-Key was used for another request."}`},
		{fmt.Errorf("%w: %w", pets.ErrList, pets.ErrUnavailable), http.StatusServiceUnavailable, `{"message":"Unable to retrieve pet information at this time"}`},
		{fmt.Errorf("%w: %w", pets.ErrUpdate, pets.ErrUnavailable), http.StatusServiceUnavailable, `{"message":"unable to update pets at this time"}`},
		{fmt.Errorf("%w: %w", pets.ErrPurchaseRead, pets.ErrUnavailable), http.StatusServiceUnavailable, `{"message":"failed to retrieve pet information"}`},
		{fmt.Errorf("%w: %w", pets.ErrPurchaseWrite, pets.ErrUnavailable), http.StatusServiceUnavailable, `{"message":"failed on update"}`},
		{fmt.Errorf("%w: %w", pets.ErrUndecided, cause), http.StatusServiceUnavailable, `{"message":"Service Unavailable"}`},
		// The reason counts, not the step: repeating the request would not mend these.
		{fmt.Errorf("%w: %w", pets.ErrList, pets.ErrCorrupt), http.StatusInternalServerError, `{"message":"Internal Server Error"}`},
		{fmt.Errorf("%w: %w", pets.ErrPurchaseWrite, pets.ErrCorrupt), http.StatusInternalServerError, `{"message":"Internal Server Error"}`},
		{cause, http.StatusInternalServerError, `{"message":"Internal Server Error"}`},
		{context.Canceled, http.StatusInternalServerError, `{"message":"Internal Server Error"}`},
	} {
		resp, log := answer(t, func(context.Context, Request) (Response, error) { return Response{}, tt.err })
		if resp.StatusCode != tt.status || resp.Body != tt.body {
			t.Errorf("%v: %d %s, want %d %s", tt.err, resp.StatusCode, resp.Body, tt.status, tt.body)
		}
		if (resp.Headers["retry-after"] != "") != (tt.status == http.StatusServiceUnavailable) {
			t.Errorf("%v: retry-after %q", tt.err, resp.Headers["retry-after"])
		}
		if (resp.Headers["www-authenticate"] != "") != (tt.status == http.StatusUnauthorized) {
			t.Errorf("%v: www-authenticate %q", tt.err, resp.Headers["www-authenticate"])
		}
		if resp.Headers["x-content-type-options"] != "nosniff" || resp.Headers["cache-control"] != "no-store" {
			t.Errorf("%v: headers %v", tt.err, resp.Headers)
		}
		if !strings.Contains(log, tt.err.Error()) || strings.Contains(log, `"ERROR"`) != (tt.status >= 500) {
			t.Errorf("%v: logged as %s", tt.err, log)
		}
	}
}

func TestPanic(t *testing.T) {
	for _, h := range []Handler{
		func(context.Context, Request) (Response, error) { panic("secret of the program") },
		func(_ context.Context, req Request) (Response, error) { panic(req) },
		func(context.Context, Request) (Response, error) { var p *pets.Pet; return Response{Body: p.Type}, nil },
	} {
		resp, log := answer(t, h)
		if resp.StatusCode != http.StatusInternalServerError || resp.Body != `{"message":"Internal Server Error"}` {
			t.Errorf("%d %s, want 500 without the cause", resp.StatusCode, resp.Body)
		}
		if !strings.Contains(log, "panic: ") || !strings.Contains(log, "endpoint_test.go") {
			t.Errorf("the log does not tell where the panic was: %s", log)
		}
	}
}

func TestStage(t *testing.T) {
	e := &Endpoint{Route: "GET /pets"}
	for _, tt := range []struct {
		stage, path, method string
		wantErr             error
	}{
		{"$default", "/pets", "GET", nil},
		{"prod", "/prod/pets", "GET", nil},
		{"prod", "/prod/pets/", "GET", nil},
		{"prod", "/dev/pets", "GET", errNotFound},
		{"$default", "/prod/pets", "GET", errNotFound},
		{"$default", "/pets", "POST", errNotFound},
		{"$default", "/pets", "get", errNotFound},
	} {
		req := Request{RawPath: tt.path}
		req.RequestContext.Stage, req.RequestContext.HTTP.Method = tt.stage, tt.method
		if err := e.match(req); !errors.Is(err, tt.wantErr) {
			t.Errorf("%+v: error %v, want %v", tt, err, tt.wantErr)
		}
	}
}

func TestHeaderInAnySpelling(t *testing.T) {
	req := Request{Headers: map[string]string{"If-Match": "a"}}
	if value, ok := Header(req, "if-match"); value != "a" || !ok {
		t.Errorf("%q, %t, want a", value, ok)
	}
	if _, ok := Header(Request{}, "if-match"); ok {
		t.Error("a header where there are none")
	}
}
