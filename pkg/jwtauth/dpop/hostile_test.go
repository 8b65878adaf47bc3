package dpop_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// hostile is one bad proof, or one good proof with another request.
type hostile struct {
	name    string
	edit    jwtauthtest.Edit
	request func(*jwtauth.Presentation)
	want    string
}

const (
	shape      = "invalid_dpop_proof: the proof is not three base64url segments"
	headerJSON = "invalid_dpop_proof: the header is not one strict JSON object"
	typ        = "invalid_dpop_proof: typ is not dpop+jwt"
	algorithm  = "invalid_dpop_proof: the algorithm is not accepted"
	extension  = "invalid_dpop_proof: the header asks for processing that a proof must not need"
	badKey     = "invalid_dpop_proof: jwk is not a usable public key"
	privateKey = "invalid_dpop_proof: jwk is a private key"
	bodyJSON   = "invalid_dpop_proof: the payload is not one strict JSON object"
	binding    = "invalid_token: the token is bound to another key"
	signature  = "invalid_dpop_proof: the signature does not match"
	badID      = "invalid_dpop_proof: jti is not a usable id"
	tokenHash  = "invalid_dpop_proof: ath is not the hash of the token"
	method     = "invalid_dpop_proof: htm is not the method of the request"
	target     = "invalid_dpop_proof: htu is not the URI of the request"
	issuedAt   = "invalid_dpop_proof: iat is not a time"
	tooOld     = "invalid_dpop_proof: iat is too long ago"
	tooNew     = "invalid_dpop_proof: iat is in the future"
	nonceType  = "invalid_dpop_proof: nonce is not a string"
	proofs     = "invalid_dpop_proof: the request must have one DPoP header"
)

var (
	header  = jwtauthtest.Header
	claim   = jwtauthtest.Claim
	without = jwtauthtest.Without
	raw     = jwtauthtest.Raw
)

// part edits one segment of a finished proof.
func part(n int, edit func(string) string) jwtauthtest.Edit {
	return raw(func(proof string) string {
		parts := strings.Split(proof, ".")
		parts[n] = edit(parts[n])
		return strings.Join(parts, ".")
	})
}

// headerText edits the JSON text of the header before it is signed.
func headerText(t *testing.T, edit func(string) string) jwtauthtest.Edit {
	return func(d *jwtauthtest.Draft) {
		members := maps.Clone(d.Header)
		members["alg"] = d.Key.Algorithm
		delete(members, "kid")
		d.HeaderJSON = edit(marshal(t, members))
	}
}

