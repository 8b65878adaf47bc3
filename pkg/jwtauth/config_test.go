package jwtauth_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestNewComplains wants every fault named at once, and no verifier.
func TestNewComplains(t *testing.T) {
	issuer := newIssuer(t)
	keys, other := issuer.KeySet(jwtauth.RemoteConfig{}), newIssuer(t).KeySet(jwtauth.RemoteConfig{})
	good := jwtauth.Config{Issuer: issuer.URL, Audiences: []string{"a"}}
	for name, c := range map[string]struct {
		edit func(*jwtauth.Config)
		keys jwtauth.KeySet
		want []string
	}{
		"good":              {func(*jwtauth.Config) {}, keys, nil},
		"nothing set":       {func(c *jwtauth.Config) { *c = jwtauth.Config{} }, nil, []string{"Issuer is required", "Audiences is required", "KeySet is required"}},
		"empty audience":    {func(c *jwtauth.Config) { c.Audiences = []string{"a", ""} }, keys, []string{"empty entry"}},
		"plain http":        {func(c *jwtauth.Config) { c.Issuer = "http://issuer.example/" }, issuerless(t), []string{"https"}},
		"not a URL":         {func(c *jwtauth.Config) { c.Issuer = "issuer" }, issuerless(t), []string{"https"}},
		"user in the URL":   {func(c *jwtauth.Config) { c.Issuer = "https://u:p@issuer.example/" }, issuerless(t), []string{"https"}},
		"fragment":          {func(c *jwtauth.Config) { c.Issuer = "https://issuer.example/#x" }, issuerless(t), []string{"https"}},
		"query":             {func(c *jwtauth.Config) { c.Issuer = "https://issuer.example/?x" }, issuerless(t), []string{"query"}},
		"localhost":         {func(c *jwtauth.Config) { c.Issuer = "http://localhost:9000/" }, issuerless(t), nil},
		"IPv6 loopback":     {func(c *jwtauth.Config) { c.Issuer = "http://[::1]:9000/" }, issuerless(t), nil},
		"127.9.9.9":         {func(c *jwtauth.Config) { c.Issuer = "http://127.9.9.9/" }, issuerless(t), nil},
		"localhost.evil":    {func(c *jwtauth.Config) { c.Issuer = "http://localhost.evil.example/" }, issuerless(t), []string{"https"}},
		"another issuer":    {func(*jwtauth.Config) {}, other, []string{"another issuer"}},
		"a shared secret":   {func(c *jwtauth.Config) { c.Algorithms = []string{"RS256", "HS256"} }, keys, []string{`"HS256"`}},
		"no signature":      {func(c *jwtauth.Config) { c.Algorithms = []string{"none"} }, keys, []string{`"none"`}},
		"no such profile":   {func(c *jwtauth.Config) { c.Profile = 7 }, keys, []string{"Profile"}},
		"negative leeway":   {func(c *jwtauth.Config) { c.Leeway = -1 }, keys, []string{"Leeway"}},
		"an hour of leeway": {func(c *jwtauth.Config) { c.Leeway = time.Hour }, keys, []string{"Leeway"}},
		"5 min of leeway":   {func(c *jwtauth.Config) { c.Leeway = 5 * time.Minute }, keys, nil},
		"a little more":     {func(c *jwtauth.Config) { c.Leeway = 5*time.Minute + 1 }, keys, []string{"Leeway"}},
		"negative cache":    {func(c *jwtauth.Config) { c.CacheSize = -1 }, keys, []string{"CacheSize"}},
		"the largest cache": {func(c *jwtauth.Config) { c.CacheSize = 1024 }, keys, nil},
		"no host":           {func(c *jwtauth.Config) { c.Issuer = "https:///" }, issuerless(t), []string{"https"}},
		"empty query":       {func(c *jwtauth.Config) { c.Issuer = "https://issuer.example/?" }, issuerless(t), []string{"query"}},
		"opaque":            {func(c *jwtauth.Config) { c.Issuer = "https:issuer.example" }, issuerless(t), []string{"https"}},
		"another scheme":    {func(c *jwtauth.Config) { c.Issuer = "ftp://localhost/" }, issuerless(t), []string{"https"}},
		"zone of loopback":  {func(c *jwtauth.Config) { c.Issuer = "http://[::1%25lo]/" }, issuerless(t), []string{"https"}},
		"negative age":      {func(c *jwtauth.Config) { c.MaxAge = -1 }, keys, []string{"MaxAge"}},
		"too large a cache": {func(c *jwtauth.Config) { c.CacheSize = 1025 }, keys, []string{"CacheSize"}},
		"negative size":     {func(c *jwtauth.Config) { c.MaxTokenBytes = -1 }, keys, []string{"MaxTokenBytes"}},
		"16 KiB":            {func(c *jwtauth.Config) { c.MaxTokenBytes = 16384 }, keys, nil},
		"more than 16 KiB":  {func(c *jwtauth.Config) { c.MaxTokenBytes = 16385 }, keys, []string{"MaxTokenBytes"}},
		"nested scopes":     {func(c *jwtauth.Config) { c.ScopeClaim = "realm_access.roles" }, keys, nil},
		"scopes of a URL":   {func(c *jwtauth.Config) { c.ScopeClaim = "https://api.example/roles" }, keys, nil},
		"scopes of a dot":   {func(c *jwtauth.Config) { c.ScopeClaim = "." }, keys, []string{"ScopeClaim"}},
		"scopes, dot first": {func(c *jwtauth.Config) { c.ScopeClaim = ".roles" }, keys, []string{"ScopeClaim"}},
		"scopes, dot last":  {func(c *jwtauth.Config) { c.ScopeClaim = "roles." }, keys, []string{"ScopeClaim"}},
		"scopes of aud":     {func(c *jwtauth.Config) { c.ScopeClaim = "aud" }, keys, []string{"aud does not say"}},
		"scopes of jti":     {func(c *jwtauth.Config) { c.ScopeClaim = "jti" }, keys, []string{"jti does not say"}},
		"at+jwt, ID tokens": {
			func(c *jwtauth.Config) { c.RequireAccessTokenType, c.Profile = true, jwtauth.IDToken }, keys,
			[]string{"RequireAccessTokenType would refuse"},
		},
		"at+jwt without aud": {
			func(c *jwtauth.Config) { c.RequireAccessTokenType, c.ClientIDAudience = true, true }, keys,
			[]string{"ClientIDAudience would accept"},
		},
		"all audiences of none": {
			func(c *jwtauth.Config) { c.AllAudiences, c.ClientIDAudience = true, true }, keys,
			[]string{"ClientIDAudience would accept"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			c.edit(&cfg)
			v, err := jwtauth.New(cfg, c.keys)
			if (err == nil) != (len(c.want) == 0) || (v == nil) != (err != nil) {
				t.Fatalf("verifier %v, error %v", v != nil, err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not mention %q", err, want)
				}
			}
		})
	}
}

