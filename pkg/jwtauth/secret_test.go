package jwtauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// secret is put into every input. It is found again even in parts, or spelled as base64url.
const secret = "s3cr3t-Hunter2-s3cr3t"

func leaks(text string) bool {
	for _, part := range []string{"Hunter2", "s3cr3t", "SHVudGVy", "h1bnRlcj", "IdW50ZXIy"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// TestNoSecretOfTokens feeds the secret into every field, and finds it in no error, in no text made
// of one, and in no event.
func TestNoSecretOfTokens(t *testing.T) {
	issuer := newIssuer(t)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	said := func(what string, err error) {
		log.Info(what, slog.Any("error", err), slog.String("label", jwtauth.Label(err)))
		fmt.Fprintf(&out, "%v %+v %#v %q\n", err, err, err, err)
		for ; err != nil; err = errors.Unwrap(err) {
			fmt.Fprintln(&out, err)
		}
	}
	observe := func(e jwtauth.Event) {
		fmt.Fprintf(&out, "%+v %#v\n", e, e)
		said("observed", e.Err)
	}
	keys := issuer.KeySet(jwtauth.RemoteConfig{Observe: observe})
	v, err := jwtauth.New(jwtauth.Config{
		Issuer: issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: issuer.Now, Observe: observe, CacheSize: 8, Permissions: true,
	}, keys)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range secretTokens(issuer) {
		_, err := v.Verify(t.Context(), token)
		said(name, err)
		_, err = jwtauth.ParseBearer(token)
		said(name, err)
		_, err = jwtauth.ParseBearer("Bearer " + token + " " + secret)
		said(name, err)
	}
	said("decode", decodeSecret(t, issuer))
	if leaks(out.String()) {
		for line := range strings.Lines(out.String()) {
			if leaks(line) {
				t.Fatal(line)
			}
		}
	}
}

// secretTokens has the secret in each part of a token, good and bad.
func secretTokens(issuer *jwtauthtest.Issuer) map[string]string {
	tokens := map[string]string{
		"text": secret, "segments": secret + "." + secret + "." + secret, "good": issuer.Token(jwtauthtest.Claim("x", secret)),
		"header JSON":  issuer.Token(jwtauthtest.HeaderJSON(secret)),
		"claims JSON":  issuer.Token(jwtauthtest.ClaimsJSON(`{"` + secret + `":"` + secret)),
		"claim twice":  issuer.Token(jwtauthtest.ClaimsJSON(`{"` + secret + `":1,"` + secret + `":1}`)),
		"header twice": issuer.Token(jwtauthtest.HeaderJSON(`{"` + secret + `":1,"` + secret + `":1}`)),
		"signature":    issuer.Token(jwtauthtest.Signature(func(string) []byte { return []byte(secret) })),
		"a number":     issuer.Token(jwtauthtest.Claim("exp", secret)),
	}
	for _, name := range []string{"alg", "kid", "typ", "cty", "crit", "jku", "x5u", "jwk", "enc", "zip", "b64"} {
		tokens["header "+name] = issuer.Token(jwtauthtest.Header(name, secret))
	}
	for _, name := range []string{
		"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "client_id", "scope", "scp", "permissions", "nonce", "events", "token_use", "typ",
	} {
		tokens["claim "+name] = issuer.Token(jwtauthtest.Claim(name, secret))
		tokens["claim "+name+" in a list"] = issuer.Token(jwtauthtest.Claim(name, []any{secret, 1}))
	}
	return tokens
}

func decodeSecret(t *testing.T, issuer *jwtauthtest.Issuer) error {
	t.Helper()
	var into struct {
		X int `json:"x"`
	}
	token, err := issuer.Verifier().Verify(t.Context(), issuer.Token(jwtauthtest.Claim("x", secret)))
	if err != nil {
		t.Fatal(err)
	}
	return token.Claims(&into)
}

// TestNoSecretOfKeySets puts the secret into everything that an issuer sends, or the key set of
// another package returns.
func TestNoSecretOfKeySets(t *testing.T) {
	var out strings.Builder
	for name, fault := range map[string]http.Handler{
		"status":    respondWith(500, secret, "X", secret),
		"body":      respondWith(200, `{"keys":"`+secret+`"}`),
		"redirect":  respondWith(302, "", "Location", "https://"+secret+".example/"+secret),
		"discovery": document(`{"issuer":"ISSUER","jwks_uri":"` + secret + `"}`),
	} {
		issuer := newIssuer(t)
		issuer.Respond(fault)
		keys := issuer.KeySet(jwtauth.RemoteConfig{URL: issuer.URL + secret + "?" + secret, Observe: func(e jwtauth.Event) {
			fmt.Fprintf(&out, "%s %+v\n", name, e)
		}})
		_, err := keys.Key(t.Context(), secret)
		fmt.Fprintf(&out, "%s %v %+v %v\n", name, err, keys.Status(), keys.Preload([]byte(secret)))
		_, err = issuer.KeySet(jwtauth.RemoteConfig{}).Key(t.Context(), secret)
		fmt.Fprintln(&out, name, err)
	}
	_, err := jwtauth.ParseKeySet([]byte(`{"keys":[{"kty":"RSA","kid":"` + secret + `","n":"` + secret + `"}]}`))
	fmt.Fprintln(&out, err)
	issuer := newIssuer(t)
	v, err := jwtauth.New(jwtauth.Config{Issuer: issuer.URL, Audiences: []string{"a"}}, failing{errors.New(secret)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = v.Verify(t.Context(), issuer.Token())
	fmt.Fprintln(&out, err)
	if leaks(out.String()) {
		t.Error(out.String())
	}
}

// failing is a key set with one result.
type failing struct{ err error }

func (f failing) Key(context.Context, string) (*jwtauth.Key, error) { return nil, f.err }

// TestForeignKeySet: in doubt a token is neither accepted nor called forged.
func TestForeignKeySet(t *testing.T) {
	issuer := newIssuer(t)
	for name, c := range map[string]struct{ says, want error }{
		"no such key":     {jwtauth.ErrUnknownKey, jwtauth.InvalidSignature},
		"wrapped":         {fmt.Errorf("mine: %w", jwtauth.ErrUnknownKey), jwtauth.InvalidSignature},
		"unavailable":     {jwtauth.ErrKeysUnavailable, jwtauth.ErrKeysUnavailable},
		"something else":  {errors.New("disk on fire"), jwtauth.ErrKeysUnavailable},
		"the caller left": {context.Canceled, jwtauth.ErrKeysUnavailable},
		"nothing at all":  {nil, jwtauth.ErrKeysUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := jwtauth.New(jwtauth.Config{Issuer: issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: issuer.Now}, failing{c.says})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, v, issuer.Token(), c.want)
		})
	}
}

func TestLabel(t *testing.T) {
	for want, err := range map[string]error{
		"ok": nil, "missing_token": jwtauth.MissingToken, "token_expired": fmt.Errorf("x: %w", jwtauth.TokenExpired),
		"jwks_unavailable": fmt.Errorf("x: %w", jwtauth.ErrKeysUnavailable), "error": errors.New("x"),
		"forbidden": jwtauth.Forbidden, "insufficient_scope": jwtauth.InsufficientScope,
	} {
		if got := jwtauth.Label(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
