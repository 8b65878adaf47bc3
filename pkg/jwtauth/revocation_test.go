package jwtauth_test

import (
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// TestRevocation is about an issuer that publishes a set without keys. Once is taken for a mistake;
// each row has what it sends each time, and what becomes of a token of the old key.
func TestRevocation(t *testing.T) {
	const empty = `{"keys":[]}`
	type look struct {
		after time.Duration
		body  string // empty: the good set
		want  error
	}
	gone := jwtauth.ErrKeysUnavailable
	for name, looks := range map[string][]look{
		"once":                     {{10 * time.Minute, empty, nil}},
		"again after 59 seconds":   {{10 * time.Minute, empty, nil}, {59 * time.Second, empty, nil}},
		"again after 60 seconds":   {{10 * time.Minute, empty, nil}, {60 * time.Second, empty, gone}},
		"with other members":       {{10 * time.Minute, empty, nil}, {60 * time.Second, `{"a":1,"keys":[ ]}`, gone}},
		"and once more":            {{10 * time.Minute, empty, nil}, {60 * time.Second, empty, gone}, {time.Minute, empty, gone}},
		"with an outage between":   {{10 * time.Minute, empty, nil}, {30 * time.Second, "down", nil}, {30 * time.Second, empty, gone}},
		"with a good set between":  {{10 * time.Minute, empty, nil}, {2 * time.Second, "", nil}, {10 * time.Minute, empty, nil}},
		"and back":                 {{10 * time.Minute, empty, nil}, {60 * time.Second, empty, gone}, {2 * time.Second, "", nil}},
		"an outage after it":       {{10 * time.Minute, empty, nil}, {60 * time.Second, empty, gone}, {time.Minute, "down", gone}},
		"keys of no use, twice":    {{10 * time.Minute, `{"keys":[{}]}`, nil}, {60 * time.Second, `{"keys":[{}]}`, nil}},
		"no list, twice":           {{10 * time.Minute, `{"keys":{}}`, nil}, {60 * time.Second, `{"keys":{}}`, nil}},
		"no keys member, twice":    {{10 * time.Minute, `{}`, nil}, {60 * time.Second, `{}`, nil}},
		"two lists, twice":         {{10 * time.Minute, `{"keys":[],"keys":[]}`, nil}, {60 * time.Second, `{"keys":[],"keys":[]}`, nil}},
		"something behind, twice":  {{10 * time.Minute, empty + "x", nil}, {60 * time.Second, empty + "x", nil}},
		"the list in other places": {{10 * time.Minute, `{"x":{"keys":[]}}`, nil}, {60 * time.Second, `{"x":{"keys":[]}}`, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			d.keys = d.issuer.KeySet(jwtauth.RemoteConfig{URL: d.issuer.JWKSURL(), Now: d.Now, Observe: d.observe})
			d.v = dayVerifier(t, d, d.keys)
			token := d.issuer.Token(jwtauthtest.ExpiresIn(time.Hour))
			expect(t, d.v, token, nil)
			revoked, preloaded := 0, d.issuer.JWKS()
			for _, l := range looks {
				d.Move(l.after)
				switch l.body {
				case "":
					d.issuer.Respond(nil)
				case "down":
					d.issuer.Down()
				default:
					d.issuer.Respond(respondWith(200, l.body))
				}
				expect(t, d.v, token, l.want)
				status := d.keys.Status()
				if status.Revoked != (l.want != nil) || status.Revoked != (status.Keys == 0) {
					t.Errorf("after %v: %+v", l.after, status)
				}
				if l.want != nil {
					revoked = 1
					if err := d.keys.Preload(preloaded); err != nil {
						t.Error(err)
					}
					expect(t, d.v, token, l.want)
				}
			}
			if got := d.seen(jwtauth.EventFetch, "revoked"); got != revoked {
				t.Errorf("reported %d times, want %d", got, revoked)
			}
		})
	}
}

// TestRevocationOfTheCached: a remembered token goes with its key.
func TestRevocationOfTheCached(t *testing.T) {
	d := cachedDay(t)
	token := d.issuer.Token()
	expect(t, d.v, token, nil)
	d.Move(10 * time.Minute)
	expect(t, d.v, token, nil)
	d.issuer.Respond(jwksOnly(d.issuer, `{"keys":[]}`))
	for n := range 2 { // two unknown key ids make two fetches of a fresh set
		_, _ = d.v.Verify(t.Context(), forged(d.issuer, string(rune('a'+n))))
		if n == 0 {
			expect(t, d.v, token, nil)
			d.Move(time.Minute)
		}
	}
	expect(t, d.v, token, jwtauth.ErrKeysUnavailable)
}

// TestRevocationWhenCold: without keys there is nothing to withdraw, but something to know.
func TestRevocationWhenCold(t *testing.T) {
	d := newDay(t)
	d.issuer.Respond(jwksOnly(d.issuer, `{"keys":[]}`))
	expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
	if d.keys.Status().Revoked {
		t.Error("revoked at once")
	}
	d.Move(time.Minute)
	expect(t, d.v, d.issuer.Token(), jwtauth.ErrKeysUnavailable)
	if !d.keys.Status().Revoked {
		t.Error("not revoked")
	}
	d.issuer.Respond(nil)
	d.Move(2 * time.Second)
	expect(t, d.v, d.issuer.Token(), nil)
	if status := d.keys.Status(); status != (jwtauth.Status{Keys: 1, Fresh: true}) {
		t.Errorf("%+v", status)
	}
}
