package jwtauth_test

import (
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestRequireAccessTokenType applies RFC 9068 sections 2 and 4.
func TestRequireAccessTokenType(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{RequireAccessTokenType: true})
	typ := func(typ any) jwtauthtest.Edit { return jwtauthtest.Header("typ", typ) }
	for name, c := range map[string]struct {
		edits edits
		want  error
	}{
		"complete":              {nil, nil},
		"application/at+jwt":    {edits{typ("application/at+jwt")}, nil},
		"upper case":            {edits{typ("AT+JWT")}, nil},
		"JWT":                   {edits{typ("JWT")}, jwtauth.InvalidToken},
		"application/jwt":       {edits{typ("application/jwt")}, jwtauth.InvalidToken},
		"no type":               {edits{jwtauthtest.WithoutHeader("typ")}, jwtauth.InvalidToken},
		"another type":          {edits{typ("logout+jwt")}, jwtauth.InvalidToken},
		"no client_id":          {edits{jwtauthtest.Without("client_id")}, jwtauth.InvalidClaims},
		"client_id of a number": {edits{jwtauthtest.Claim("client_id", 5)}, jwtauth.InvalidClaims},
		"azp, no client_id":     {edits{jwtauthtest.Without("client_id"), jwtauthtest.Claim("azp", "c")}, jwtauth.InvalidClaims},
		"no jti":                {edits{jwtauthtest.Without("jti")}, jwtauth.InvalidClaims},
		"jti of null":           {claim("jti", "null"), jwtauth.InvalidClaims},
		"no iat":                {edits{jwtauthtest.Without("iat")}, jwtauth.InvalidClaims},
		"no aud":                {edits{jwtauthtest.Without("aud")}, jwtauth.InvalidClaims},
		"no sub":                {edits{jwtauthtest.Without("sub")}, jwtauth.InvalidClaims},
		"no exp":                {edits{jwtauthtest.Without("exp")}, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			complete := edits{typ("at+jwt"), jwtauthtest.Claim("client_id", "c-1"), jwtauthtest.Claim("jti", "j-1")}
			expect(t, v, issuer.Token(append(complete, c.edits...)...), c.want)
		})
	}
}

// TestTypeIsCheckedBeforeKeys makes sure that no key is fetched for a token of another type.
func TestTypeIsCheckedBeforeKeys(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{RequireAccessTokenType: true})
	expect(t, v, issuer.Token(), jwtauth.InvalidToken)
	if issuer.Fetches() != 0 {
		t.Error("keys were fetched")
	}
}

func TestAllAudiences(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{Audiences: []string{"a", "b"}, AllAudiences: true})
	for name, c := range map[string]struct {
		aud  any
		want error
	}{
		"both":          {[]string{"a", "b"}, nil},
		"another order": {[]string{"b", "x", "a"}, nil},
		"one":           {[]string{"a"}, jwtauth.InvalidClaims},
		"the other":     {"b", jwtauth.InvalidClaims},
		"one twice":     {[]string{"a", "a"}, jwtauth.InvalidClaims},
		"in one string": {"a b", jwtauth.InvalidClaims},
		"neither":       {[]string{"x", "y"}, jwtauth.InvalidClaims},
		"none":          {[]string{}, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, v, issuer.Token(jwtauthtest.Claim("aud", c.aud)), c.want)
		})
	}
}

func TestMaxTokenBytes(t *testing.T) {
	issuer := newIssuer(t)
	of := func(size int) string { return sized(t, issuer, size) }
	small := issuer.NewVerifier(jwtauth.Config{MaxTokenBytes: 1000})
	usual := issuer.Verifier()
	large := issuer.NewVerifier(jwtauth.Config{MaxTokenBytes: 16384, CacheSize: 2})
	for name, c := range map[string]struct {
		v    verifier
		size int
		want error
	}{
		"small":                    {small, 1000, nil},
		"more than the small one":  {small, 1001, jwtauth.InvalidToken},
		"usual":                    {usual, 8192, nil},
		"more than usual":          {usual, 8193, jwtauth.InvalidToken},
		"the least large":          {large, 8193, nil},
		"the largest":              {large, 16384, nil},
		"more than the largest":    {large, 16385, jwtauth.InvalidToken},
		"small for the large one":  {large, 1000, nil},
		"usual, after large ones":  {usual, 8192, nil},
		"large for the usual one":  {usual, 16384, jwtauth.InvalidToken},
		"much more than is usable": {large, 1 << 20, jwtauth.InvalidToken},
	} {
		t.Run(name, func(t *testing.T) { expect(t, c.v, of(c.size), c.want) })
	}
	t.Run("a large header", func(t *testing.T) {
		token := issuer.Token(jwtauthtest.Header("x", strings.Repeat("a", 5<<10)))
		expect(t, large, token, jwtauth.InvalidToken)
	})
}

// TestMaxTokenBytesOfIssuers makes sure that each issuer has its own limit.
func TestMaxTokenBytesOfIssuers(t *testing.T) {
	a, b := newIssuer(t), newIssuer(t)
	both, err := jwtauth.NewIssuers(a.Verifier(), b.NewVerifier(jwtauth.Config{MaxTokenBytes: 10000}))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, both, sized(t, a, 8192), nil)
	expect(t, both, sized(t, a, 8193), jwtauth.InvalidToken)
	expect(t, both, sized(t, b, 10000), nil)
	expect(t, both, sized(t, b, 10001), jwtauth.InvalidToken)
}

// sized returns a good token of exactly this many bytes.
func sized(t *testing.T, issuer *jwtauthtest.Issuer, size int) string {
	t.Helper()
	for header := range 4 { // base64url has no segments of every length
		pad := jwtauthtest.Header("x", strings.Repeat("a", header))
		bare := len(issuer.Token(pad, jwtauthtest.Claim("x", "")))
		for claims := max(0, (size-bare)/4*3-3); claims < (size-bare)/4*3+5; claims++ {
			token := issuer.Token(pad, jwtauthtest.Claim("x", strings.Repeat("a", claims)))
			if len(token) == size {
				return token
			}
		}
	}
	t.Fatal("no token of this size")
	return ""
}

func TestClientID(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	for name, c := range map[string]struct{ claims, want string }{
		"client_id":              {`"client_id":"a","azp":"b","cid":"c","appid":"d"`, "a"},
		"azp":                    {`"azp":"b","cid":"c","appid":"d"`, "b"},
		"cid":                    {`"appid":"d","cid":"c"`, "c"},
		"appid":                  {`"appid":"d"`, "d"},
		"none":                   {`"x":1`, ""},
		"empty client_id":        {`"client_id":"","cid":"c"`, ""},
		"empty azp":              {`"azp":"","appid":"d"`, ""},
		"cid of another meaning": {`"cid":5`, ""},
		"cid of null, appid":     {`"cid":null,"appid":"d"`, "d"},
		"appid in a list":        {`"appid":["d"]`, ""},
		"another case":           {`"CID":"c","appId":"d"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			token := issuer.Token(jwtauthtest.ClaimsJSON(with(payload(issuer, jwtauthtest.Without("azp")), c.claims)))
			got, err := v.Verify(t.Context(), token)
			if err != nil || got.ClientID != c.want {
				t.Errorf("%+v, %v; want client %q", got, err, c.want)
			}
		})
	}
}
