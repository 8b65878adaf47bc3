package main

import (
	"errors"
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	with := func(key, value string) map[string]any { return map[string]any{key: value} }
	for _, c := range []struct {
		name    string
		env     string
		changes map[string]any
		wantErr error
	}{
		{"dev", "dev", nil, nil},
		{"prod", "prod", nil, nil},

		// There are two environments.
		{"unknown environment", "staging", nil, ErrEnvironment},
		{"empty environment", "", nil, ErrEnvironment},

		// A token's iss is compared exactly.
		{"no issuer", "dev", map[string]any{"issuer": nil}, ErrIssuer},
		{"empty issuer", "dev", with("issuer", " "), ErrIssuer},
		{"issuer over http", "dev", with("issuer", "http://securedpets.eu.auth0.com/"), ErrIssuer},
		{"issuer is a name", "dev", with("issuer", "securedpets.eu.auth0.com"), ErrIssuer},
		{"issuer with query", "dev", with("issuer", "https://securedpets.eu.auth0.com/?a=b"), ErrIssuer},
		{"two issuers", "dev", with("issuer", "https://a.auth0.com/,https://b.auth0.com/"), ErrIssuer},
		{"Auth0 without slash", "dev", with("issuer", "https://securedpets.eu.auth0.com"), ErrIssuer},
		{"custom domain without slash", "dev", with("issuer", "https://login.pets.example"), ErrIssuer},
		{"custom domain", "dev", with("issuer", "https://login.pets.example/"), nil},
		{"Cognito with slash", "dev", with("issuer", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc/"), ErrIssuer},
		{"Cognito", "dev", with("issuer", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"), nil},
		{"Okta with slash", "dev", with("issuer", "https://pets.okta.com/oauth2/default/"), ErrIssuer},
		{"Okta", "dev", with("issuer", "https://pets.okta.com/oauth2/default"), nil},
		{"a host that only looks like Auth0's", "dev", with("issuer", "https://evil-auth0.com.example"), ErrIssuer},
		{"another issuer as written", "dev", map[string]any{"issuer": "https://id.pets.example/realms/pets", "provider": "oidc"}, nil},
		{"another issuer is still checked", "dev", map[string]any{"issuer": "https://pets.eu.auth0.com", "provider": "oidc"}, ErrIssuer},
		{"unknown provider", "dev", with("provider", "keycloak"), ErrIssuer},

		// Without an audience, any token of the tenant would be accepted.
		{"no audience", "dev", map[string]any{"audience": nil}, ErrAudience},
		{"audience of commas", "dev", with("audience", " , ,"), ErrAudience},
		{"two audiences", "dev", with("audience", "https://api.securedpets.example,https://other.example"), nil},
		{"audience is not a string", "dev", map[string]any{"audience": []any{"a"}}, ErrSetting},

		{"empty client id", "dev", with("clientId", ""), ErrClientID},
		{"two client ids", "dev", with("clientId", "a,b"), ErrClientID},

		// `*` is an explicit choice in dev, and refused in prod.
		{"any origin in dev", "dev", with("allowedOrigins", "*"), nil},
		{"any origin in prod", "prod", with("allowedOrigins", "*"), ErrOrigins},
		{"any origin among others in prod", "prod", with("allowedOrigins", "https://pets.example,*"), ErrOrigins},
		{"wildcard in prod", "prod", with("allowedOrigins", "https://*.pets.example"), ErrOrigins},
		{"scheme wildcard in prod", "prod", with("allowedOrigins", "https://*"), ErrOrigins},
		{"http in prod", "prod", with("allowedOrigins", "http://pets.example"), ErrOrigins},
		{"no origins", "dev", with("allowedOrigins", ""), ErrOrigins},
		{"origin with slash", "dev", with("allowedOrigins", "https://pets.example/"), ErrOrigins},
		{"origin with path", "dev", with("allowedOrigins", "https://pets.example/shop"), ErrOrigins},
		{"origin is a host", "dev", with("allowedOrigins", "pets.example"), ErrOrigins},
		{"origin null", "prod", with("allowedOrigins", "null"), ErrOrigins},
		{"default origin of prod", "prod", map[string]any{"allowedOrigins": nil}, nil},

		{"keys over http", "dev", with("jwksUrl", "http://keys.example/jwks.json"), ErrJWKSURL},
		{"keys over https", "dev", with("jwksUrl", "https://keys.example/jwks.json"), nil},

		{"no binaries", "dev", with("programs", "testdata/none"), ErrBinaries},
	} {
		t.Run(c.name, func(t *testing.T) {
			context := settings(c.env, c.changes)
			_, err := newConfig(func(key string) any { return context[key] })
			if !errors.Is(err, c.wantErr) {
				t.Fatalf("error %v, want %v", err, c.wantErr)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

// One error has every complaint.
func TestSettingsReportEveryComplaint(t *testing.T) {
	context := map[string]any{"env": "prod", "allowedOrigins": "*", "programs": "testdata/none"}
	_, err := newConfig(func(key string) any { return context[key] })
	for _, want := range []error{ErrIssuer, ErrAudience, ErrOrigins, ErrBinaries} {
		if !errors.Is(err, want) {
			t.Errorf("error %v lacks %v", err, want)
		}
	}
}
