package jwtauth_test

import (
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestClaims(t *testing.T) {
	issuer, other := newIssuer(t), newIssuer(t)
	v := issuer.Verifier()
	body := payload(issuer)
	ends := func(d time.Duration) edits { return edits{jwtauthtest.ExpiresIn(d)} }
	without := func(name string) edits { return edits{jwtauthtest.Without(name)} }
	raw := func(text string) edits { return edits{jwtauthtest.ClaimsJSON(text)} }
	quoted := func(s string) string { return `"` + s + `"` }
	for name, c := range map[string]struct {
		edits edits
		want  error
	}{
		// exp is required, and the token has expired in that second (RFC 7519 section 4.1.4).
		"exp absent":           {without("exp"), jwtauth.InvalidClaims},
		"exp null":             {claim("exp", "null"), jwtauth.InvalidClaims},
		"exp in a second":      {ends(time.Second), nil},
		"exp now":              {ends(0), jwtauth.TokenExpired},
		"exp a second ago":     {ends(-time.Second), jwtauth.TokenExpired},
		"exp 0 is 1970":        {claim("exp", "0"), jwtauth.TokenExpired},
		"exp -1":               {claim("exp", "-1"), jwtauth.TokenExpired},
		"exp in the year 1":    {claim("exp", "-62135596799"), jwtauth.TokenExpired},
		"exp as the zero time": {claim("exp", "-62135596800"), jwtauth.InvalidClaims},
		"nbf as the zero time": {claim("nbf", "-62135596800"), jwtauth.InvalidClaims},
		"nbf in the year 1":    {claim("nbf", "-62135596799"), nil},
		"exp in ten years":     {ends(10 * 365 * 24 * time.Hour), nil},
		"exp in half a second": {claim("exp", "1800000000.5"), nil},
		"exp as 1.8e9 - 0.5":   {claim("exp", "1799999999.5"), jwtauth.TokenExpired},
		"exp in exponents":     {claim("exp", "18000000.01e2"), nil},
		// A NumericDate is a number, and one that is a time: a float beyond int64 is the past on
		// one processor and the future on the other.
		"exp text":         {claim("exp", `"1800003600"`), jwtauth.InvalidClaims},
		"exp true":         {claim("exp", "true"), jwtauth.InvalidClaims},
		"exp list":         {claim("exp", "[1800003600]"), jwtauth.InvalidClaims},
		"exp object":       {claim("exp", "{}"), jwtauth.InvalidClaims},
		"exp 1e300":        {claim("exp", "1e300"), jwtauth.InvalidClaims},
		"exp 1e999":        {claim("exp", "1e999"), jwtauth.InvalidClaims},
		"exp -1e300":       {claim("exp", "-1e300"), jwtauth.InvalidClaims},
		"exp 2^63-1":       {claim("exp", "9223372036854775807"), jwtauth.InvalidClaims},
		"exp 2^64":         {claim("exp", "18446744073709551616"), jwtauth.InvalidClaims},
		"exp milliseconds": {claim("exp", "1800003600000"), jwtauth.InvalidClaims},
		"exp year 9999":    {claim("exp", "253402300799"), nil},
		"exp year 10000":   {claim("exp", "253402300800"), jwtauth.InvalidClaims},
		// Names are case-sensitive.
		"EXP does not move exp": {raw(with(strings.Replace(body, `"exp":1800003600`, `"exp":1`, 1), `"EXP":1800003600`)), jwtauth.TokenExpired},
		"EXP is not exp":        {edits{jwtauthtest.Without("exp"), jwtauthtest.Claim("EXP", 1800003600)}, jwtauth.InvalidClaims},
		"AUD is not aud":        {edits{jwtauthtest.Without("aud"), jwtauthtest.Claim("AUD", jwtauthtest.Audience)}, jwtauth.InvalidClaims},
		"an escaped name is":    {raw(strings.Replace(body, `"exp":1800003600`, `"\u0065xp":1`, 1)), jwtauth.TokenExpired},
		// nbf and iat: optional, and times in the past; iat may be a minute ahead, for clocks
		// differ.
		"nbf now":           {claim("nbf", "1800000000"), nil},
		"nbf in a second":   {claim("nbf", "1800000001"), jwtauth.InvalidClaims},
		"nbf 1e300":         {claim("nbf", "1e300"), jwtauth.InvalidClaims},
		"nbf null":          {claim("nbf", "null"), jwtauth.InvalidClaims},
		"nbf text":          {claim("nbf", `"soon"`), jwtauth.InvalidClaims},
		"iat absent":        {without("iat"), nil},
		"iat in a minute":   {claim("iat", "1800000060"), nil},
		"iat in 61 seconds": {claim("iat", "1800000061"), jwtauth.InvalidClaims},
		"iat in an hour":    {claim("iat", "1800003600"), jwtauth.InvalidClaims},
		"iat text":          {claim("iat", `"yesterday"`), jwtauth.InvalidClaims},
		"iat null":          {claim("iat", "null"), jwtauth.InvalidClaims},
		// iss: exactly the configured one.
		"iss absent":        {without("iss"), jwtauth.InvalidClaims},
		"iss null":          {claim("iss", "null"), jwtauth.InvalidClaims},
		"iss empty":         {claim("iss", `""`), jwtauth.InvalidClaims},
		"iss list":          {claim("iss", "["+quoted(issuer.URL)+"]"), jwtauth.InvalidClaims},
		"iss without slash": {claim("iss", quoted(strings.TrimSuffix(issuer.URL, "/"))), jwtauth.InvalidClaims},
		"iss upper case":    {claim("iss", quoted(strings.ToUpper(issuer.URL))), jwtauth.InvalidClaims},
		"iss other scheme":  {claim("iss", quoted("https"+strings.TrimPrefix(issuer.URL, "http"))), jwtauth.InvalidClaims},
		"iss with a space":  {claim("iss", quoted(issuer.URL+" ")), jwtauth.InvalidClaims},
		"iss escaped":       {claim("iss", quoted(strings.ReplaceAll(issuer.URL, "/", `\/`))), nil},
		"another tenant":    {edits{jwtauthtest.Claim("iss", other.URL), jwtauthtest.SignedBy(other.NewKey("k1", "RS256"))}, jwtauth.InvalidClaims},
		// aud: a string or a list of strings, one of them exactly a configured one.
		"aud alone":           {claim("aud", quoted(jwtauthtest.Audience)), nil},
		"aud among others":    {claim("aud", `["x",`+quoted(jwtauthtest.Audience)+`]`), nil},
		"aud absent":          {without("aud"), jwtauth.InvalidClaims},
		"aud null":            {claim("aud", "null"), jwtauth.InvalidClaims},
		"aud empty":           {claim("aud", `""`), jwtauth.InvalidClaims},
		"aud empty list":      {claim("aud", `[]`), jwtauth.InvalidClaims},
		"aud of an empty one": {claim("aud", `[""]`), jwtauth.InvalidClaims},
		"aud number":          {claim("aud", `5`), jwtauth.InvalidClaims},
		"aud object":          {claim("aud", `{"a":`+quoted(jwtauthtest.Audience)+`}`), jwtauth.InvalidClaims},
		"aud mixed list":      {claim("aud", `[`+quoted(jwtauthtest.Audience)+`,5]`), jwtauth.InvalidClaims},
		"aud nested list":     {claim("aud", `[[`+quoted(jwtauthtest.Audience)+`]]`), jwtauth.InvalidClaims},
		"aud longer":          {claim("aud", quoted(jwtauthtest.Audience+"/")), jwtauth.InvalidClaims},
		"aud shorter":         {claim("aud", quoted(jwtauthtest.Audience[:10])), jwtauth.InvalidClaims},
		"aud upper case":      {claim("aud", quoted(strings.ToUpper(jwtauthtest.Audience))), jwtauth.InvalidClaims},
		"aud in one string":   {claim("aud", quoted("x "+jwtauthtest.Audience)), jwtauth.InvalidClaims},
		// client_id stands in for aud by option only.
		"client_id for aud":    {edits{jwtauthtest.Without("aud"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)}, jwtauth.InvalidClaims},
		"client_id beside aud": {edits{jwtauthtest.AudienceOf("x"), jwtauthtest.Claim("client_id", jwtauthtest.Audience)}, jwtauth.InvalidClaims},
		// sub: required, and not empty (RFC 9068 section 2.2).
		"sub absent":    {without("sub"), jwtauth.InvalidClaims},
		"sub empty":     {claim("sub", `""`), jwtauth.InvalidClaims},
		"sub number":    {claim("sub", `5`), jwtauth.InvalidClaims},
		"sub null":      {claim("sub", `null`), jwtauth.InvalidClaims},
		"sub 256 bytes": {claim("sub", quoted(strings.Repeat("a", 256))), nil},
		"sub 257 bytes": {claim("sub", quoted(strings.Repeat("a", 257))), jwtauth.InvalidClaims},
		"a machine":     {edits{jwtauthtest.SubjectOf("abc@clients"), jwtauthtest.Claim("gty", "client-credentials")}, nil},
		// The other claims that end up in a Token.
		"jti number":       {claim("jti", "5"), jwtauth.InvalidClaims},
		"client_id number": {claim("client_id", "5"), jwtauth.InvalidClaims},
		"azp number":       {claim("azp", "5"), jwtauth.InvalidClaims},
		"jti null":         {claim("jti", "null"), jwtauth.InvalidClaims},
		"azp null":         {claim("azp", "null"), jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) { expect(t, v, issuer.Token(c.edits...), c.want) })
	}
}

