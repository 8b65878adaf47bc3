package jwtauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"example.com/securedpets/pkg/jwtauth"
)

// A service makes its verifier once. Hydrate fetches the keys before the first request; its failure
// is no reason not to start.
func Example() {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: "https://tenant.example/"})
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := jwtauth.New(jwtauth.Config{
		Issuer:    "https://tenant.example/",
		Audiences: []string{"https://api.example"},
	}, keys)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = verifier.Verify(context.Background(), "not.a.token")
	fmt.Println(err)
	// Output: invalid_token: not three base64url segments
}

func ExampleParseBearer() {
	for _, header := range []string{"Bearer aaa.bbb.ccc", "", "Basic dTpw", "Bearer aaa,Bearer bbb"} {
		token, err := jwtauth.ParseBearer(header)
		fmt.Printf("%q %v\n", token, err)
	}
	// Output:
	// "aaa.bbb.ccc" <nil>
	// "" missing_token: no bearer credentials
	// "" missing_token: no bearer credentials
	// "" invalid_token: the Authorization header is not one bearer token
}

// The response depends on the kind of error.
func ExampleVerifier_Verify() {
	status := func(err error) int {
		switch {
		case err == nil:
			return http.StatusOK
		case errors.Is(err, jwtauth.ErrKeysUnavailable):
			return http.StatusServiceUnavailable
		case errors.Is(err, jwtauth.InsufficientScope), errors.Is(err, jwtauth.Forbidden):
			return http.StatusForbidden
		}
		return http.StatusUnauthorized
	}
	fmt.Println(status(jwtauth.TokenExpired), status(jwtauth.InsufficientScope), status(jwtauth.ErrKeysUnavailable))
	// Output: 401 403 503
}

// A function that starts often can contain keys, for the time until its issuer has responded.
func ExampleRemoteKeySet_Preload() {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: "https://tenant.example/"})
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.ReadFile("testdata/no-such-file.json")
	if err == nil {
		err = keys.Preload(file)
	}
	fmt.Println("keys:", keys.Status().Keys, "preloaded:", err == nil)
	// Output: keys: 0 preloaded: false
}

// All complaints about a configuration come at once.
func ExampleNew() {
	_, err := jwtauth.New(jwtauth.Config{Issuer: "http://tenant.example", Algorithms: []string{"HS256"}}, nil)
	fmt.Println(err)
	// Output: jwtauth: Issuer: must be an https URL, or an http URL of a loopback host, without user and fragment
	// jwtauth: Algorithms: "HS256" is not an asymmetric signature algorithm
	// jwtauth: Audiences is required: a token for another API must not pass
	// jwtauth: a KeySet is required
}
