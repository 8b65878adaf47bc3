package authorizer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/securedpets/pkg/authorizer"
)

const api = "arn:aws:execute-api:eu-central-1:123456789012:abc/"

// The resource that a policy allows, for a good token.
func TestPolicyResource(t *testing.T) {
	stage := []authorizer.Option{authorizer.WithStagePolicy()}
	for _, c := range []struct {
		name, arn        string
		opts             []authorizer.Option
		effect, resource string
	}{
		// The one method that was called.
		{"method", api + "prod/GET/pets", nil, "Allow", api + "prod/GET/pets"},
		{"root", api + "prod/GET/", nil, "Allow", api + "prod/GET/"},
		{"root, no slash", api + "prod/GET", nil, "Allow", api + "prod/GET"},
		{"deep", api + "prod/GET/a/b/c", nil, "Allow", api + "prod/GET/a/b/c"},
		{"colon in the path", api + "prod/GET/a:b/c", nil, "Allow", api + "prod/GET/a:b/c"},
		{"other partition", "arn:aws-cn:execute-api:cn-north-1:1:abc/$default/GET/x", nil, "Allow", "arn:aws-cn:execute-api:cn-north-1:1:abc/$default/GET/x"},
		// The stage, by option.
		{"stage", api + "prod/POST/pets", stage, "Allow", api + "prod/*/*"},
		{"stage, colon in the path", api + "prod/POST/a:b/c", stage, "Allow", api + "prod/*/*"},
		// A caller's path must not become a pattern or a variable of IAM.
		{"star", api + "prod/GET/pets/*", nil, "Deny", api + "prod/GET/pets/%2A"},
		{"star alone", api + "prod/GET/*", nil, "Deny", api + "prod/GET/%2A"},
		{"question mark", api + "prod/GET/pet?", nil, "Deny", api + "prod/GET/pet%3F"},
		{"variable", api + "prod/GET/${aws:username}", nil, "Deny", api + "prod/GET/%24{aws:username}"},
		{"two variables", api + "prod/GET/$${*}", nil, "Deny", api + "prod/GET/$%24{%2A}"},
		{"star as the method", api + "prod/*/pets", nil, "Deny", api + "prod/%2A/pets"},
		// A dollar sign alone starts no variable.
		{"dollar", api + "prod/GET/$metadata", nil, "Allow", api + "prod/GET/$metadata"},
		{"dollar at the end", api + "prod/GET/price$", nil, "Allow", api + "prod/GET/price$"},
		{"dollar before another brace", api + "prod/GET/$x{", nil, "Allow", api + "prod/GET/$x{"},
		// The stage policy of a WebSocket API has no method before the route.
		{"connect", api + "prod/$connect", nil, "Allow", api + "prod/$connect"},
		{"connect, stage", api + "prod/$connect", stage, "Allow", api + "prod/*"},
		{"path of that name, stage", api + "prod/GET/$connect", stage, "Allow", api + "prod/*/*"},
		{"method of that name, stage", api + "prod/$connect/x", stage, "Allow", api + "prod/*/*"},
		// The stage's policy holds nothing of the path.
		{"star under the stage policy", api + "prod/GET/*", stage, "Allow", api + "prod/*/*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := authorizer.New(verifier{}, c.opts...)
			resp, err := a.HandleToken(t.Context(), events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "Bearer good", MethodArn: c.arn})
			if err != nil {
				t.Fatal(err)
			}
			got := resp.PolicyDocument
			if got.Version != "2012-10-17" || len(got.Statement) != 1 {
				t.Fatalf("policy is %+v", got)
			}
			s := got.Statement[0]
			if s.Effect != c.effect || !slices.Equal(s.Resource, []string{c.resource}) || !slices.Equal(s.Action, []string{"execute-api:Invoke"}) {
				t.Errorf("statement is %+v, want %s %s", s, c.effect, c.resource)
			}
		})
	}
}

// Without a method's ARN there is nothing to allow, and the token is not verified.
func TestBadARN(t *testing.T) {
	for _, arn := range []string{
		"", "x", "arn:aws", "arn:aws:execute-api", "arn:aws:execute-api:eu-central-1:1", api, api + "prod", "arn:aws:lambda:eu-central-1:1:abc/prod/GET/x", "arn:aws:execute-api:eu-central-1:1:/prod/GET/x",
		"arn:aws:execute-api:eu-central-1:1:abc//GET/x", api + "prod//x", strings.TrimPrefix(api, "arn:") + "prod/GET/x",
	} {
		var asked []string
		resp, err := authorizer.New(verifier{&asked}).HandleToken(t.Context(), events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "Bearer good", MethodArn: arn})
		if err == nil || err.Error() == "Unauthorized" || len(resp.PolicyDocument.Statement) != 0 || asked != nil {
			t.Errorf("%q: %+v, %v, asked %q", arn, resp, err, asked)
		}
	}
}

// REST APIs give every header in two maps.
func TestTwoMapsOfHeaders(t *testing.T) {
	for _, c := range []struct {
		name   string
		single map[string]string
		multi  map[string][]string
		err    error
	}{
		{"the same in both", map[string]string{"Authorization": "Bearer good"}, map[string][]string{"Authorization": {"Bearer good"}}, nil},
		{"only in the second", nil, map[string][]string{"authorization": {"Bearer good"}}, nil},
		{"sent twice", map[string]string{"Authorization": "Bearer good"}, map[string][]string{"Authorization": {"Bearer token_expired", "Bearer good"}}, authorizer.ErrUnauthorized},
		{"the maps differ", map[string]string{"Authorization": "Bearer good"}, map[string][]string{"Authorization": {"Bearer token_expired"}}, authorizer.ErrUnauthorized},
		{"two spellings", map[string]string{"Authorization": "Bearer good", "authorization": "Bearer x"}, map[string][]string{"Authorization": {"Bearer good"}, "authorization": {"Bearer x"}}, authorizer.ErrUnauthorized},
		{"empty list", nil, map[string][]string{"Authorization": {}}, authorizer.ErrUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := authorizer.New(verifier{}).HandleREST(t.Context(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
				MethodArn: api + "prod/GET/pets", Headers: c.single, MultiValueHeaders: c.multi,
			})
			checkError(t, err, c.err)
		})
	}
}