func TestKindOfToken(t *testing.T) {
	issuer := newIssuer(t)
	both := []string{jwtauthtest.Audience, jwtauthtest.ClientID} // a mistake, with which the kind matters
	access := issuer.NewVerifier(jwtauth.Config{Audiences: both})
	id := issuer.NewVerifier(jwtauth.Config{Audiences: both, Profile: jwtauth.IDToken})
	shared := jwtauthtest.AudienceOf(jwtauthtest.ClientID)
	for name, c := range map[string]struct {
		token  string
		access error
		id     error
	}{
		"an access token": {issuer.Token(jwtauthtest.AudienceOf(jwtauthtest.Audience)), nil, nil},
		"an ID token":     {issuer.IDToken(), jwtauth.InvalidClaims, nil},
		"an ID token for the API": {
			issuer.IDToken(jwtauthtest.AudienceOf(jwtauthtest.Audience)), jwtauth.InvalidClaims, nil,
		},
		// What the issuer states in the header (RFC 9068 section 2.1).
		"at+jwt":            {issuer.Token(shared, jwtauthtest.Header("typ", "at+jwt")), nil, jwtauth.InvalidClaims},
		"at+jwt with nonce": {issuer.IDToken(jwtauthtest.Header("typ", "at+jwt")), nil, jwtauth.InvalidClaims},
		// Marks that only ID tokens bear (OpenID Connect Core sections 2 and 3.3.2.11).
		"at_hash": {issuer.IDToken(jwtauthtest.Without("nonce"), jwtauthtest.Claim("at_hash", "x")), jwtauth.InvalidClaims, nil},
		"c_hash":  {issuer.IDToken(jwtauthtest.Without("nonce"), jwtauthtest.Claim("c_hash", "x")), jwtauth.InvalidClaims, nil},
		// What Cognito and Keycloak write.
		"token_use access":      {issuer.Token(shared, jwtauthtest.Claim("token_use", "access")), nil, jwtauth.InvalidClaims},
		"token_use id":          {issuer.Token(shared, jwtauthtest.Claim("token_use", "id")), jwtauth.InvalidClaims, nil},
		"token_use 5":           {issuer.Token(shared, jwtauthtest.Claim("token_use", 5)), jwtauth.InvalidClaims, jwtauth.InvalidClaims},
		"typ Bearer":            {issuer.Token(shared, jwtauthtest.Claim("typ", "Bearer")), nil, jwtauth.InvalidClaims},
		"typ ID":                {issuer.Token(shared, jwtauthtest.Claim("typ", "ID")), jwtauth.InvalidClaims, nil},
		"typ Refresh":           {issuer.Token(shared, jwtauthtest.Claim("typ", "Refresh")), jwtauth.InvalidClaims, jwtauth.InvalidClaims},
		"typ Bearer with nonce": {issuer.Token(shared, jwtauthtest.Claim("typ", "Bearer"), jwtauthtest.Claim("nonce", "x")), nil, jwtauth.InvalidClaims},
		"typ of another sort":   {issuer.Token(shared, jwtauthtest.Claim("typ", "user")), nil, nil},
		// A logout or security event token is neither (RFC 8725 section 3.12).
		"events": {issuer.Token(shared, jwtauthtest.Claim("events", map[string]any{})), jwtauth.InvalidClaims, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, access, c.token, c.access)
			expect(t, id, c.token, c.id)
		})
	}
}

func TestIDToken(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{Profile: jwtauth.IDToken})
	for name, c := range map[string]struct {
		edits edits
		want  error
	}{
		"good":        {nil, nil},
		"expired":     {edits{jwtauthtest.ExpiresIn(-time.Second)}, jwtauth.TokenExpired},
		"for the API": {edits{jwtauthtest.AudienceOf(jwtauthtest.Audience)}, jwtauth.InvalidClaims},
		// OpenID Connect Core section 3.1.3.7, steps 3 to 5.
		"for us and another": {edits{jwtauthtest.AudienceOf(jwtauthtest.ClientID, "other")}, jwtauth.InvalidClaims},
		"issued to us":       {edits{jwtauthtest.Claim("azp", jwtauthtest.ClientID)}, nil},
		"issued to another":  {edits{jwtauthtest.Claim("azp", "other")}, jwtauth.InvalidClaims},
	} {
		t.Run(name, func(t *testing.T) { expect(t, v, issuer.IDToken(c.edits...), c.want) })
	}
}