// TestImpossibleIssuers wants the message to say what to use instead.
func TestImpossibleIssuers(t *testing.T) {
	const (
		template = "jwtauth: Issuer: is a template: use the URL with the tenant's id in place of the braces, " +
			"and NewIssuers for several tenants"
		document = "jwtauth: Issuer: is the URL of a document: use the part before /.well-known/"
		tenant   = "/: use https://login.microsoftonline.com/TENANT-ID/v2.0, and NewIssuers for several tenants"
		personal = "jwtauth: Issuer: no token names /consumers/: use " +
			"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0, the tenant of personal accounts"
	)
	for issuer, want := range map[string]string{
		"https://login.microsoftonline.com/common/v2.0":                       "jwtauth: Issuer: no token names /common" + tenant,
		"https://login.microsoftonline.com/common/":                           "jwtauth: Issuer: no token names /common" + tenant,
		"https://LOGIN.microsoftonline.com/Common":                            "jwtauth: Issuer: no token names /common" + tenant,
		"https://login.microsoftonline.us/organizations/v2.0":                 "jwtauth: Issuer: no token names /organizations" + tenant,
		"https://login.partner.microsoftonline.cn/common/v2.0":                "jwtauth: Issuer: no token names /common" + tenant,
		"https://sts.windows.net/common/":                                     "jwtauth: Issuer: no token names /common" + tenant,
		"https://login.microsoftonline.com/consumers/v2.0":                    personal,
		"https://login.microsoftonline.com/{tenantid}/v2.0":                   template,
		"https://sts.windows.net/{tenantid}/":                                 template,
		"https://{tenant}.auth0.com/":                                         template,
		"https://tenant.example/.well-known/jwks.json":                        document,
		"https://tenant.example/realms/pets/.well-known/openid-configuration": document,
		// Those that tokens do name.
		"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": "",
		"https://login.microsoftonline.com/contoso/v2.0":                              "",
		"https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/":               "",
		"https://idp.example/common/":                                                 "",
		"https://idp.example/x/common/":                                               "",
	} {
		t.Run(issuer, func(t *testing.T) {
			_, err := jwtauth.New(jwtauth.Config{Issuer: issuer, Audiences: []string{"a"}}, issuerless(t))
			if got := fmt.Sprint(err); (err != nil || want != "") && got != want {
				t.Errorf("got %v\nwant %s", err, want)
			}
			if _, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: issuer}); (err != nil) != (want != "") {
				t.Errorf("NewRemoteKeySet: %v", err)
			}
		})
	}
}

