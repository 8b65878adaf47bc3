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

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/telemetry"
)

// invoke invokes an endpoint with the handler.
func invoke(t *testing.T, h Handler) (resp Response, log string) {
	t.Helper()
	var out bytes.Buffer
	tel, err := telemetry.New("", &out)
	if err != nil {
		t.Fatal(err)
	}
	e := &Endpoint{Route: contract.ListPets, Handler: h, Telemetry: tel}
	text, err := e.Invoke(t.Context(), []byte(`{"version":"2.0"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &resp); err != nil {
		t.Fatal(err)
	}
	return resp, out.String()
}

func TestErrorResponses(t *testing.T) {
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
		resp, log := invoke(t, func(context.Context, Request) (Response, error) { return Response{}, tt.err })
		if resp.StatusCode != tt.status || resp.Body != tt.body {
			t.Errorf("%v: %d %s, want %d %s", tt.err, resp.StatusCode, resp.Body, tt.status, tt.body)
		}
		wantRetry := ""
		switch {
		case errors.Is(tt.err, pets.ErrUndecided): // when the issuer's keys are looked up again
			wantRetry = "2"
		case tt.status == http.StatusServiceUnavailable:
			wantRetry = "1"
		}
		if got := resp.Headers["retry-after"]; got != wantRetry {
			t.Errorf("%v: retry-after %q, want %q", tt.err, got, wantRetry)
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
		resp, log := invoke(t, h)
		if resp.StatusCode != http.StatusInternalServerError || resp.Body != `{"message":"Internal Server Error"}` {
			t.Errorf("%d %s, want 500 without the cause", resp.StatusCode, resp.Body)
		}
		if !strings.Contains(log, "panic: ") || !strings.Contains(log, "endpoint_test.go") {
			t.Errorf("the log does not name the place of the panic: %s", log)
		}
	}
}

func TestRoute(t *testing.T) {
	const wrongFunction = "the API sent a request of another route to this function, which serves GET /pets/{id}: correct the function of the route"
	e := &Endpoint{Route: contract.Route{Method: "GET", Path: "/pets/{id}"}}
	for _, tt := range []struct {
		stage, path, method string
		wantErr             string
	}{
		{"$default", "/pets/7", "GET", ""},
		{"prod", "/prod/pets/7", "GET", ""},
		{"prod", "/prod/pets/7/", "GET", ""},
		{"prod", "/dev/pets/7", "GET", wrongFunction},
		{"$default", "/prod/pets/7", "GET", wrongFunction},
		{"$default", "/pets", "GET", wrongFunction},
		{"$default", "/", "GET", wrongFunction},
		{"$default", "/pets/7", "DELETE", wrongFunction},
		{"$default", "/pets/7", "get", wrongFunction},
		{"$default", "//pets/7", "GET", "Not Found"},
		{"$default", "/pets/../pets/7", "GET", "Not Found"},
		{"$default", "/pets/./7", "GET", "Not Found"},
		{"$default", "/pets//", "GET", "Not Found"},
	} {
		req := Request{RawPath: tt.path}
		req.RequestContext.Stage, req.RequestContext.HTTP.Method = tt.stage, tt.method
		err := e.match(&req)
		if got := fmt.Sprint(err); got != tt.wantErr && (err != nil || tt.wantErr != "") {
			t.Errorf("%+v: error %v, want %q", tt, err, tt.wantErr)
		}
		if err == nil && req.PathParameters["id"] != "7" {
			t.Errorf("%+v: parameters %v, want id 7", tt, req.PathParameters)
		}
	}
}

// A request of another route is a misconfiguration of the API, not an error of the caller.
func TestAnotherRoute(t *testing.T) {
	var out bytes.Buffer
	tel, err := telemetry.New("", &out)
	if err != nil {
		t.Fatal(err)
	}
	e := &Endpoint{Route: contract.ListPets, Telemetry: tel, Handler: func(context.Context, Request) (Response, error) {
		t.Error("the handler was called")
		return Response{}, nil
	}}
	text, err := e.Invoke(t.Context(), []byte(`{"version":"2.0","rawPath":"/unicorns","requestContext":{"http":{"method":"GET"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"statusCode":500`) || !strings.Contains(string(text), `Internal Server Error`) {
		t.Errorf("response %s, want a 500", text)
	}
	if log := out.String(); !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "which serves GET /pets") {
		t.Errorf("log %s, want an ERROR that names the route it serves", log)
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
