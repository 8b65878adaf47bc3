package differential

import (
	"encoding/base64"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// payload is the payload of a good access token. ISSUER stands for the issuer, whose port is not
// known.
const payload = `{"iss":"ISSUER","sub":"auth0|user-1","aud":["https://api.example","https://other.example"],` +
	`"iat":1799999000,"nbf":1799999000,"exp":1800003600,"azp":"client-1","scope":"openid profile"}`

var headers = []string{`{"alg":"ES256","kid":"e1","typ":"JWT"}`, `{"alg":"RS256","kid":"k1"}`}

// sign signs a header and a payload with the key of the algorithm that the header begins with.
func (l *libraries) sign(header, payload string) string {
	key := l.ecc
	if strings.Contains(header, "RS256") {
		key = l.rsa
	}
	if header == "" || payload == "" {
		return "" // jwtauthtest would write its own
	}
	return l.issuer.Token(jwtauthtest.SignedBy(key), jwtauthtest.HeaderJSON(header),
		jwtauthtest.ClaimsJSON(strings.ReplaceAll(payload, "ISSUER", l.issuer.URL)))
}

// FuzzMutated mutates the members of a header and a payload, and signs the result. Each edit is
// three bytes, see document.mutate.
func FuzzMutated(f *testing.F) {
	l := open(f)
	for _, header := range headers {
		f.Add(header, payload, []byte{}, []byte{})
	}
	for edit := range byte(edits) {
		f.Add(headers[0], payload, []byte{edit, 1, 1}, []byte{edit, 2, 2})
	}
	f.Fuzz(func(t *testing.T, header, payload string, headerEdits, payloadEdits []byte) {
		h, isHeader := parse(header)
		p, isPayload := parse(payload)
		if !isHeader || !isPayload || len(h)+len(p) > 64 || len(headerEdits)+len(payloadEdits) > 96 {
			return
		}
		l.check(t, l.sign(h.mutate(headerEdits).String(), p.mutate(payloadEdits).String()))
	})
}

// FuzzSigned signs any text.
func FuzzSigned(f *testing.F) {
	l := open(f)
	for _, header := range headers {
		f.Add(header, payload)
		f.Add(header+"\n", " "+payload)
	}
	f.Fuzz(func(t *testing.T, header, payload string) { l.check(t, l.sign(header, payload)) })
}

// FuzzBytes replaces a part of a good token by any bytes. The key differs between processes, so the
// corpus holds the edit and no token.
func FuzzBytes(f *testing.F) {
	l := open(f)
	for algorithm := range headers {
		for _, text := range []string{"", "=", "\n", "\r\n", ".", "A", "+", "/", "..", " "} {
			for _, at := range []uint16{0, 10, 50, 60, 100, 300, 1000} {
				f.Add(algorithm == 0, at, uint8(len(text)), text)
			}
		}
	}
	tokens := []string{l.sign(headers[0], payload), l.sign(headers[1], payload)}
	f.Fuzz(func(t *testing.T, second bool, at uint16, cut uint8, text string) {
		token := tokens[0]
		if second {
			token = tokens[1]
		}
		start := int(at) % (len(token) + 1)
		end := min(start+int(cut), len(token))
		l.check(t, token[:start]+text+token[end:])
	})
}

// TestEdits makes each edit of a header and of a payload once, with each name and each value.
func TestEdits(t *testing.T) {
	l := open(t)
	for edit := range byte(edits) {
		for where := range max(len(names), 8) {
			for with := range variants(edit) {
				bytes := []byte{edit, byte(where), byte(with)}
				h, _ := parse(headers[0])
				l.check(t, l.sign(h.mutate(bytes).String(), payload))
				p, _ := parse(payload)
				l.check(t, l.sign(headers[0], p.mutate(bytes).String()))
				if edit > 0 && where >= len(p) {
					break // these edits are of a member that there is
				}
			}
		}
	}
}

// variants is how many different values the last byte of an edit has.
func variants(edit byte) int {
	switch edit {
	case 0, 1, 4:
		return len(values)
	case 2:
		return len(names)
	}
	return 8
}

// TestSeeds checks that every library accepts the seeds: refused tokens prove nothing.
func TestSeeds(t *testing.T) {
	l := open(t)
	for _, header := range headers {
		raw := l.sign(header, payload)
		if _, err := l.here.Verify(t.Context(), raw); err != nil {
			t.Error(header, err)
		}
		for _, p := range l.peers {
			if _, err := p.read(raw); err != nil {
				t.Error(p.name, header, err)
			}
		}
	}
}

// decoded returns the documents of a token, for a report.
func decoded(raw string) string {
	var text []string
	for _, segment := range strings.Split(raw, ".") {
		document, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			document = []byte(segment)
		}
		text = append(text, string(document))
	}
	return strings.Join(text[:min(2, len(text))], "\n")
}
