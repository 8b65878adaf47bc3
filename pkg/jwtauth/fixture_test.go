package jwtauth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// noon is when everything here happens, unless a test says otherwise.
var noon = time.Unix(1_800_000_000, 0)

// newIssuer is an issuer whose clock stands still.
func newIssuer(tb testing.TB) *jwtauthtest.Issuer {
	tb.Helper()
	i := jwtauthtest.NewIssuer(tb)
	i.Now = func() time.Time { return noon }
	return i
}

// edits are what makes one token of a table.
type edits = []jwtauthtest.Edit

// claim is a payload with one claim replaced; value is JSON text.
func claim(name, value string) edits {
	return edits{jwtauthtest.Claim(name, jsonText(value))}
}

type jsonText string

func (j jsonText) MarshalJSON() ([]byte, error) { return []byte(j), nil }

// expect fails the test unless the token is refused for this reason; nil means accepted.
func expect(t *testing.T, v verifier, token string, want error) {
	t.Helper()
	got, err := v.Verify(t.Context(), token)
	if !errors.Is(err, want) || (want == nil) != (err == nil) {
		t.Errorf("refused with %v, want %v", err, want)
	}
	if (got == nil) != (err != nil) {
		t.Errorf("token %v and error %v", got != nil, err)
	}
}

type verifier interface {
	Verify(ctx context.Context, raw string) (*jwtauth.Token, error)
}

// segments splits a token at its dots.
func segments(token string) (header, payload, signature string) {
	parts := strings.Split(token, ".")
	return parts[0], parts[1], parts[2]
}
