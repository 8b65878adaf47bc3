package jwtauth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

type requestIDKey struct{}

// The event of a verification shows whose request was decided, and where.
func TestEventOfAVerification(t *testing.T) {
	issuer := newIssuer(t)
	subject := "auth0|alice"
	hash := (&jwtauth.Token{Issuer: issuer.URL, Subject: subject}).SubjectHash()
	var got []jwtauth.Event
	observe := func(e jwtauth.Event) { got = append(got, e) }
	v := issuer.NewVerifier(jwtauth.Config{Observe: observe, CacheSize: 2})
	issuers, err := jwtauth.NewIssuers(v)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(t.Context(), requestIDKey{}, "request-1")
	good := issuer.Token(jwtauthtest.Claim("sub", subject))
	for name, c := range map[string]struct {
		ctx         context.Context //nolint:containedctx // a case of the table
		token       string
		route, hash string
		err         error
	}{
		"good":              {jwtauth.WithRoute(ctx, "GET /pets"), good, "GET /pets", hash, nil},
		"good, from cache":  {jwtauth.WithRoute(ctx, "GET /pets"), good, "GET /pets", hash, nil},
		"no route":          {ctx, good, "", hash, nil},
		"expired":           {jwtauth.WithRoute(ctx, "GET /pets"), issuer.Token(jwtauthtest.ExpiresIn(-time.Hour)), "GET /pets", "", jwtauth.TokenExpired},
		"malformed":         {jwtauth.WithRoute(ctx, "GET /pets"), "x", "GET /pets", "", jwtauth.InvalidToken},
		"of another issuer": {ctx, jwtauthtest.NewIssuer(t).Token(), "", "", jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, verify := range map[string]func(context.Context, string) (*jwtauth.Token, error){"Verifier": v.Verify, "Issuers": issuers.Verify} {
				got = nil
				if _, err := verify(c.ctx, c.token); !errors.Is(err, c.err) {
					t.Fatalf("%s: error %v, want %v", kind, err, c.err)
				}
				if len(got) != 1 || got[0].Outcome != jwtauth.Label(c.err) || got[0].Route != c.route || got[0].SubjectHash != c.hash {
					t.Fatalf("%s: events %+v", kind, got)
				}
				if got[0].Context.Value(requestIDKey{}) != "request-1" {
					t.Errorf("%s: the event has another context", kind)
				}
			}
		})
	}
}

// The hash differs for equal subjects of two issuers, wherever the border between both texts is.
func TestSubjectHash(t *testing.T) {
	hashes := map[string]string{}
	for _, token := range []*jwtauth.Token{
		{Issuer: "https://a.example/", Subject: "1"},
		{Issuer: "https://b.example/", Subject: "1"},
		{Issuer: "https://a.example/", Subject: "2"},
		{Issuer: "https://a.example", Subject: "/1"},
		{Issuer: "https://a.example/1", Subject: ""},
	} {
		hash := token.SubjectHash()
		if len(hash) != 32 || hash != (&jwtauth.Token{Issuer: token.Issuer, Subject: token.Subject, ID: "other"}).SubjectHash() {
			t.Errorf("hash of %+v is %s", token, hash)
		}
		if other, ok := hashes[hash]; ok {
			t.Errorf("%s and %s %s have one hash", other, token.Issuer, token.Subject)
		}
		hashes[hash] = token.Issuer + " " + token.Subject
	}
	if got := (*jwtauth.Token)(nil).SubjectHash(); got != "" {
		t.Errorf("hash of no token is %q", got)
	}
}