// issuerless is a key set that any issuer may use.
func issuerless(t *testing.T) jwtauth.KeySet {
	t.Helper()
	keys, err := jwtauth.ParseKeySet(newIssuer(t).JWKS())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestOptions(t *testing.T) {
	issuer := newIssuer(t)
	leeway := issuer.NewVerifier(jwtauth.Config{Leeway: 30 * time.Second})
	age := issuer.NewVerifier(jwtauth.Config{MaxAge: time.Hour})
	both := issuer.NewVerifier(jwtauth.Config{MaxAge: time.Hour, Leeway: 2 * time.Minute})
	client := issuer.NewVerifier(jwtauth.Config{ClientIDAudience: true})
	ends := jwtauthtest.ExpiresIn
	noAudience := jwtauthtest.Without("aud")
	for name, c := range map[string]struct {
		v     verifier
		edits edits
		want  error
	}{
		// Leeway moves every time, in the token's favor only.
		"expired for 29 s":   {leeway, edits{ends(-29 * time.Second)}, nil},
		"expired for 30 s":   {leeway, edits{ends(-30 * time.Second)}, jwtauth.TokenExpired},
		"not before in 30 s": {leeway, claim("nbf", "1800000030"), nil},
		"not before in 31 s": {leeway, claim("nbf", "1800000031"), jwtauth.InvalidClaims},
		"issued in 60 s":     {leeway, claim("iat", "1800000060"), nil},
		"issued in 61 s":     {leeway, claim("iat", "1800000061"), jwtauth.InvalidClaims},
		// MaxAge shortens the life of a token, and needs to know when that began.
		"issued 59 minutes ago": {age, claim("iat", "1799996460"), nil},
		"issued an hour ago":    {age, claim("iat", "1799996400"), jwtauth.TokenExpired},
		"no iat":                {age, edits{jwtauthtest.Without("iat")}, jwtauth.InvalidClaims},
		"an hour and 119 s ago": {both, claim("iat", "1799996281"), nil},
		"an hour and 120 s ago": {both, claim("iat", "1799996280"), jwtauth.TokenExpired},
		"issued in 120 s":       {both, claim("iat", "1800000120"), nil},
		"issued in 121 s":       {both, claim("iat", "1800000121"), jwtauth.InvalidClaims},
		// client_id counts only where there is no aud.
		"client_id alone":      {client, edits{noAudience, jwtauthtest.Claim("client_id", jwtauthtest.Audience)}, nil},
		"another client_id":    {client, edits{noAudience, jwtauthtest.Claim("client_id", "x")}, jwtauth.InvalidClaims},
		"neither":              {client, edits{noAudience}, jwtauth.InvalidClaims},
		"azp is not client_id": {client, edits{noAudience, jwtauthtest.Claim("azp", jwtauthtest.Audience)}, jwtauth.InvalidClaims},
		"client_id, wrong aud": {client, edits{jwtauthtest.AudienceOf("x"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)}, jwtauth.InvalidClaims},
		"client_id, null aud":  {client, edits{jwtauthtest.Claim("aud", nil), jwtauthtest.Claim("client_id", jwtauthtest.Audience)}, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) { expect(t, c.v, issuer.Token(c.edits...), c.want) })
	}
}

func TestAlgorithms(t *testing.T) {
	all := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
	issuer := newIssuer(t)
	for _, alg := range all {
		key := issuer.Rotate(alg, alg)
		token := issuer.Token(jwtauthtest.SignedBy(key))
		for _, allowed := range all {
			var want error
			if allowed != alg {
				want = jwtauth.InvalidToken
			}
			v := staticVerifier(t, issuer, jwtauth.Config{Algorithms: []string{allowed}, Now: issuer.Now})
			t.Run(alg+" allowing "+allowed, func(t *testing.T) { expect(t, v, token, want) })
		}
	}
}

func TestToken(t *testing.T) {
	issuer := newIssuer(t)
	got, err := issuer.Verifier().Verify(t.Context(), issuer.Token(
		jwtauthtest.Claim("jti", "id-1"), jwtauthtest.Claim("client_id", "c-1"), jwtauthtest.Claim("nbf", noon.Unix()-5),
		jwtauthtest.Scopes("a", "b"), jwtauthtest.SubjectOf("ü/\"quoted\"")))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"issuer":    {got.Issuer, issuer.URL},
		"subject":   {got.Subject, `ü/"quoted"`},
		"client":    {got.ClientID, "c-1"},
		"id":        {got.ID, "id-1"},
		"key":       {got.KeyID, "k1"},
		"algorithm": {got.Algorithm, "RS256"},
		"audiences": {strings.Join(got.Audiences, " "), jwtauthtest.Audience + " " + issuer.URL + "userinfo"},
		"scopes":    {strings.Join(got.Scopes, " "), "a b"},
		"expiry":    {got.Expiry.UTC().String(), noon.Add(time.Hour).UTC().String()},
		"issued":    {got.IssuedAt.UTC().String(), noon.UTC().String()},
		"from":      {got.NotBefore.UTC().String(), noon.Add(-5 * time.Second).UTC().String()},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %q, want %q", name, c[0], c[1])
		}
	}
	azp, err := issuer.Verifier().Verify(t.Context(), issuer.Token())
	if err != nil || azp.ClientID != jwtauthtest.ClientID || azp.ID != "" || !azp.NotBefore.IsZero() {
		t.Error("without client_id, jti and nbf:", azp, err)
	}
}
