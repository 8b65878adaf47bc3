package jwtauth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// cachedDay is a day whose verifier remembers two tokens.
func cachedDay(t *testing.T) *day {
	t.Helper()
	d := newDay(t)
	var err error
	d.v, err = jwtauth.New(jwtauth.Config{
		Issuer: d.issuer.URL, Audiences: []string{jwtauthtest.Audience}, Now: d.Now, CacheSize: 2, MaxAge: time.Hour,
	}, d.keys)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// remembers reports whether a token comes from the cache: then it is the same *Token.
func (d *day) remembers(t *testing.T, token string) bool {
	t.Helper()
	first, err := d.v.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	second, err := d.v.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return first == second
}

func TestCacheRemembers(t *testing.T) {
	d := cachedDay(t)
	token := d.issuer.Token()
	if !d.remembers(t, token) {
		t.Error("the token was verified twice")
	}
	off := newDay(t)
	if off.remembers(t, off.issuer.Token()) {
		t.Error("there is a cache by default")
	}
}

// TestCacheForgets lists what ends a memory: time, the token's own end, the key's end, and newer
// tokens.
func TestCacheForgets(t *testing.T) {
	for name, c := range map[string]struct {
		edit  jwtauthtest.Edit
		event func(*day)
		want  error
		same  bool
	}{
		"nothing":         {nil, func(*day) {}, nil, true},
		"59 seconds":      {nil, func(d *day) { d.Move(59 * time.Second) }, nil, true},
		"a minute":        {nil, func(d *day) { d.Move(time.Minute) }, nil, false},
		"exp":             {jwtauthtest.ExpiresIn(10 * time.Second), func(d *day) { d.Move(10 * time.Second) }, jwtauth.TokenExpired, false},
		"a second before": {jwtauthtest.ExpiresIn(10 * time.Second), func(d *day) { d.Move(9 * time.Second) }, nil, true},
		"age":             {jwtauthtest.Claim("iat", noon.Unix()-3590), func(d *day) { d.Move(10 * time.Second) }, jwtauth.TokenExpired, false},
		"clock set back":  {nil, func(d *day) { d.Move(-time.Second) }, nil, false},
		"key withdrawn": {nil, func(d *day) {
			d.issuer.Rotate("k2", "ES256")
			d.issuer.Withdraw("k1")
			expect(t, d.v, d.issuer.Token(), nil) // an unknown key id makes the verifier look
		}, jwtauth.InvalidSignature, false},
		"another key of that name": {nil, func(d *day) {
			d.issuer.Withdraw("k1")
			d.issuer.Rotate("k1", "RS256")
			d.Move(10 * time.Minute)
			expect(t, d.v, d.issuer.Token(), nil)
			d.Move(-10 * time.Minute)
		}, jwtauth.InvalidSignature, false},
		"exp in the year 9999": {jwtauthtest.Claim("exp", 253402300799), func(*day) {}, nil, true},
		"exp in the year 2262": {jwtauthtest.Claim("exp", 9223372036), func(*day) {}, nil, true},
		"a second later":       {jwtauthtest.Claim("exp", 9223372037), func(*day) {}, nil, true},
		"newer tokens": {nil, func(d *day) {
			for n := range 2 {
				expect(t, d.v, d.issuer.Token(jwtauthtest.Claim("jti", fmt.Sprint(n))), nil)
			}
		}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := cachedDay(t)
			edit := c.edit
			if edit == nil {
				edit = func(*jwtauthtest.Draft) {}
			}
			token := d.issuer.Token(edit)
			first, err := d.v.Verify(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			c.event(d)
			expect(t, d.v, token, c.want)
			if second, _ := d.v.Verify(t.Context(), token); c.want == nil && (first == second) != c.same {
				t.Errorf("from the cache: %v", !c.same)
			}
		})
	}
}

// TestCacheIsExact: what differs from a remembered token, though not in the part it is found by, is
// another token.
func TestCacheIsExact(t *testing.T) {
	d := cachedDay(t)
	token := d.issuer.Token()
	expect(t, d.v, token, nil)
	h, p, s := segments(token)
	_, other, _ := segments(d.issuer.Token(jwtauthtest.Scopes("update:pets")))
	expect(t, d.v, h+"."+other+"."+s, jwtauth.InvalidSignature)
	expect(t, d.v, h+"."+p+"A."+s, jwtauth.InvalidToken)
	expect(t, d.v, strings.Repeat("A", len(h)+1+len(p)+1)+s, jwtauth.InvalidToken)
	expect(t, d.v, s[len(s)-32:], jwtauth.InvalidToken)
}

// TestCacheRemembersNoRefusal: a token that was refused while keys were missing is good when they
// are there.
func TestCacheRemembersNoRefusal(t *testing.T) {
	d := cachedDay(t)
	token := d.issuer.Token()
	d.issuer.Respond(http.NotFoundHandler())
	expect(t, d.v, token, jwtauth.ErrKeysUnavailable)
	d.issuer.Respond(nil)
	d.Move(2 * time.Second)
	expect(t, d.v, token, nil)
}

// TestCacheRenewsKeys: a process with cached tokens alone still renews its keys when that is due.
func TestCacheRenewsKeys(t *testing.T) {
	d := cachedDay(t)
	d.Move(-20 * time.Second)
	token := d.issuer.Token()
	d.Move(20 * time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
	d.Move(10*time.Minute - 20*time.Second)
	expect(t, d.v, token, nil)
	d.Move(20 * time.Second)
	if got := d.fetches(func() { expect(t, d.v, token, nil) }); got != 1 {
		t.Errorf("%d fetches, want 1", got)
	}
}

func TestCacheOfIssuers(t *testing.T) {
	d := cachedDay(t)
	issuers, err := jwtauth.NewIssuers(d.v)
	if err != nil {
		t.Fatal(err)
	}
	token := d.issuer.Token()
	first, err := issuers.Verify(context.WithoutCancel(t.Context()), token)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := issuers.Verify(t.Context(), token); err != nil || second != first {
		t.Error("not from the cache:", err)
	}
}
