package differential

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// A difference is a kind of token that is accepted here and, by its own fault, not by a peer.
type difference struct {
	peers  []string
	reason string
	holds  func(tokenText) bool

	header, payload string // an example: what differs from the seeds
}

// tokenText is a token that was accepted here, so that its segments are base64url and JSON objects
// without duplicate names.
type tokenText struct {
	header         string
	headers, claim map[string]json.RawMessage
}

// known are all differences. A token that none of them holds for fails the test.
var known = []difference{
	{
		[]string{"golang-jwt", "jwx"},
		"cut the fraction of exp off, so a token ends up to a second early",
		func(t tokenText) bool { return t.within("exp", 0, 1) },
		"", `"exp":1800000000.5`,
	},
	{
		[]string{"go-jose", "jwx"},
		"refuse iat in the future, which RFC 7519 section 4.1.6 does not ask for; here it may be 60 seconds ahead",
		func(t tokenText) bool { return t.within("iat", 0, 60) },
		"", `"iat":1800000060`,
	},
	{
		[]string{"jwx"},
		"refuses times before 1970, and -0, which are NumericDates (RFC 7519 section 2)",
		func(t tokenText) bool { return t.isNegative("iat") || t.isNegative("nbf") },
		"", `"nbf":-1`,
	},
	{
		[]string{"jwx"},
		"verifies the header without the white space around it instead of the signed bytes (RFC 7515 section 5.2)",
		func(t tokenText) bool { return t.header != strings.Trim(t.header, " \t\r\n") },
		"\n", "",
	},
	{
		[]string{"go-jose", "jwx"},
		"parse header parameters that name a key, which no part of a signature check may use here",
		func(t tokenText) bool {
			return t.hasHeader("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256")
		},
		`"x5c":1`, "",
	},
	{
		[]string{"go-jose"},
		"reads the header parameter nonce of ACME (RFC 8555) in every token",
		func(t tokenText) bool { return t.hasHeader("nonce") },
		`"nonce":1`, "",
	},
}

// TestKnown checks that each known difference still exists: a peer may have been mended.
func TestKnown(t *testing.T) {
	l := open(t)
	for _, d := range known {
		raw := l.sign(with(headers[0], d.header), with(payload, d.payload))
		if _, err := l.here.Verify(t.Context(), raw); err != nil {
			t.Errorf("%s: refused here: %v", d.reason, err)
		}
		for _, p := range l.peers {
			if _, err := p.read(raw); (err != nil) != slices.Contains(d.peers, p.name) {
				t.Errorf("%s: %s: %v", d.reason, p.name, err)
			}
		}
	}
}

// with sets a member of a document, or appends white space.
func with(text, change string) string {
	name, value, found := strings.Cut(change, ":")
	if !found {
		return text + change
	}
	d, _ := parse(text)
	d = slices.DeleteFunc(d, func(m member) bool { return m.name == name })
	return append(d, member{name, value}).String()
}

// isKnown reports whether a peer is known to refuse a token. Reading something else in one is never
// known.
func isKnown(peer, raw string) bool {
	t, ok := textOf(raw)
	return ok && slices.ContainsFunc(known, func(d difference) bool { return slices.Contains(d.peers, peer) && d.holds(t) })
}

func textOf(raw string) (tokenText, bool) {
	var t tokenText
	segments := strings.Split(raw, ".")
	for n, into := range []*map[string]json.RawMessage{&t.headers, &t.claim} {
		text, err := base64.RawURLEncoding.DecodeString(segments[n])
		if err != nil || json.Unmarshal(text, into) != nil {
			return t, false
		}
		if n == 0 {
			t.header = string(text)
		}
	}
	return t, true
}

func (t tokenText) hasHeader(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return t.headers[name] != nil })
}

// within reports whether a time is more than low and less than or equal to high seconds after noon.
func (t tokenText) within(name string, low, high int64) bool {
	at, ok := new(big.Rat).SetString(string(t.claim[name]))
	if !ok {
		return false
	}
	at.Sub(at, new(big.Rat).SetInt64(noon.Unix()))
	return at.Cmp(new(big.Rat).SetInt64(low)) > 0 && at.Cmp(new(big.Rat).SetInt64(high)) <= 0
}

func (t tokenText) isNegative(name string) bool {
	return strings.HasPrefix(string(t.claim[name]), "-")
}
