package mcp_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/authorizer/examples/mcp"
)

// behindHTTPAPI serves the server behind the local gateway, whose routes have no authorizer: its
// own 401 would not name the metadata. The functions run in this process.
func behindHTTPAPI(t *testing.T, s *mcp.Server) http.Handler {
	t.Helper()
	api := template.API{
		LogicalID: "Api", ID: "abc", ARN: "arn:aws:execute-api:eu-west-1:123456789012:abc", Account: "123456789012",
		Stages: []template.Stage{{LogicalID: "Stage", Name: "$default"}},
	}
	served := functions{
		"ANY /mcp":                 s.Guard.Require(throughHTTP(mcp.Tools()), mcp.Scope),
		"GET " + s.Metadata.Path(): s.Metadata.HandleEvent,
	}
	for key := range served {
		api.Routes = append(api.Routes, template.Route{
			LogicalID: "Route " + key, Key: key, Authorization: template.AuthorizationNone,
			Integration: template.Integration{FunctionARN: key, Timeout: 5 * time.Second, Sources: []string{"*"}},
		})
	}
	g, err := gateway.New(t.Context(), api, served, gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// functions are handlers by the ARN of their function.
type functions map[string]authorizer.HTTPHandler

func (f functions) Invoke(ctx context.Context, functionARN, _ string, event []byte) ([]byte, error) {
	handler, ok := f[functionARN]
	if !ok {
		return nil, errors.New("no such function")
	}
	var request events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event, &request); err != nil {
		return nil, err
	}
	response, err := handler(ctx, request)
	if err != nil {
		return nil, err
	}
	return json.Marshal(response)
}

// throughHTTP serves events with an http.Handler, as the adapters of Lambda do.
func throughHTTP(next http.Handler) authorizer.HTTPHandler {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		body := event.Body
		if event.IsBase64Encoded {
			raw, err := base64.StdEncoding.DecodeString(body)
			if err != nil {
				return events.APIGatewayV2HTTPResponse{}, err
			}
			body = string(raw)
		}
		r := httptest.NewRequestWithContext(ctx, event.RequestContext.HTTP.Method, event.RawPath, strings.NewReader(body))
		r.Host = event.RequestContext.DomainName
		for name, value := range event.Headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		next.ServeHTTP(w, r)
		response := events.APIGatewayV2HTTPResponse{StatusCode: w.Code, Headers: map[string]string{}, Body: w.Body.String()}
		for name := range w.Header() {
			response.Headers[name] = w.Header().Get(name)
		}
		return response, nil
	}
}
