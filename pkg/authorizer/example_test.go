package authorizer_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A function behind an HTTP API: the handler is called for callers with the scope.
func ExampleAuthorizer_Require() {
	issuer := startIssuer()
	defer issuer.stop()

	// In main:
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: issuer.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := jwtauth.New(jwtauth.Config{Issuer: issuer.URL, Audiences: []string{jwtauthtest.Audience}}, keys)
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := authorizer.New(verifier).Require(
		func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			caller, _ := authorizer.IdentityFrom(ctx)
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: "unicorns for " + caller.Subject}, nil
		}, "list:unicorns")
	// lambda.Start(handler)

	for _, header := range []string{"", "Bearer " + issuer.Token(jwtauthtest.Scopes("read:unicorn")), "Bearer " + issuer.Token(jwtauthtest.Scopes("list:unicorns"))} {
		resp, err := handler(context.Background(), events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": header}})
		fmt.Println(resp.StatusCode, resp.Body, resp.Headers["www-authenticate"], err)
	}
	// Output:
	// 401 {"message":"Unauthorized"} Bearer <nil>
	// 403 {"message":"Forbidden"} Bearer error="insufficient_scope", scope="list:unicorns" <nil>
	// 200 unicorns for auth0|user-1  <nil>
}

// A public route that shows more to authenticated callers.
func ExampleAuthorizer_Optional() {
	issuer := startIssuer()
	defer issuer.stop()
	handler := authorizer.New(issuer.Verifier()).Optional(
		func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			body := "public"
			if caller, ok := authorizer.IdentityFrom(ctx); ok && caller.HasScope("update:pets") {
				body = "everything"
			}
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: body}, nil
		})

	for _, header := range []string{"", "Bearer " + issuer.Token(jwtauthtest.Scopes("update:pets")), "Bearer nonsense"} {
		resp, err := handler(context.Background(), events.APIGatewayV2HTTPRequest{Headers: map[string]string{"authorization": header}})
		fmt.Println(resp.StatusCode, resp.Body, err)
	}
	// Output:
	// 200 public <nil>
	// 200 everything <nil>
	// 401 {"message":"Unauthorized"} <nil>
}

// A Lambda authorizer of an HTTP API that compares scopes by route, as API Gateway does for its own
// JWT authorizer only. In main: lambda.Start(auth.HandleHTTP).
func ExampleAuthorizer_HandleHTTP() {
	issuer := startIssuer()
	defer issuer.stop()
	auth := authorizer.New(issuer.Verifier(), authorizer.WithRouteScopes(map[string][]string{
		"GET /unicorn":  {"read:unicorn"},
		"GET /unicorns": {"list:unicorns"},
	}))

	rider := "Bearer " + issuer.Token(jwtauthtest.Scopes("read:unicorn"))
	for _, route := range []string{"GET /unicorn", "GET /unicorns", "GET /forgotten"} {
		resp, err := auth.HandleHTTP(context.Background(), events.APIGatewayV2CustomAuthorizerV2Request{
			RouteKey: route, Headers: map[string]string{"authorization": rider},
		})
		fmt.Println(route, resp.IsAuthorized, err)
	}
	// Output:
	// GET /unicorn true <nil>
	// GET /unicorns false <nil>
	// GET /forgotten false <nil>
}

// The REQUEST authorizer of a REST API. In main: lambda.Start(auth.HandleREST).
func ExampleAuthorizer_HandleREST() {
	issuer := startIssuer()
	defer issuer.stop()
	auth := authorizer.New(issuer.Verifier())

	event := events.APIGatewayCustomAuthorizerRequestTypeRequest{
		MethodArn: "arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/pets",
		Headers:   map[string]string{"Authorization": "Bearer " + issuer.Token()},
	}
	resp, err := auth.HandleREST(context.Background(), event)
	fmt.Println(resp.PrincipalID, resp.PolicyDocument.Statement, err)

	event.Headers["Authorization"] = "Bearer " + issuer.Token(jwtauthtest.ExpiresIn(-time.Minute))
	_, err = auth.HandleREST(context.Background(), event)
	fmt.Println(err) // API Gateway responds 401 to exactly this text
	// Output:
	// auth0|user-1 [{[execute-api:Invoke] Allow [arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/pets]}] <nil>
	// Unauthorized
}

// Any net/http service.
func ExampleAuthorizer_Middleware() {
	issuer := startIssuer()
	defer issuer.stop()
	auth := authorizer.New(issuer.Verifier())

	mux := http.NewServeMux()
	mux.Handle("GET /unicorns", auth.Middleware("list:unicorns")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, _ := authorizer.IdentityFrom(r.Context())
		_, _ = fmt.Fprint(w, "unicorns for ", caller.Subject)
	})))

	for _, header := range []string{"", "Bearer " + issuer.Token(jwtauthtest.Scopes("list:unicorns"))} {
		r := httptest.NewRequest(http.MethodGet, "/unicorns", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 401 {"message":"Unauthorized"}
	// 200 unicorns for auth0|user-1
}

// A test of a handler that stands behind a guard needs no token.
func ExampleWithIdentity() {
	handler := func(ctx context.Context) string {
		caller, _ := authorizer.IdentityFrom(ctx)
		return "hello " + caller.Subject
	}

	ctx := authorizer.WithIdentity(context.Background(), &jwtauth.Token{Subject: "auth0|1", Scopes: []string{"read:unicorn"}})
	fmt.Println(handler(ctx))
	// Output:
	// hello auth0|1
}

// exampleIssuer is a jwtauthtest.Issuer outside a test, whose clean-up the caller must run.
type exampleIssuer struct {
	*jwtauthtest.Issuer
	stop func()
}

func startIssuer() exampleIssuer {
	tb := &exampleTB{}
	return exampleIssuer{jwtauthtest.NewIssuer(tb), func() { tb.cleanup() }}
}

// exampleTB is what jwtauthtest needs of a test.
type exampleTB struct {
	testing.TB
	cleanup func()
}

func (*exampleTB) Helper()             {}
func (*exampleTB) Fatal(args ...any)   { panic(fmt.Sprint(args...)) }
func (tb *exampleTB) Cleanup(f func()) { tb.cleanup = f }