// bodyText edits the JSON text of the payload before it is signed.
func bodyText(t *testing.T, edit func(string) string) jwtauthtest.Edit {
	return func(d *jwtauthtest.Draft) { d.ClaimsJSON = edit(marshal(t, d.Claims)) }
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// more adds members to a JSON object.
func more(members string) func(string) string {
	return func(object string) string { return strings.TrimSuffix(object, "}") + "," + members + "}" }
}

func constant(s string) func(string) string { return func(string) string { return s } }

// hostileProofs are all signed with the key of the client, unless the case says otherwise.
func hostileProofs(t *testing.T, c *client) []hostile {
	t.Helper()
	thief := c.issuer.NewKey("thief", "ES256")
	hmac := func(string) []byte { return make([]byte, 32) }
	jwk := func(more map[string]any) jwtauthtest.Edit { return header("jwk", c.jwk(more)) }
	x, _ := c.jwk(nil)["x"].(string)
	return []hostile{
		// The wrong number of proofs.
		{"no proof", nil, func(p *jwtauth.Presentation) { p.Proofs = nil }, proofs},
		{"two proofs", nil, func(p *jwtauth.Presentation) { p.Proofs = append(p.Proofs, p.Proofs[0]) }, proofs},
		{"a proof and an empty one", nil, func(p *jwtauth.Presentation) { p.Proofs = append(p.Proofs, "") }, proofs},
		{"two proofs joined with a comma", raw(func(s string) string { return s + ", " + s }), nil, shape},

		// Shape and spelling: one proof has one spelling.
		{"empty", raw(constant("")), nil, shape},
		{"dots", raw(constant("..")), nil, shape},
		{"no signature", part(2, constant("")), nil, shape},
		{"no header", part(0, constant("")), nil, shape},
		{"two segments", raw(constant("e30.e30")), nil, shape},
		{"four segments", raw(func(s string) string { return s + ".x" }), nil, shape},
		{"five segments, as a JWE", raw(constant("a.b.c.d.e")), nil, shape},
		{"JSON serialization", raw(constant(`{"payload":"e30","signatures":[]}`)), nil, shape},
		{"padding", raw(func(s string) string { return s + "==" }), nil, shape},
		{"line break in the signature", part(2, func(s string) string { return s[:9] + "\n" + s[9:] }), nil, shape},
		{"line break in the payload", part(1, func(s string) string { return s[:8] + "\r\n" + s[8:] }), nil, shape},
		{"leading space", raw(func(s string) string { return " " + s }), nil, shape},
		{"trailing space", raw(func(s string) string { return s + " " }), nil, shape},
		{"the scheme in front", raw(func(s string) string { return "DPoP " + s }), nil, shape},
		{"standard alphabet", part(2, func(s string) string { return "+/" + s[2:] }), nil, shape},
		{"spare bits", part(2, func(s string) string { return s[:len(s)-1] + "_" }), nil, shape},
		{"more than 8 KiB", raw(func(s string) string { return s + strings.Repeat("A", 8<<10) }), nil, "invalid_dpop_proof: the proof is too long"},
		{"header of more than 4 KiB", header("x", strings.Repeat("a", 4<<10)), nil, shape},

		// The header.
		{"header is no JSON", jwtauthtest.HeaderJSON("x"), nil, headerJSON},
		{"header is an array", jwtauthtest.HeaderJSON("[]"), nil, headerJSON},
		{"header with a byte order mark", headerText(t, func(s string) string { return "\ufeff" + s }), nil, headerJSON},
		{"alg twice", headerText(t, more(`"alg":"none"`)), nil, headerJSON},
		{"jwk twice, one escaped", headerText(t, more(`"\u006awk":{}`)), nil, headerJSON},
		{"member of the jwk twice", headerText(t, func(s string) string { return strings.Replace(s, `"kty"`, `"x":"A","kty"`, 1) }), nil, headerJSON},
		{"something behind the header", headerText(t, func(s string) string { return s + "{}" }), nil, headerJSON},
		{"no typ", jwtauthtest.WithoutHeader("typ"), nil, typ},
		{"typ of an access token", header("typ", "at+jwt"), nil, typ},
		{"typ JWT", header("typ", "JWT"), nil, typ},
		{"typ in upper case", header("typ", "DPOP+JWT"), nil, typ},
		{"typ as a full media type", header("typ", "application/dpop+jwt"), nil, typ},
		{"typ in a list", header("typ", []string{"dpop+jwt"}), nil, typ},
		{"TYP", headerText(t, func(s string) string { return strings.Replace(s, `"typ"`, `"TYP"`, 1) }), nil, typ},
		{"alg none", header("alg", "none"), nil, algorithm},
		{"alg none without a signature", both(header("alg", "none"), jwtauthtest.Signature(func(string) []byte { return nil })), nil, shape},
		{"HMAC with the public key", both(header("alg", "HS256"), jwtauthtest.Signature(hmac)), nil, algorithm},
		{"no alg", jwtauthtest.WithoutHeader("alg"), nil, algorithm},
		{"alg in lower case", header("alg", "es256"), nil, algorithm},
		{"alg null", header("alg", nil), nil, algorithm},
		{"an algorithm that is not allowed", header("alg", "ES384"), nil, algorithm},
		{"crit", header("crit", []string{"exp"}), nil, extension},
		{"b64", header("b64", false), nil, extension},
		{"zip", header("zip", "DEF"), nil, extension},
		{"enc", header("enc", "A128GCM"), nil, extension},
		{"nested JWT", header("cty", "JWT"), nil, extension},

		// The key.
		{"no jwk", jwtauthtest.WithoutHeader("jwk"), nil, badKey},
		{"jwk null", header("jwk", nil), nil, badKey},
		{"jwk as a string", header("jwk", marshal(t, c.jwk(nil))), nil, badKey},
		{"jwk in a list", header("jwk", []any{c.jwk(nil)}), nil, badKey},
		{"jwk empty", header("jwk", map[string]any{}), nil, badKey},
		{"a JWK set", header("jwk", map[string]any{"keys": []any{c.jwk(nil)}}), nil, badKey},
		{"kid of the issuer instead of a jwk", both(jwtauthtest.WithoutHeader("jwk"), header("kid", "k1")), nil, badKey},
		{"jku instead of a jwk", both(jwtauthtest.WithoutHeader("jwk"), header("jku", c.issuer.JWKSURL())), nil, badKey},
		{"private key", jwk(map[string]any{"d": x}), nil, privateKey},
		{"private key, empty", jwk(map[string]any{"d": ""}), nil, privateKey},
		{"private key, null", jwk(map[string]any{"d": nil}), nil, privateKey},
		{"prime of an RSA key", jwk(map[string]any{"p": x}), nil, privateKey},
		{"symmetric key", header("jwk", map[string]any{"kty": "oct", "k": x}), nil, privateKey},
		{"symmetric member in a public key", jwk(map[string]any{"k": x}), nil, privateKey},
		{"unknown key type", jwk(map[string]any{"kty": "ec"}), nil, badKey},
		{"unknown curve", jwk(map[string]any{"crv": "secp256k1"}), nil, badKey},
		{"no y", header("jwk", map[string]any{"kty": "EC", "crv": "P-256", "x": x}), nil, badKey},
		{"x of 31 bytes", jwk(map[string]any{"x": x[:42]}), nil, badKey},
		{"x with padding", jwk(map[string]any{"x": x + "="}), nil, badKey},
		{"x with spare bits", jwk(map[string]any{"x": x[:42] + spare(x[42])}), nil, badKey},
		{"x as a number", jwk(map[string]any{"x": 1}), nil, badKey},
		{"a key for encryption", jwk(map[string]any{"use": "enc"}), nil, badKey},
		{"a key that does not verify", jwk(map[string]any{"key_ops": []string{"sign"}}), nil, badKey},
		{"a key for another algorithm", jwk(map[string]any{"alg": "RS256"}), nil, signature},
		{"RSA with a leading zero", header("jwk", map[string]any{"kty": "RSA", "n": "AAAA" + x, "e": "AQAB"}), nil, badKey},
		{"a point that is not on the curve", jwk(map[string]any{"y": x}), nil, binding},
		{"another curve with the same coordinates", jwk(map[string]any{"kty": "OKP", "crv": "Ed25519"}), nil, binding},

		// The payload.
		{"no payload", part(1, constant("")), nil, bodyJSON},
		{"payload is no JSON", jwtauthtest.ClaimsJSON("x"), nil, bodyJSON},
		{"payload is a string", jwtauthtest.ClaimsJSON(`"x"`), nil, bodyJSON},
		{"jti twice", bodyText(t, more(`"jti":"other"`)), nil, bodyJSON},
		{"htm twice, one escaped", bodyText(t, more(`"\u0068tm":"POST"`)), nil, bodyJSON},
		{"invalid UTF-8", bodyText(t, more("\"x\":\"\xff\"")), nil, bodyJSON},
		{"lone surrogate", bodyText(t, more(`"x":"\ud800"`)), nil, bodyJSON},
		{"something behind the payload", bodyText(t, func(s string) string { return s + " x" }), nil, bodyJSON},

		// Another key, and what is not signed.
		{"the key of a thief", both(jwtauthtest.SignedBy(thief), header("jwk", publicKey(c, thief))), nil, binding},
		{"the key of a thief under the client's jwk", jwtauthtest.SignedBy(thief), nil, signature},
		{"the jwk of a thief under the client's key", header("jwk", publicKey(c, thief)), nil, binding},
		{"another payload", part(1, constant(segment(`{"jti":"1"}`))), nil, signature},
		{"another header", part(0, func(s string) string { return segment(strings.Replace(unsegment(t, s), "{", "{ ", 1)) }), nil, signature},
		{"signature of zeros", jwtauthtest.Signature(func(string) []byte { return make([]byte, 64) }), nil, signature},
		{"signature in DER", jwtauthtest.Signature(func(string) []byte { return []byte{0x30, 6, 2, 1, 1, 2, 1, 1} }), nil, signature},
		{"signature of 65 bytes", part(2, func(s string) string { return s + "A" }), nil, signature},
		{"the access token as its proof", raw(constant(c.raw)), nil, typ},

		// The claims.
		{"no jti", without("jti"), nil, badID},
		{"jti empty", claim("jti", ""), nil, badID},
		{"jti as a number", claim("jti", 7), nil, badID},
		{"jti of 257 bytes", claim("jti", strings.Repeat("j", 257)), nil, badID},
		{"JTI", both(without("jti"), claim("JTI", "x")), nil, badID},
		{"no ath", without("ath"), nil, tokenHash},
		{"ath empty", claim("ath", ""), nil, tokenHash},
		{"ath of another token", claim("ath", hashOf(c.raw+"x")), nil, tokenHash},
		{"ath with padding", claim("ath", hashOf(c.raw)+"="), nil, tokenHash},
		{"ath in hexadecimal", claim("ath", fmt.Sprintf("%x", sha256.Sum256([]byte(c.raw)))), nil, tokenHash},
		{"ath in a list", claim("ath", []string{hashOf(c.raw)}), nil, tokenHash},
		{"another token of the same client", nil, func(p *jwtauth.Presentation) {
			p.Raw = c.issuer.Token(jwtauthtest.BoundTo(c.key), jwtauthtest.Claim("x", 1))
		}, tokenHash},
		{"no htm", without("htm"), nil, method},
		{"another method", claim("htm", "POST"), nil, method},
		{"method in lower case", claim("htm", "get"), nil, method},
		{"method in a list", claim("htm", []string{"GET"}), nil, method},
		{"no method at all", claim("htm", ""), func(p *jwtauth.Presentation) { p.Method = "" }, method},
		{"a request of another method", nil, func(p *jwtauth.Presentation) { p.Method = "DELETE" }, method},
		{"no htu", without("htu"), nil, target},
		{"htu in a list", claim("htu", []string{uri}), nil, target},
		{"another path", claim("htu", origin+"/pets/8"), nil, target},
		{"a request of another path", nil, func(p *jwtauth.Presentation) { p.Path = "/pets/8" }, target},
		{"another host", claim("htu", "https://thief.example"+path), nil, target},
		{"no time", without("iat"), nil, issuedAt},
		{"iat as a string", claim("iat", fmt.Sprint(noon.Unix())), nil, issuedAt},
		{"iat null", claim("iat", nil), nil, issuedAt},
		{"iat negative", claim("iat", -1), nil, issuedAt},
		{"iat of 1e300", claim("iat", 1e300), nil, issuedAt},
		{"iat of the largest integer", claim("iat", json.Number("9223372036854775807")), nil, issuedAt},
		{"iat in milliseconds", claim("iat", noon.UnixMilli()), nil, issuedAt},
		{"iat too long ago", claim("iat", noon.Unix()-60), nil, tooOld},
		{"iat in the future", claim("iat", noon.Unix()+61), nil, tooNew},
		{"nonce as a number", claim("nonce", 1), nil, nonceType},
		{"nonce null", claim("nonce", nil), nil, nonceType},
	}
}

// TestHostile sends each bad proof, and the good one after it: a refused proof uses up nothing.
func TestHostile(t *testing.T) {
	c := newClient(t, "ES256")
	v := newVerifier(t, dpop.Config{})
	names := map[string]bool{}
	for _, h := range hostileProofs(t, c) {
		if names[h.name] {
			t.Fatalf("two cases are named %q", h.name)
		}
		names[h.name] = true
		t.Run(h.name, func(t *testing.T) {
			var edits []jwtauthtest.Edit
			if h.edit != nil {
				edits = append(edits, h.edit)
			}
			request := c.request(c.proof(append([]jwtauthtest.Edit{claim("jti", h.name)}, edits...)...))
			if h.request != nil {
				h.request(&request)
			}
			expect(t, v.Verify(t.Context(), request), h.want)
			expect(t, v.Verify(t.Context(), c.request(c.proof(claim("jti", h.name)))), "")
		})
	}
	t.Logf("%d hostile proofs refused", len(names))
}

// both is two edits.
func both(a, b jwtauthtest.Edit) jwtauthtest.Edit {
	return func(d *jwtauthtest.Draft) { a(d); b(d) }
}

func publicKey(c *client, key *jwtauthtest.Key) map[string]any {
	other := &client{issuer: c.issuer, key: key}
	return other.jwk(nil)
}

// spare is a letter with other bits behind the last byte.
func spare(letter byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, letter)|1])
}

func segment(doc string) string { return base64.RawURLEncoding.EncodeToString([]byte(doc)) }

func unsegment(t *testing.T, s string) string {
	t.Helper()
	doc, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

func hashOf(raw string) string {
	hash := sha256.Sum256([]byte(raw))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}
