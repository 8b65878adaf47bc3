package dpop_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jws"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// checkProof holds the property: what is refused has a code; what is accepted is signed by the
// key in its header, says another library, and that key has the thumbprint of the token.
func checkProof(t *testing.T, v *dpop.Verifier, c *client, proof string) {
	t.Helper()
	err := v.Verify(t.Context(), c.request(proof))
	if err != nil {
		var code dpop.Code
		if !errors.As(err, &code) || !errors.Is(err, jwtauth.InvalidToken) {
			t.Fatalf("%v is not a refusal", err)
		}
		return
	}
	message, err := jws.ParseString(proof)
	if err != nil {
		t.Fatalf("accepted, but the other library says %v", err)
	}
	h := message.Signatures()[0].ProtectedHeaders()
	body, err := jws.Verify([]byte(proof), jws.WithKey(h.Algorithm(), h.JWK()))
	if err != nil {
		t.Fatalf("accepted, but the other library says %v", err)
	}
	jwk, err := json.Marshal(h.JWK())
	if err != nil || strings.Contains(string(jwk), `"d":`) {
		t.Errorf("accepted with the key %s, %v", jwk, err)
	}
	var claims map[string]any // a struct would match names in any case
	if err := json.Unmarshal(body, &claims); err != nil {
		t.Fatalf("accepted, but it does not decode: %v", err)
	}
	if h.Type() != "dpop+jwt" || claims["htm"] != "GET" || claims["ath"] != hashOf(c.raw) || claims["jti"] == "" {
		t.Errorf("accepted with typ %q and %v", h.Type(), claims)
	}
}

// FuzzProof is for what anyone can send.
func FuzzProof(f *testing.F) {
	c := newClient(f, "ES256")
	v := newVerifier(f, dpop.Config{Replay: anyStore{}})
	good := c.proof()
	for _, seed := range []string{good, "", "..", "a.b.c", good + ".", good + "," + good, " " + good, compact(rfcHeader, rfcBody, rfcSignature)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, proof string) { checkProof(t, v, c, proof) })
}

// FuzzSignedProof is for what the client itself can write: any header and payload, well signed.
func FuzzSignedProof(f *testing.F) {
	c := newClient(f, "ES256")
	v := newVerifier(f, dpop.Config{Replay: anyStore{}})
	var header, body string
	c.proof(func(d *jwtauthtest.Draft) {
		h, _ := json.Marshal(map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": d.Header["jwk"]})
		b, _ := json.Marshal(d.Claims)
		header, body = string(h), string(b)
	})
	f.Add(header, body)
	for _, members := range []string{`"x":1`, `"HTM":"POST"`, `"nonce":"n"`, `"\u0069at":1`, `"x":{"y":[1e3,null]}`} {
		f.Add(header, more(members)(body))
		f.Add(more(members)(header), body)
	}
	f.Add(rfcHeader, rfcBody)
	f.Add(`{"typ":"dpop+jwt","alg":"none"}`, `{}`)
	f.Fuzz(func(t *testing.T, header, body string) {
		if header == "" || body == "" {
			return // the client would write its own
		}
		checkProof(t, v, c, c.proof(jwtauthtest.HeaderJSON(header), jwtauthtest.ClaimsJSON(body)))
	})
}

// FuzzTarget holds that an htu is accepted only if the standard library reads the same scheme, host
// and decoded path in it, dot segments aside.
func FuzzTarget(f *testing.F) {
	c := newClient(f, "ES256")
	v := newVerifier(f, dpop.Config{Replay: anyStore{}})
	for _, seed := range []string{uri, uri + "?a", "HTTPS://API.EXAMPLE:443/pets/%37", origin + "/x/../pets/7", "https://api.example@thief.example/pets/7", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, htu string) {
		quoted, err := json.Marshal(htu)
		if err != nil {
			t.Skip()
		}
		if v.Verify(t.Context(), c.request(c.proof(claim("htu", json.RawMessage(quoted))))) != nil {
			return
		}
		got, err := url.Parse(strings.ToValidUTF8(htu, "\ufffd"))
		if err != nil {
			t.Fatalf("%q is accepted: %v", htu, err)
		}
		got = got.JoinPath()
		if got.Scheme != "https" || !strings.EqualFold(got.Hostname(), "api.example") || got.Path != path || got.User != nil ||
			got.Port() != "" && got.Port() != "443" {
			t.Errorf("%q is accepted", htu)
		}
	})
}
