package dpop_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth/dpop"
)

const (
	noNonce  = "use_dpop_nonce: the proof must have a nonce of this server"
	badNonce = "use_dpop_nonce: the nonce has expired or is not of this server"
)

// key is a nonce key for tests.
func key(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

func TestNonce(t *testing.T) {
	now := noon
	clock := func() time.Time { return now }
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(1)}, NonceLifetime: time.Minute, Now: clock, Window: 5 * time.Minute})
	nonce := v.Nonce()
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"as it was given": {nonce, ""},
		"empty":           {"", badNonce},
		"another":         {strings.Repeat("A", len(nonce)), badNonce},
		"one bit":         {nonce[:len(nonce)-1] + spare(nonce[len(nonce)-1]^1), badNonce},
		"shorter":         {nonce[:len(nonce)-1], badNonce},
		"longer":          {nonce + "A", badNonce},
		"a number":        {7, nonceType},
		"a list":          {[]string{nonce}, nonceType},
		"of another key":  {newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(2)}, NonceLifetime: time.Minute}).Nonce(), badNonce},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, "ES256")
			expect(t, v.Verify(t.Context(), client.request(client.proof(claim("nonce", c.value)))), c.want)
		})
	}
	expect(t, v.Verify(t.Context(), c.request(c.proof())), noNonce)

	// A bad proof is no reason for a new nonce.
	expect(t, v.Verify(t.Context(), c.request(c.proof(claim("htm", "POST")))), method)
	// A client with a wrong clock learns of the nonce first.
	expect(t, v.Verify(t.Context(), c.request(c.proof(claim("iat", 1)))), noNonce)
	expect(t, v.Verify(t.Context(), c.request(c.proof(claim("iat", 1), claim("nonce", nonce)))), tooOld)

	for age, want := range map[time.Duration]string{
		-time.Minute:     "", // another server's clock is ahead
		time.Minute:      "",
		-2 * time.Minute: badNonce,
		2 * time.Minute:  badNonce,
	} {
		now = noon.Add(age)
		expect(t, v.Verify(t.Context(), c.request(c.proof(claim("nonce", nonce)))), want)
	}
}

// Keys are replaced without refusing a client: first add, then remove.
func TestNonceKeys(t *testing.T) {
	c := newClient(t, "ES256")
	servers := []*dpop.Verifier{
		newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(1)}}),
		newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(1), key(2)}}),
		newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(2), key(1)}}),
		newVerifier(t, dpop.Config{NonceKeys: [][]byte{key(2)}}),
	}
	for from, maker := range servers {
		for to, v := range servers {
			want := ""
			if from <= 1 && to == 3 || from >= 2 && to == 0 {
				want = badNonce
			}
			expect(t, v.Verify(t.Context(), c.request(c.proof(claim("nonce", maker.Nonce())))), want)
		}
	}
	if nonce := newVerifier(t, dpop.Config{}).Nonce(); nonce != "" {
		t.Errorf("a nonce without a key: %q", nonce)
	}
}

// The configuration belongs to the verifier: a change of the caller's slice counts for nothing.
func TestNonceKeyIsCopied(t *testing.T) {
	secret := key(1)
	v := newVerifier(t, dpop.Config{NonceKeys: [][]byte{secret}})
	before := v.Nonce()
	clear(secret)
	if v.Nonce() != before {
		t.Error("the nonce changed with the caller's slice")
	}
}
