package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

// metadata writes SAML metadata of an identity provider, with the length that IAM
// requires.
func metadata(t *testing.T, entity string) string {
	t.Helper()
	file := filepath.Join(assemblies.folder, url.PathEscape("metadata of "+entity))
	content := `<EntityDescriptor entityID="` + entity + `" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` +
		`<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>` +
		`<!--` + strings.Repeat(" in place of a certificate ", 40) + `--></EntityDescriptor>`
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func federated(t *testing.T, kind string) template {
	t.Helper()
	return load(t, optionalStacks(t, kind), federationID)
}

// optionalStacks returns a context with every optional stack.
func optionalStacks(t *testing.T, kind string) map[string]any {
	t.Helper()
	changes := map[string]any{"federation": kind, "lambdaAuthorizer": "true"}
	if kind == "saml" {
		changes["samlMetadata"] = metadata(t, "urn:securedpets.eu.auth0.com")
	}
	return settings("dev", changes)
}

func TestFederationIsOffByDefault(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		for _, stack := range []string{federationID, restID} {
			if _, err := os.Stat(filepath.Join(synthesize(t, settings(env, nil)), stack+".template.json")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %s exists: %v", env, stack, err)
			}
		}
	}
}

func TestFederationSettings(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes map[string]any
		wantErr error
	}{
		{"openid connect", map[string]any{"federation": "oidc"}, nil},
		{"saml", map[string]any{"federation": "saml", "samlMetadata": metadata(t, "urn:x")}, nil},
		{"unknown", map[string]any{"federation": "ldap"}, ErrFederation},
		{"saml without metadata", map[string]any{"federation": "saml"}, ErrFederation},
		{"saml with another file", map[string]any{"federation": "saml", "samlMetadata": "cdk.json"}, ErrFederation},
		{"saml without an entity", map[string]any{"federation": "saml", "samlMetadata": metadata(t, "")}, ErrFederation},
		{"no connection for buyers", map[string]any{"federation": "oidc", "social": ","}, ErrFederation},
		{"neither true nor false", map[string]any{"lambdaAuthorizer": "perhaps"}, ErrSetting},
	} {
		context := settings("dev", c.changes)
		if _, err := newConfig(func(key string) any { return context[key] }); !errors.Is(err, c.wantErr) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.wantErr)
		}
	}
}

// Each role has its subjects and allows one route.
func TestFederatedRoles(t *testing.T) {
	const oidc, saml = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
	for _, c := range []struct{ kind, role, action, conditions, path string }{
		{"oidc", "auth0-api-role-dev", `["` + oidc + `","sts:TagSession"]`, `{"ForAllValues:StringEquals":{"aws:TagKeys":["user"]},"StringEquals":{"securedpets.eu.auth0.com/:aud":"secured-pets-web"},"StringLike":{"securedpets.eu.auth0.com/:sub":["auth0|*"]}}`, "/$default/POST/pets"},
		{"oidc", "auth0-api-social-role-dev", `["` + oidc + `","sts:TagSession"]`, `{"ForAllValues:StringEquals":{"aws:TagKeys":["user"]},"StringEquals":{"securedpets.eu.auth0.com/:aud":"secured-pets-web"},"StringLike":{"securedpets.eu.auth0.com/:sub":["amazon|*"]}}`, "/$default/POST/pets/purchase"},
		{"saml", "auth0-api-role-dev", `"` + saml + `"`, `{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml","SAML:iss":"urn:securedpets.eu.auth0.com"},"StringLike":{"SAML:sub":["auth0|*"]}}`, "/$default/POST/pets"},
		{"saml", "auth0-api-social-role-dev", `"` + saml + `"`, `{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml","SAML:iss":"urn:securedpets.eu.auth0.com"},"StringLike":{"SAML:sub":["amazon|*"]}}`, "/$default/POST/pets/purchase"},
	} {
		role := named(t, federated(t, c.kind), c.role)
		want := `[{"Action":` + c.action + `,"Condition":` + c.conditions + `,"Effect":"Allow","Principal":{"Federated":{"Ref":"Provider"}}}]`
		if got := text(at(role, "AssumeRolePolicyDocument", "Statement")); got != want {
			t.Errorf("%s: %s may be assumed by\n%s, want\n%s", c.kind, c.role, got, want)
		}
		policies, _ := role["Policies"].([]any)
		statement := text(at(role, "Policies", 0, "PolicyDocument", "Statement"))
		if len(policies) != 1 || !strings.HasPrefix(statement, `[{"Action":"execute-api:Invoke","Effect":"Allow"`) || !strings.HasSuffix(statement, `,"`+c.path+`"]]}}]`) {
			t.Errorf("%s: %s may do %s, want to invoke %s", c.kind, c.role, text(policies), c.path)
		}
	}
}

func named(t *testing.T, template template, name string) map[string]any {
	t.Helper()
	for _, role := range template.of("AWS::IAM::Role") {
		if role.Properties["RoleName"] == name {
			return role.Properties
		}
	}
	t.Fatalf("no role %s", name)
	return nil
}

