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

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/telemetry"
)

// endpoint makes an endpoint of GET /pets with the handler, and its log.
func endpoint(t *testing.T, h Handler) (*Endpoint, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	tel, err := telemetry.New("", &log)
	if err != nil {
		t.Fatal(err)
	}
	return &Endpoint{Route: contract.ListPets, Handler: h, Telemetry: tel}, &log
}

// send invokes the endpoint with a payload.
func send(ctx context.Context, t *testing.T, e *Endpoint, payload string) (resp Response) {
	t.Helper()
	text, err := e.Invoke(ctx, []byte(payload))
	if err == nil {
		err = json.Unmarshal(text, &resp)
	}
	if err != nil {
		t.Fatalf("%s: %v", payload, err)
	}
	return resp
}

// invoke invokes an endpoint with the handler.
func invoke(t *testing.T, h Handler) (resp Response, log string) {
	t.Helper()
	e, out := endpoint(t, h)
	resp = send(t.Context(), t, e, `{"version":"2.0"}`)
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
		{pets.ErrChanged, http.StatusPreconditionFailed, `{"message":"That pet has changed."}`},
		{pets.ErrTooManyChanges, http.StatusRequestEntityTooLarge, `{"message":"an update may make at most 2000 changes"}`},
		{fmt.Errorf("pets[0]: %w", &pets.FieldError{Field: "id", Want: "unique"}), http.StatusBadRequest, `{"message":"pets[0]: id must be unique"}`},
		{fmt.Errorf("%w: %w", pets.ErrUpdate, errTooLarge), http.StatusRequestEntityTooLarge, `{"message":"Request Entity Too Large"}`},
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
		{fmt.Errorf("%w: %w", pets.ErrList, pets.ErrLayout), http.StatusInternalServerError, `{"message":"Internal Server Error"}`},
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
		if resp.Headers["content-type"] != "application/json" {
			t.Errorf("%v: content type %q, want JSON", tt.err, resp.Headers["content-type"])
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
		{"", "/pets/7", "GET", ""},
		{"$default", "/pets/7", "", ""}, // a hand-written event
		{"prod", "/dev/pets/7", "GET", wrongFunction},
		{"$default", "/prod/pets/7", "GET", wrongFunction},
		{"$default", "/pets", "GET", wrongFunction},
		{"$default", "/", "GET", wrongFunction},
		{"$default", "/$default/pets/7", "GET", wrongFunction},
		{"", "/pets", "GET", wrongFunction},
		{"prod", "/prod", "GET", wrongFunction},
		{"prod", "/prodpets/7", "GET", wrongFunction},
		{"prod", "/prod/pets", "GET", wrongFunction},
		{"prod", "/prod//pets/7", "GET", "Not Found"},
		{"", "//pets/7", "GET", "Not Found"},
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
	e, log := endpoint(t, func(context.Context, Request) (Response, error) {
		t.Error("the handler was called")
		return Response{}, nil
	})
	resp := send(t.Context(), t, e, `{"version":"2.0","rawPath":"/unicorns","requestContext":{"http":{"method":"GET"}}}`)
	if resp.StatusCode != http.StatusInternalServerError || resp.Body != `{"message":"Internal Server Error"}` {
		t.Errorf("%d %s, want a 500", resp.StatusCode, resp.Body)
	}
	if out := log.String(); !strings.Contains(out, `"level":"ERROR"`) || !strings.Contains(out, "which serves GET /pets") {
		t.Errorf("log %s, want an ERROR that names the route it serves", out)
	}
}

// Values of path segments are read from the path alone.
func TestPathParametersOfTheEvent(t *testing.T) {
	e := &Endpoint{Route: contract.Route{Method: "GET", Path: "/pets/{id}"}}
	for path, want := range map[string]string{"": "", "/pets/7": "7"} {
		req := Request{RawPath: path, PathParameters: map[string]string{"id": "8"}}
		if err := e.match(&req); err != nil || req.PathParameters["id"] != want {
			t.Errorf("%q: parameters %v, %v, want id %q", path, req.PathParameters, err, want)
		}
	}
}

func TestEvents(t *testing.T) {
	const (
		format  = `{"message":"payload format 2.0 is required"}`
		event   = `{"message":"the event is not an API Gateway request"}`
		another = `{"message":"Internal Server Error"}`
		served  = `[]`
	)
	for _, tt := range []struct {
		payload string
		status  int
		body    string
	}{
		{`{"version":"2.0","rawPath":"/pets","requestContext":{"http":{"method":"GET"}}}`, http.StatusOK, served},
		{`{"version":"2.0","httpMethod":"GET"}`, http.StatusOK, served},
		{`{}`, http.StatusOK, served},
		{`{"key1":"value1"}`, http.StatusOK, served},
		{`{"requestContext":{"http":{"method":"GET"}}}`, http.StatusOK, served},

		{`{"requestContext":{"http":{"method":"POST"}}}`, http.StatusInternalServerError, another},
		{`{"version":"1.0"}`, http.StatusBadRequest, format},
		{`{"version":"1.0","httpMethod":"GET"}`, http.StatusBadRequest, format},
		{`{"version":"2"}`, http.StatusBadRequest, format},
		{`{"httpMethod":"GET"}`, http.StatusBadRequest, format},
		{`{"version":2.0}`, http.StatusBadRequest, event},
		{`{"version":"2.0"`, http.StatusBadRequest, event},
		{`[]`, http.StatusBadRequest, event},
		{``, http.StatusBadRequest, event},
	} {
		e, _ := endpoint(t, func(context.Context, Request) (Response, error) {
			return Response{StatusCode: http.StatusOK, Body: served}, nil
		})
		if resp := send(t.Context(), t, e, tt.payload); resp.StatusCode != tt.status || resp.Body != tt.body {
			t.Errorf("%s: %d %s, want %d %s", tt.payload, resp.StatusCode, resp.Body, tt.status, tt.body)
		}
	}
}

func TestHeaders(t *testing.T) {
	given := func(body string, headers map[string]string) Handler {
		return func(context.Context, Request) (Response, error) {
			return Response{StatusCode: http.StatusOK, Headers: headers, Body: body}, nil
		}
	}
	for _, tt := range []struct {
		name string
		h    Handler
		want map[string]string
	}{
		{"a body", given("{}", nil), map[string]string{"content-type": "application/json", "x-content-type-options": "nosniff"}},
		{
			"the handler's own", given("a", map[string]string{"content-type": "text/plain", "etag": "e"}),
			map[string]string{"content-type": "text/plain", "x-content-type-options": "nosniff", "etag": "e"},
		},
		{"no body", given("", nil), nil},
		{"no body, but a header", given("", map[string]string{"etag": "e"}), map[string]string{"etag": "e"}},
	} {
		resp, _ := invoke(t, tt.h)
		if diff := cmp.Diff(tt.want, resp.Headers, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: headers (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestRequestIDInTheLog(t *testing.T) {
	ofLambda := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "of-lambda"})
	const withID = `{"version":"2.0","requestContext":{"requestId":"of-the-gateway"}}`
	for _, tt := range []struct {
		name    string
		ctx     context.Context //nolint:containedctx // the case
		payload string
		want    string
	}{
		{"the caller sees the gateway's", ofLambda, withID, "of-the-gateway"},
		{"a direct invocation", ofLambda, `{}`, "of-lambda"},
		{"a bad event", ofLambda, `[]`, "of-lambda"},
		{"outside Lambda", t.Context(), `{}`, ""},
	} {
		e, log := endpoint(t, func(context.Context, Request) (Response, error) { return Response{StatusCode: http.StatusOK}, nil })
		send(tt.ctx, t, e, tt.payload)
		if want := `"requestId":"` + tt.want + `"`; !strings.Contains(log.String(), want) {
			t.Errorf("%s: log %s, want %s", tt.name, log, want)
		}
	}
}
