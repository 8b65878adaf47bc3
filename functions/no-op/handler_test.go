package main

import (
	"net/http"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
)

func TestPreflight(t *testing.T) {
	f := ft.New(t, contract.Preflight, wire)
	for _, path := range []string{"/pets/purchase", "/pets", "/", "/unknown", "//x/../y"} {
		resp := f.Call(t.Context(), t, ft.Event(t, "preflight", ft.Path(path)))
		ft.Want(t, path, resp, http.StatusNoContent, "")
		if len(resp.Headers) > 0 {
			t.Errorf("%s: headers %v, want none: API Gateway adds those of CORS", path, resp.Headers)
		}
	}
}

func TestOddEvents(t *testing.T) {
	f := ft.New(t, contract.Preflight, wire)
	for _, tt := range []struct {
		payload string
		status  int
		body    string
	}{
		{`{}`, http.StatusBadRequest, `{"message":"the event is not an API Gateway request"}`},
		{`{"key1":"value1"}`, http.StatusBadRequest, `{"message":"the event is not an API Gateway request"}`},
		{`{"version":"1.0","httpMethod":"OPTIONS"}`, http.StatusBadRequest, `{"message":"payload format 2.0 is required"}`},
		{`{"version":"2.0","requestContext":{"http":{"method":"POST"}}}`, http.StatusInternalServerError, ft.InternalError},
	} {
		ft.Want(t, tt.payload, f.Invoke(t.Context(), t, tt.payload), tt.status, tt.body)
	}
}
