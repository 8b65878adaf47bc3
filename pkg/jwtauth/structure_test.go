package jwtauth_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestStructure(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	good := issuer.Token()
	h, p, s := segments(good)
	otherHeader, otherPayload, _ := segments(issuer.Token(jwtauthtest.Header("x", 1), jwtauthtest.Claim("x", 1)))
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"good": {good, nil},
		// Not three segments with something in each.
		"empty":            {"", jwtauth.InvalidToken},
		"one segment":      {"abc", jwtauth.InvalidToken},
		"the literal null": {"null", jwtauth.InvalidToken},
		"two segments":     {h + "." + p, jwtauth.InvalidToken},
		"no signature":     {h + "." + p + ".", jwtauth.InvalidToken},
		"no payload":       {h + ".." + s, jwtauth.InvalidToken},
		"no header":        {"." + p + "." + s, jwtauth.InvalidToken},
		"four segments":    {good + ".x", jwtauth.InvalidToken},
		"trailing dot":     {good + ".", jwtauth.InvalidToken},
		"leading dot":      {"." + good, jwtauth.InvalidToken},
		"five, as a JWE":   {"a.b.c.d.e", jwtauth.InvalidToken},
		"dots only":        {"...", jwtauth.InvalidToken},
		"a JSON document":  {`{"payload":"` + p + `","signatures":[]}`, jwtauth.InvalidToken},
		// Another spelling of the same token: it would pass a deny list, and be cached twice.
		"padding":                {good + "==", jwtauth.InvalidToken},
		"padding in the middle":  {h + "." + p + "=." + s, jwtauth.InvalidToken},
		"standard alphabet":      {h + "." + p + "." + strings.NewReplacer("-", "+", "_", "/").Replace("-_") + s[2:], jwtauth.InvalidToken},
		"spare bits":             {good[:len(good)-1] + nextLetter(good[len(good)-1]), jwtauth.InvalidToken},
		"LF in the signature":    {h + "." + p + "." + s[:10] + "\n" + s[10:], jwtauth.InvalidToken},
		"LF in the payload":      {h + "." + p[:10] + "\n" + p[10:] + "." + s, jwtauth.InvalidToken},
		"LF in the header":       {h[:10] + "\n" + h[10:] + "." + p + "." + s, jwtauth.InvalidToken},
		"CR at the end":          {good + "\r", jwtauth.InvalidToken},
		"CRLF at the end":        {good + "\r\n", jwtauth.InvalidToken},
		"leading space":          {" " + good, jwtauth.InvalidToken},
		"trailing space":         {good + " ", jwtauth.InvalidToken},
		"trailing NUL":           {good + "\x00", jwtauth.InvalidToken},
		"full-width dots":        {strings.ReplaceAll(good, ".", "\uff0e"), jwtauth.InvalidToken},
		"one letter left over":   {h + "." + p + "A." + s, jwtauth.InvalidToken},
		"a letter beyond ASCII":  {h + "." + p + "\u00e9." + s, jwtauth.InvalidToken},
		"the scheme still there": {"Bearer " + good, jwtauth.InvalidToken},
		// Too large to look at.
		"9000 bytes":         {h + "." + p + "." + strings.Repeat("A", 9000), jwtauth.InvalidToken},
		"a megabyte of dots": {strings.Repeat(".", 1<<20), jwtauth.InvalidToken},
		"5 KiB of header":    {issuer.Token(jwtauthtest.Header("x", strings.Repeat("a", 5<<10))), jwtauth.InvalidToken},
		"3 KiB of header":    {issuer.Token(jwtauthtest.Header("x", strings.Repeat("a", 2<<10))), nil},
		"4 KiB of claims":    {issuer.Token(jwtauthtest.Claim("x", strings.Repeat("a", 4<<10))), nil},
		// Parts of two good tokens.
		"another header":  {otherHeader + "." + p + "." + s, jwtauth.InvalidSignature},
		"another payload": {h + "." + otherPayload + "." + s, jwtauth.InvalidSignature},
		"signature cut":   {h + "." + p + "." + s[:len(s)-2], jwtauth.InvalidSignature},
		"signature longer": {
			issuer.Token(jwtauthtest.Signature(func(string) []byte { return make([]byte, 257) })), jwtauth.InvalidSignature,
		},
		"signature of zeros": {
			issuer.Token(jwtauthtest.Signature(func(string) []byte { return make([]byte, 256) })), jwtauth.InvalidSignature,
		},
		"an unpublished key": {
			issuer.Token(jwtauthtest.ForgedBy(issuer, issuer.NewKey("x", "RS256"))), jwtauth.InvalidSignature,
		},
	} {
		t.Run(name, func(t *testing.T) { expect(t, v, c.token, c.want) })
	}
}

