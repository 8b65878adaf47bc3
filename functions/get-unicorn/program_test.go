package main

import (
	"net/http"
	"testing"
	"time"

	"example.com/securedpets/functions/internal/access"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// The keys are there before the first request is.
func TestProgramFetchesKeysAtItsStart(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	asked := make(chan struct{}, 1)
	issuer.Respond(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(issuer.JWKS())
		select {
		case asked <- struct{}{}:
		default:
		}
	}))
	p := ft.Start(t, ft.Compile(t, "."), ft.Identity(issuer), map[string]string{"JWT_JWKS_URL": issuer.JWKSURL()})
	select {
	case <-asked:
	case <-time.After(30 * time.Second):
		t.Fatal("nobody asked for the keys before the first request")
	}
	rider := ft.Bearer(issuer.Token(jwtauthtest.Scopes(access.ReadUnicorn)))
	for range 2 {
		resp, answered := p.Call(t, ft.Event(t, "gaia", rider))
		if !answered {
			t.Fatal("the program died")
		}
		ft.Want(t, "rider", resp, http.StatusOK, `{"name":"Gaia","gift":"Flight"}`)
	}
	if n := issuer.Fetches(); n != 1 {
		t.Errorf("the keys were fetched %d times, want once", n)
	}
}

// An issuer that is down at the start keeps nobody from serving.
func TestProgramStartsWithoutKeys(t *testing.T) {
	issuer := jwtauthtest.NewIssuer(t)
	issuer.Down()
	p := ft.Start(t, ft.Compile(t, "."), ft.Identity(issuer))
	resp, answered := p.Call(t, ft.Event(t, "gaia", ft.Bearer(issuer.Token(jwtauthtest.Scopes(access.ReadUnicorn)))))
	if !answered {
		t.Fatal("the program died")
	}
	ft.Want(t, "no keys", resp, http.StatusServiceUnavailable, `{"message":"Service Unavailable"}`)
}