// The identity provider's name keeps the slash at its end.
func TestFederationProvider(t *testing.T) {
	got := text(federated(t, "oidc").one(t, "AWS::IAM::OIDCProvider").Properties["Url"])
	if got != `"https://securedpets.eu.auth0.com/"` {
		t.Errorf("provider %s", got)
	}
	if federated(t, "saml").one(t, "AWS::IAM::SAMLProvider").Properties["SamlMetadataDocument"] == nil {
		t.Error("provider without metadata")
	}
}

// The second API serves the roles' routes to signed requests. Only its functions
// accept a request that IAM authorized.
func TestSignedAPI(t *testing.T) {
	template := federated(t, "oidc")
	var served, want []string
	for _, route := range template.of("AWS::ApiGatewayV2::Route") {
		served = append(served, text(route.Properties["RouteKey"])+" "+text(route.Properties["AuthorizationType"])+" "+folderOf(template, route))
	}
	for _, route := range []contract.Route{contract.UpdatePets, contract.PurchasePet} {
		want = append(want, text(route.Key())+` "AWS_IAM" `+route.Function.Folder)
	}
	slices.Sort(served)
	slices.Sort(want)
	if !slices.Equal(served, want) {
		t.Errorf("the signed API serves %q, want %q: correct federatedRoles in infra/cdk/federation.go", served, want)
	}
	for id, function := range template.of("AWS::Lambda::Function") {
		if at(function.Properties, "Environment", "Variables", contract.SettingIAMAuthorized) != "true" {
			t.Errorf("%s refuses requests that IAM authorized", id)
		}
	}
	for id, function := range load(t, optionalStacks(t, "oidc"), stackID).of("AWS::Lambda::Function") {
		if at(function.Properties, "Environment", "Variables", contract.SettingIAMAuthorized) != nil {
			t.Errorf("%s of the first API accepts requests that IAM authorized", id)
		}
	}
}

// Each user has one folder; a session without a user has none.
func TestUserFolders(t *testing.T) {
	for kind, want := range map[string]struct{ folder, condition string }{
		"oidc": {`/users/${aws:PrincipalTag/user}/*`, `{"StringLike":{"aws:PrincipalTag/user":"?*"}}`},
		"saml": {`/users/${saml:sub}/*`, `{"StringLike":{"saml:sub":"?*"}}`},
	} {
		allowed := 0
		for _, policy := range federated(t, kind).of("AWS::S3::BucketPolicy") {
			statements, _ := at(policy.Properties, "PolicyDocument", "Statement").([]any)
			for _, s := range statements {
				if at(s, "Effect") != "Allow" || at(s, "Principal", "Service") != nil {
					continue
				}
				allowed++
				if text(at(s, "Action")) != `["s3:DeleteObject","s3:GetObject","s3:PutObject"]` ||
					text(at(s, "Condition")) != want.condition || !strings.HasSuffix(text(at(s, "Resource")), want.folder+`"]]}`) {
					t.Errorf("%s: %s", kind, text(s))
				}
			}
		}
		if allowed != 1 {
			t.Errorf("%s: %d statements allow users, want 1", kind, allowed)
		}
	}
}

// Every protected route of the contract, and no other, is a method behind the
// project's authorizer, whose responses are not cached.
func TestRestAPI(t *testing.T) {
	template := load(t, optionalStacks(t, "oidc"), restID)
	var got, want []string
	for _, route := range contract.Routes() {
		if !route.Public() {
			want = append(want, text(route.Method)+" "+route.Path)
		}
	}
	for id, method := range template.of("AWS::ApiGateway::Method") {
		p := method.Properties
		address, _ := at(p, "Integration", "Uri", "Fn::Join", 1).([]any)
		_, path, _ := strings.Cut(text(address[len(address)-1]), "/")
		got = append(got, text(p["HttpMethod"])+" /"+strings.Trim(path, `"`))
		if p["AuthorizationType"] != "CUSTOM" || at(p, "AuthorizerId", "Ref") == nil || at(p, "Integration", "Type") != "HTTP_PROXY" {
			t.Errorf("%s: %s", id, text(p))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("methods %q, want %q: correct newRest in infra/cdk/lambdaauthorizer.go", got, want)
	}
	authorizer := template.one(t, "AWS::ApiGateway::Authorizer").Properties
	if authorizer["AuthorizerResultTtlInSeconds"] != 0.0 || authorizer["IdentitySource"] != "method.request.header.Authorization" {
		t.Errorf("authorizer %s", text(authorizer))
	}
	function := template.one(t, "AWS::Lambda::Function")
	checkEnvironmentNames(t, "authorizer", function.Properties, "JWT_AUDIENCE JWT_ISSUER LOG_LEVEL")
	if function.Metadata["local:goPackage"] != "./functions/authorizer" {
		t.Errorf("authorizer is %v", function.Metadata)
	}
}

func TestPathParameters(t *testing.T) {
	for path, want := range map[string]string{
		"/pets":                `{} {}`,
		"/pets/{id}":           `{"method.request.path.id":true} {"integration.request.path.id":"method.request.path.id"}`,
		"/a/{proxy+}":          `{"method.request.path.proxy":true} {"integration.request.path.proxy":"method.request.path.proxy"}`,
		"/pets/{id}/toys/{to}": `{"method.request.path.id":true,"method.request.path.to":true} {"integration.request.path.id":"method.request.path.id","integration.request.path.to":"method.request.path.to"}`,
	} {
		declared, passed := pathParameters(path)
		if got := text(declared) + " " + text(passed); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