// TestSizes holds the limits of a token and of its header, to the byte.
func TestSizes(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	pad := func(header, claims int) edits {
		return edits{jwtauthtest.Header("x", strings.Repeat("a", header)), jwtauthtest.Claim("x", strings.Repeat("a", claims))}
	}
	unsigned := jwtauthtest.Signature(func(string) []byte { return make([]byte, 256) })
	tokenOf := func(size int) string { // only some paddings of the header reach an odd size
		for header := range 4 {
			for n, claims := 0, size/2; n <= size; claims++ {
				if n = len(issuer.Token(append(pad(header, claims), unsigned)...)); n == size {
					return issuer.Token(pad(header, claims)...)
				}
			}
		}
		return ""
	}
	expect(t, v, tokenOf(8192), nil)
	expect(t, v, tokenOf(8193), jwtauth.InvalidToken)
	for header, size := 3000, 0; size <= 4096; header++ {
		token := issuer.Token(pad(header, 0)...)
		h, _, _ := segments(token)
		size = len(h)
		var want error
		if size > 4096 {
			want = jwtauth.InvalidToken
		}
		expect(t, v, token, want)
	}
}

// nextLetter has the same value but for the lowest bit, which stands for nothing at the end of 256
// bytes.
func nextLetter(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, c)|1])
}

// TestTruncated cuts a good token everywhere: no beginning of it is good.
func TestTruncated(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	good := issuer.Token()
	for n := range good {
		if token, err := v.Verify(t.Context(), good[:n]); err == nil || token != nil {
			t.Fatalf("the first %d of %d bytes were accepted", n, len(good))
		}
	}
}

// TestFlipped changes each bit of a good token: none of the results is good, whether or not it
// still is base64url.
func TestFlipped(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	issuer.Rotate("e", "ES256")
	good := []byte(issuer.Token())
	for n := range good {
		for bit := range 8 {
			good[n] ^= 1 << bit
			if _, err := v.Verify(t.Context(), string(good)); err == nil {
				t.Fatalf("bit %d of byte %d does not matter", bit, n)
			}
			good[n] ^= 1 << bit
		}
	}
}

func TestPayloadDocument(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	body := payload(issuer)
	for name, c := range map[string]struct {
		claims string
		want   error
	}{
		"good":                    {body, nil},
		"spaces around":           {" \t\r\n" + body + "\n", nil},
		"null":                    {"null", jwtauth.InvalidToken},
		"a list":                  {"[" + body + "]", jwtauth.InvalidToken},
		"a string":                {`"x"`, jwtauth.InvalidToken},
		"a nested token":          {"a.b.c", jwtauth.InvalidToken},
		"trailing data":           {body + "x", jwtauth.InvalidToken},
		"a second document":       {body + body, jwtauth.InvalidToken},
		"a byte order mark":       {"\ufeff" + body, jwtauth.InvalidToken},
		"a trailing comma":        {strings.TrimSuffix(body, "}") + ",}", jwtauth.InvalidToken},
		"bytes that are no UTF-8": {with(body, "\"n\":\"\xff\xfe\""), jwtauth.InvalidToken},
		"a lone surrogate":        {with(body, `"n":"\ud800"`), jwtauth.InvalidToken},
		"33 levels":               {with(body, `"n":`+strings.Repeat("[", 32)+strings.Repeat("]", 32)), jwtauth.InvalidToken},
		"32 levels":               {with(body, `"n":`+strings.Repeat("[", 31)+strings.Repeat("]", 31)), nil},
		"129 members":             {with(body, numbered(129)), jwtauth.InvalidToken},
		"128 members inside":      {with(body, `"n":{`+numbered(128)+`}`), nil},
		// Readers disagree about which of two equal names counts, so neither does.
		"exp twice":            {with(body, `"exp":1`), jwtauth.InvalidClaims},
		"iss twice":            {with(body, `"iss":"https://evil.example/"`), jwtauth.InvalidClaims},
		"an unused name twice": {with(body, `"n":1,"n":1`), jwtauth.InvalidClaims},
		"twice, once escaped":  {with(body, `"\u0065xp":1`), jwtauth.InvalidClaims},
		"twice deep inside":    {with(body, `"n":[{"a":{"b":1,"b":1}}]`), jwtauth.InvalidClaims},
		"twice in two objects": {with(body, `"n":[{"a":1},{"a":1}]`), nil},
	} {
		t.Run(name, func(t *testing.T) { expect(t, v, issuer.Token(jwtauthtest.ClaimsJSON(c.claims)), c.want) })
	}
}

// payload is the text of a good payload.
func payload(issuer *jwtauthtest.Issuer, edits ...jwtauthtest.Edit) string {
	_, p, _ := segments(issuer.Token(edits...))
	text, err := base64.RawURLEncoding.DecodeString(p)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// with appends members to an object.
func with(object, more string) string { return strings.TrimSuffix(object, "}") + "," + more + "}" }

func numbered(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"m%d":0`, i)
	}
	return strings.Join(list, ",")
}
