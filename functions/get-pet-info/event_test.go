package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestOddEvents(t *testing.T) {
	f, store, _ := shop(t)
	store.Fill(t)
	for _, tt := range []struct {
		payload string
		status  int
		body    string
	}{
		// What the console's "Test" button sends: an anonymous GET.
		{`{}`, http.StatusOK, `[]`},
		{`{"key1":"value1","key2":"value2"}`, http.StatusOK, `[]`},
		{`{"pets":[{"id":1,"type":"dog","price":249.99}]}`, http.StatusOK, `[]`},
		{`{"headers":null,"queryStringParameters":null,"pathParameters":null,"stageVariables":null}`, http.StatusOK, `[]`},
		{`null`, http.StatusOK, `[]`},
		// Other formats would be misread.
		{`{"version":"1.0","httpMethod":"GET"}`, http.StatusBadRequest, `{"message":"payload format 2.0 is required"}`},
		{`{"httpMethod":"GET","resource":"/pets"}`, http.StatusBadRequest, `{"message":"payload format 2.0 is required"}`},
		{`{"version":"3.0"}`, http.StatusBadRequest, `{"message":"payload format 2.0 is required"}`},
		{`{"headers":"x"}`, http.StatusBadRequest, `{"message":"the event is not an API Gateway request"}`},
		{`[1]`, http.StatusBadRequest, `{"message":"the event is not an API Gateway request"}`},
		{`"x"`, http.StatusBadRequest, `{"message":"the event is not an API Gateway request"}`},
	} {
		ft.Want(t, tt.payload, f.Invoke(t.Context(), t, tt.payload), tt.status, tt.body)
	}
	if !strings.Contains(f.Log(), "payload format 2.0 is required") {
		t.Error("the log does not say that the payload format is wrong")
	}
}

func TestPathsAreExact(t *testing.T) {
	f, store, _ := shop(t)
	store.Fill(t)
	for _, tt := range []struct {
		path   string
		status int
		body   string
	}{
		{"/pets", http.StatusOK, `[]`},
		{"/pets/", http.StatusOK, `[]`}, // API Gateway routes it here
		{"//pets", http.StatusNotFound, ft.NotFound},
		{"/pets//", http.StatusNotFound, ft.NotFound},
		{"/pets/../pets", http.StatusNotFound, ft.NotFound},
		{"/pets/purchase", http.StatusInternalServerError, ft.InternalError},
		{"/PETS", http.StatusInternalServerError, ft.InternalError},
	} {
		ft.Want(t, tt.path, f.Call(t.Context(), t, ft.Event(t, "anonymous", ft.Path(tt.path))), tt.status, tt.body)
	}
}

func TestNoTimeLeft(t *testing.T) {
	table := dynamotest.NewTable(t)
	f := ft.New(t, contract.ListPets, wire, ft.Identity(jwtauthtest.NewIssuer(t)), table.Environment())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	resp := f.Call(ctx, t, ft.Event(t, "anonymous"))
	ft.Want(t, "50 ms left", resp, http.StatusServiceUnavailable, `{"message":"Unable to retrieve pet information at this time"}`)
	if resp.Headers["retry-after"] != "1" {
		t.Errorf("retry-after %q, want 1", resp.Headers["retry-after"])
	}
}

func TestBuildNamesEveryBadSetting(t *testing.T) {
	env := map[string]string{"LOG_LEVEL": "loud", "AWS_ENDPOINT_URL_DYNAMODB": "localhost:8000"}
	_, err := rest.New(contract.ListPets, wire, func(name string) string { return env[name] }, nil)
	if err == nil {
		t.Fatal("built without settings")
	}
	for _, name := range []string{"LOG_LEVEL", "TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_DYNAMODB", "JWT_ISSUER", "JWT_AUDIENCE"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the complaint %q does not name %s", err, name)
		}
	}
}
