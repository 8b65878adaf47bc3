package jwtauth_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
)

func TestParseBearer(t *testing.T) {
	const token = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl"
	for _, c := range []struct {
		header string
		want   error
	}{
		// The scheme is case-insensitive (RFC 9110 section 11.1), and one or more spaces follow it.
		{"Bearer " + token, nil},
		{"bearer " + token, nil},
		{"BEARER " + token, nil},
		{"Bearer   " + token, nil},
		// b64token may be padded (RFC 6750 section 2.1); the verifier refuses a padded JWT.
		{"Bearer " + token + "==", nil},
		{"Bearer a+b/c~d", nil},
		// No bearer credentials.
		{"", jwtauth.MissingToken},
		{"Bearer", jwtauth.MissingToken},
		{"Bearer ", jwtauth.MissingToken},
		{"bearer    ", jwtauth.MissingToken},
		{"Basic dXNlcjpwYXNz", jwtauth.MissingToken},
		{"DPoP " + token, jwtauth.MissingToken},
		{"AWS4-HMAC-SHA256 Credential=x", jwtauth.MissingToken},
		{strings.Repeat("a", 64) + " x", jwtauth.MissingToken},
		{strings.Repeat("a", 65) + " x", jwtauth.InvalidToken},
		{" x", jwtauth.InvalidToken},
		// Meant to be a bearer token, and is not one: an unanchored match of "bearer" would take
		// the first two.
		{"xxbearer " + token, jwtauth.InvalidToken},
		{"Bearer: " + token, jwtauth.InvalidToken},
		{"Bearer\t" + token, jwtauth.InvalidToken},
		{"Bearer" + token, jwtauth.InvalidToken},
		{" Bearer " + token, jwtauth.InvalidToken},
		{token, jwtauth.InvalidToken},
		// Not one token: repeated headers arrive joined with a comma.
		{"Bearer " + token + " x", jwtauth.InvalidToken},
		{"Bearer " + token + " ", jwtauth.InvalidToken},
		{"Bearer " + token + ",Bearer " + token, jwtauth.InvalidToken},
		{"Bearer " + token + ", Bearer " + token, jwtauth.InvalidToken},
		{"Bearer Bearer " + token, jwtauth.InvalidToken},
		// Characters that no token has.
		{`Bearer "` + token + `"`, jwtauth.InvalidToken},
		{"Bearer " + token + "\x00", jwtauth.InvalidToken},
		{"Bearer " + token + "\r\nX: y", jwtauth.InvalidToken},
		{"Bearer " + strings.ReplaceAll(token, ".", "\uff0e"), jwtauth.InvalidToken},
		{"Bearer a=b", jwtauth.InvalidToken},
		{"Bearer ==", jwtauth.InvalidToken},
		// At most 16 KiB, what Config.MaxTokenBytes can be.
		{"Bearer " + strings.Repeat("a", 16384), nil},
		{"Bearer " + strings.Repeat("a", 16385), jwtauth.InvalidToken},
		{"Bearer " + strings.Repeat(".", 1<<20), jwtauth.InvalidToken},
		{strings.Repeat("a", 1<<20), jwtauth.InvalidToken},
	} {
		got, err := jwtauth.ParseBearer(c.header)
		if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%.40q: %v, want %v", c.header, err, c.want)
		}
		if err == nil && got != strings.TrimLeft(c.header[len("bearer"):], " ") {
			t.Errorf("%.40q: token %q", c.header, got)
		}
	}
}

// TestBearerCharacters sends each byte as a token, and before a scheme.
func TestBearerCharacters(t *testing.T) {
	const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for c := range 256 {
		character := string([]byte{byte(c)})
		var want error
		if !strings.Contains(alphanumeric+"-._~+/", character) {
			want = jwtauth.InvalidToken
		}
		if c == ' ' {
			want = jwtauth.MissingToken
		}
		if _, err := jwtauth.ParseBearer("Bearer " + character); !errors.Is(err, want) {
			t.Errorf("token %q: %v, want %v", character, err, want)
		}
		want = jwtauth.InvalidToken
		if strings.Contains(alphanumeric+"-", character) {
			want = jwtauth.MissingToken
		}
		if _, err := jwtauth.ParseBearer(character + "DPoP x"); !errors.Is(err, want) {
			t.Errorf("scheme %q: %v, want %v", character+"DPoP", err, want)
		}
	}
}

func FuzzParseBearer(f *testing.F) {
	for _, seed := range []string{"Bearer a.b.c", "bearer  x", "Basic x", "Bearer", "Bearer a,Bearer b", "xxbearer a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, err := jwtauth.ParseBearer(header)
		if err != nil {
			if token != "" {
				t.Error("a token beside an error")
			}
			if !errors.Is(err, jwtauth.MissingToken) && !errors.Is(err, jwtauth.InvalidToken) {
				t.Error("an unexpected error:", err)
			}
			return
		}
		if !strings.EqualFold(header[:7], "bearer ") || strings.TrimLeft(header[7:], " ") != token {
			t.Error("the token is not what follows the scheme")
		}
		if token == "" || len(token) > 16384 || strings.ContainsAny(token, " ,\"\t\r\n\x00") {
			t.Error("not a token")
		}
	})
}

func TestParseDPoP(t *testing.T) {
	for header, want := range map[string]error{
		"DPoP abc":         nil,
		"dpop  abc":        nil,
		"":                 jwtauth.MissingToken,
		"DPoP":             jwtauth.MissingToken,
		"Bearer abc":       jwtauth.MissingToken,
		"DPoPabc":          jwtauth.InvalidToken,
		"DPoP: abc":        jwtauth.InvalidToken,
		"DPoP abc,DPoP ab": jwtauth.InvalidToken,
		"DPoP abc abc":     jwtauth.InvalidToken,
		`DPoP "abc"`:       jwtauth.InvalidToken,
	} {
		t.Run(header, func(t *testing.T) {
			token, err := jwtauth.ParseDPoP(header)
			if !errors.Is(err, want) || (err == nil) != (token == "abc") {
				t.Errorf("%q, %v; want %v", token, err, want)
			}
		})
	}
}
