package dpop_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

const (
	origin = "https://api.example"
	path   = "/pets/7"
	uri    = origin + path
)

// noon is when everything here happens, unless a test says otherwise.
var noon = time.Unix(1_800_000_000, 0)

func atNoon() time.Time { return noon }

// client is a client with a key, a token that is bound to it, and the issuer of the token.
type client struct {
	issuer *jwtauthtest.Issuer
	key    *jwtauthtest.Key
	raw    string
	token  *jwtauth.Token
}

func newClient(tb testing.TB, algorithm string) *client {
	tb.Helper()
	issuer := jwtauthtest.NewIssuer(tb)
	issuer.Now = atNoon
	c := &client{issuer: issuer, key: issuer.NewKey("client", algorithm)}
	c.raw = issuer.Token(jwtauthtest.BoundTo(c.key))
	v := issuer.NewVerifier(jwtauth.Config{Confirmations: []string{jwtauth.ConfirmationDPoP}})
	token, err := v.Verify(tb.Context(), c.raw)
	if err != nil {
		tb.Fatal(err)
	}
	c.token = token
	return c
}

// proof returns a proof for GET of uri, changed by the edits.
func (c *client) proof(edits ...jwtauthtest.Edit) string {
	return c.issuer.Proof(c.key, "GET", uri, c.raw, edits...)
}

// request is a GET of uri with these proofs.
func (c *client) request(proofs ...string) jwtauth.Presentation {
	return jwtauth.Presentation{Token: c.token, Raw: c.raw, Proofs: proofs, Method: "GET", Path: path}
}

// newVerifier fills in what cfg does not have.
func newVerifier(tb testing.TB, cfg dpop.Config) *dpop.Verifier {
	tb.Helper()
	if cfg.Origins == nil {
		cfg.Origins = []string{origin}
	}
	if cfg.Now == nil {
		cfg.Now = atNoon
	}
	if cfg.Replay == nil {
		cfg.Replay = &dpop.MemoryStore{Now: cfg.Now}
	}
	v, err := dpop.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// expect fails the test unless the error has this text; an empty one means accepted. Each refusal
// must be both a Code and a Refusal.
func expect(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		if want != "" {
			t.Errorf("accepted, want %q", want)
		}
		return
	}
	if err.Error() != want {
		t.Errorf("refused with %q, want %q", err, want)
	}
	var code dpop.Code
	if !errors.As(err, &code) || !errors.Is(err, jwtauth.InvalidToken) || errors.Is(err, jwtauth.ErrKeysUnavailable) {
		t.Errorf("%v is not a refusal with a code", err)
	}
}

// anyStore records nothing: each proof is the first.
type anyStore struct{}

func (anyStore) Use(context.Context, [32]byte, time.Time) (bool, error) { return true, nil }
