package jwtauth_test

import (
	"fmt"

	"example.com/securedpets/pkg/jwtauth"
)

func ExampleConfig_auth0() {
	start(jwtauth.Config{
		Issuer:                 "https://tenant.eu.auth0.com/",
		Audiences:              []string{"https://api.example"},
		RequireAccessTokenType: true, // with the API's profile "JSON Web Token (JWT) Profile"
	})
	// Output: tokens of https://tenant.eu.auth0.com/
}

func ExampleConfig_cognito() {
	start(jwtauth.Config{
		Issuer:           "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE",
		Audiences:        []string{"xxxxxxxxxxxxexample"}, // the app client's id
		ClientIDAudience: true,
		ScopeClaim:       "cognito:groups",
	})
	// Output: tokens of https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE
}

func ExampleConfig_okta() {
	start(jwtauth.Config{
		Issuer:    "https://example.okta.com/oauth2/default",
		Audiences: []string{"api://default"},
	})
	// Output: tokens of https://example.okta.com/oauth2/default
}

func ExampleConfig_entra() {
	start(jwtauth.Config{
		Issuer:    "https://login.microsoftonline.com/3f2a1c9e-7b54-4d0a-9c1e-5a2b6c7d8e90/v2.0",
		Audiences: []string{"11112222-bbbb-3333-cccc-4444dddd5555"}, // the API's application id
	})
	// Output: tokens of https://login.microsoftonline.com/3f2a1c9e-7b54-4d0a-9c1e-5a2b6c7d8e90/v2.0
}

func ExampleConfig_entraDaemon() {
	start(jwtauth.Config{
		Issuer:     "https://login.microsoftonline.com/3f2a1c9e-7b54-4d0a-9c1e-5a2b6c7d8e90/v2.0",
		Audiences:  []string{"11112222-bbbb-3333-cccc-4444dddd5555"},
		ScopeClaim: "roles",
	})
	// Output: tokens of https://login.microsoftonline.com/3f2a1c9e-7b54-4d0a-9c1e-5a2b6c7d8e90/v2.0
}

func ExampleConfig_keycloak() {
	start(jwtauth.Config{
		Issuer:     "https://sso.example/realms/pets",
		Audiences:  []string{"pets-api"}, // of an audience mapper
		ScopeClaim: "realm_access.roles",
	})
	// Output: tokens of https://sso.example/realms/pets
}

func ExampleConfig_googleServiceAccount() {
	start(jwtauth.Config{
		Issuer:    "https://accounts.google.com",
		Audiences: []string{"https://pets-abc123-ew.a.run.app"}, // then compare the email claim
	})
	// Output: tokens of https://accounts.google.com
}

func ExampleConfig_gitHubActions() {
	start(jwtauth.Config{
		Issuer:    "https://token.actions.githubusercontent.com",
		Audiences: []string{"https://pets.example"}, // then compare Token.Subject
	})
	// Output: tokens of https://token.actions.githubusercontent.com
}

// start makes a verifier as a service does.
func start(cfg jwtauth.Config) {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: cfg.Issuer})
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := jwtauth.New(cfg, keys)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("tokens of", verifier.Issuer())
}
