package dpop_test

import (
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// Each algorithm of the verifier signs proofs, when it is configured.
func TestAlgorithms(t *testing.T) {
	for _, name := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, name)
			v := newVerifier(t, dpop.Config{Algorithms: []string{name}})
			if v.Algorithms() != name {
				t.Errorf("algorithms are %q", v.Algorithms())
			}
			expect(t, v.Verify(t.Context(), c.request(c.proof())), "")
			other := "RS256"
			if name == other {
				other = "ES256"
			}
			v = newVerifier(t, dpop.Config{Algorithms: []string{other}})
			expect(t, v.Verify(t.Context(), c.request(c.proof())), "invalid_dpop_proof: the algorithm is not accepted")
		})
	}
}

func TestDefaultAlgorithms(t *testing.T) {
	if got := newVerifier(t, dpop.Config{}).Algorithms(); got != "ES256 RS256" {
		t.Errorf("algorithms are %q", got)
	}
}

// What a proof may have beside what it must have.
func TestAccepted(t *testing.T) {
	c := newClient(t, "ES256")
	jwk := func(name string, value any) jwtauthtest.Edit {
		return jwtauthtest.Header("jwk", c.jwk(map[string]any{name: value}))
	}
	for name, edit := range map[string]jwtauthtest.Edit{
		"as it is":                    func(*jwtauthtest.Draft) {},
		"pointers to other keys":      jwtauthtest.Header("jku", "https://thief.example/keys"),
		"kid":                         jwtauthtest.Header("kid", "1"),
		"alg of the key":              jwk("alg", "ES256"),
		"use of the key":              jwk("use", "sig"),
		"key_ops of the key":          jwk("key_ops", []string{"verify"}),
		"ext, as WebCrypto exports":   jwk("ext", true),
		"other claims":                jwtauthtest.Claim("sub", "x"),
		"a nonce of another server":   jwtauthtest.Claim("nonce", "x"),
		"iat with a fraction":         jwtauthtest.Claim("iat", float64(noon.Unix())+0.5),
		"iat almost too long ago":     jwtauthtest.Claim("iat", noon.Unix()-59),
		"iat as far ahead as allowed": jwtauthtest.Claim("iat", noon.Unix()+60),
		"jti of 256 bytes":            jwtauthtest.Claim("jti", strings.Repeat("j", 256)),
		"jti of one byte":             jwtauthtest.Claim("jti", "j"),
	} {
		t.Run(name, func(t *testing.T) {
			v := newVerifier(t, dpop.Config{})
			expect(t, v.Verify(t.Context(), c.request(c.proof(edit))), "")
		})
	}
}

// jwk is the public key of the client with other members.
func (c *client) jwk(more map[string]any) map[string]any {
	var d jwtauthtest.Draft
	c.issuer.Proof(c.key, "", "", "", func(made *jwtauthtest.Draft) { d = *made })
	out := map[string]any{}
	for name, value := range d.Header["jwk"].(map[string]string) {
		out[name] = value
	}
	for name, value := range more {
		out[name] = value
	}
	return out
}

// The window is open at its old end, where a replay store may have forgotten the proof.
func TestWindow(t *testing.T) {
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{Window: 5 * time.Second})
	for offset, want := range map[int64]string{
		-6: "invalid_dpop_proof: iat is too long ago",
		-5: "invalid_dpop_proof: iat is too long ago",
		-4: "",
		0:  "",
		5:  "",
		6:  "invalid_dpop_proof: iat is in the future",
	} {
		expect(t, v.Verify(t.Context(), c.request(c.proof(jwtauthtest.Claim("iat", noon.Unix()+offset)))), want)
	}
}

// A token that is not bound has no key that a proof could be compared with.
func TestUnboundToken(t *testing.T) {
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{})
	const want = "invalid_token: the token is not bound to a DPoP key"
	for name, token := range map[string]*jwtauth.Token{
		"no token":             nil,
		"a bearer token":       {},
		"bound to certificate": {Confirmation: jwtauth.Confirmation{CertificateThumbprint: c.key.Thumbprint()}},
	} {
		t.Run(name, func(t *testing.T) {
			request := c.request(c.proof())
			request.Token = token
			expect(t, v.Verify(t.Context(), request), want)
		})
	}
}
