package jwtauth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

func TestHeader(t *testing.T) {
	issuer := newIssuer(t)
	v := staticVerifier(t, issuer, jwtauth.Config{Now: issuer.Now})
	for header, want := range map[string]error{
		`{"alg":"RS256","kid":"k1"}`:                               nil,
		`{"alg":"RS256","kid":"k1","typ":"JWT"}`:                   nil,
		` {"alg" : "RS256", "kid":"k1"} `:                          nil,
		`{"\u0061lg":"RS\u003256","kid":"k\u0031"}`:                nil, // the same JSON in another spelling
		`{"alg":"RS256","kid":"k1","unknown":{"a":[1,null,true]}}`: nil,
		// Not an object, or one that parsers read differently.
		`!!!`:       jwtauth.InvalidToken,
		`["RS256"]`: jwtauth.InvalidToken,
		`"x"`:       jwtauth.InvalidToken,
		`null`:      jwtauth.InvalidToken,
		`{}`:        jwtauth.InvalidToken,
		`{"alg":"none","alg":"RS256","kid":"k1"}`:      jwtauth.InvalidToken,
		`{"alg":"RS256","\u0061lg":"none","kid":"k1"}`: jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1"}x`:                  jwtauth.InvalidToken,
		// The algorithm: exactly one of the accepted names (RFC 8725 section 3.1).
		`{"kid":"k1"}`:                 jwtauth.InvalidToken,
		`{"ALG":"RS256","kid":"k1"}`:   jwtauth.InvalidToken,
		`{"alg":null,"kid":"k1"}`:      jwtauth.InvalidToken,
		`{"alg":256,"kid":"k1"}`:       jwtauth.InvalidToken,
		`{"alg":["RS256"],"kid":"k1"}`: jwtauth.InvalidToken,
		`{"alg":"","kid":"k1"}`:        jwtauth.InvalidToken,
		`{"alg":"rs256","kid":"k1"}`:   jwtauth.InvalidToken,
		`{"alg":"RS256 ","kid":"k1"}`:  jwtauth.InvalidToken,
		`{"alg":"none","kid":"k1"}`:    jwtauth.InvalidToken,
		`{"alg":"NONE","kid":"k1"}`:    jwtauth.InvalidToken,
		`{"alg":"nOnE","kid":"k1"}`:    jwtauth.InvalidToken,
		`{"alg":"HS256","kid":"k1"}`:   jwtauth.InvalidToken,
		`{"alg":"RS384","kid":"k1"}`:   jwtauth.InvalidToken,
		`{"alg":"PS256","kid":"k1"}`:   jwtauth.InvalidToken,
		`{"alg":"ES256K","kid":"k1"}`:  jwtauth.InvalidToken,
		`{"alg":"EdDSA","kid":"k1"}`:   jwtauth.InvalidToken,
		// An accepted algorithm that the named key does not have.
		`{"alg":"ES256","kid":"k1"}`: jwtauth.InvalidSignature,
		// The key id: required, and only a name.
		`{"alg":"RS256"}`:                                          jwtauth.InvalidToken,
		`{"alg":"RS256","kid":""}`:                                 jwtauth.InvalidToken,
		`{"alg":"RS256","kid":1}`:                                  jwtauth.InvalidToken,
		`{"alg":"RS256","kid":null}`:                               jwtauth.InvalidToken,
		`{"alg":"RS256","KID":"k1"}`:                               jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1\nforged"}`:                       jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1\\n"}`:                            jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1\u0000"}`:                         jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"` + strings.Repeat("k", 256) + `"}`: jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"` + strings.Repeat("k", 257) + `"}`: jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k 1"}`:                              jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":" "}`:                                jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"k1~"}`:                              jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"k1\u001f"}`:                         jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1\u007f"}`:                         jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1é"}`:                              jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"K1"}`:                               jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"unknown"}`:                          jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"../../../../dev/null"}`:             jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"' OR 1=1--"}`:                       jwtauth.InvalidSignature,
		`{"alg":"RS256","kid":"http://127.0.0.1:9/key"}`:           jwtauth.InvalidSignature,
		// Extensions: none is understood, so none may be critical, present or not (RFC 7515 section
		// 4.1.11).
		`{"alg":"RS256","kid":"k1","crit":[]}`:                  jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","crit":null}`:                jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","crit":["exp"],"exp":1}`:     jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","crit":["y"]}`:               jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","crit":["b64"],"b64":false}`: jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","b64":false}`:                jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","b64":true}`:                 jwtauth.InvalidToken,
		// Encrypted, compressed or nested: another kind of thing.
		`{"alg":"RS256","kid":"k1","enc":"A128GCM"}`:         jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","zip":"DEF"}`:             jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","cty":"JWT"}`:             jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","cty":"jwt"}`:             jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","cty":"application/jwt"}`: jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","cty":7}`:                 jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","cty":"json"}`:            nil,
		// typ: what the issuer made the token for (RFC 8725 section 3.11).
		`{"alg":"RS256","kid":"k1","typ":"jwt"}`:                  nil,
		`{"alg":"RS256","kid":"k1","typ":"at+jwt"}`:               nil,
		`{"alg":"RS256","kid":"k1","typ":"AT+JWT"}`:               nil,
		`{"alg":"RS256","kid":"k1","typ":"application/at+jwt"}`:   nil,
		`{"alg":"RS256","kid":"k1","typ":"Application/At+Jwt"}`:   nil,
		`{"alg":"RS256","kid":"k1","typ":"application/jwt"}`:      nil,
		`{"alg":"RS256","kid":"k1","typ":"dpop+jwt"}`:             jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":"logout+jwt"}`:           jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":"secevent+jwt"}`:         jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":"entity-statement+jwt"}`: jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":"xat+jwt"}`:              jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":""}`:                     jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":null}`:                   jwtauth.InvalidToken,
		`{"alg":"RS256","kid":"k1","typ":["JWT"]}`:                jwtauth.InvalidToken,
	} {
		t.Run(header, func(t *testing.T) { expect(t, v, issuer.Token(jwtauthtest.HeaderJSON(header)), want) })
	}
}

// TestHeaderAfterAnother makes sure that the remembered header of a good token speaks for no other
// header.
func TestHeaderAfterAnother(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.Verifier()
	for range 2 {
		expect(t, v, issuer.Token(), nil)
		expect(t, v, issuer.Token(jwtauthtest.Header("crit", []string{"x"})), jwtauth.InvalidToken)
		expect(t, v, issuer.Token(jwtauthtest.Header("kid", "other")), jwtauth.InvalidSignature)
	}
}

// TestConfusion signs with a MAC whose key is the public key in every form that a library was ever
// fooled with.
func TestConfusion(t *testing.T) {
	issuer := newIssuer(t)
	v := issuer.NewVerifier(jwtauth.Config{Algorithms: []string{"RS256", "RS384", "RS512", "PS256", "ES256", "EdDSA"}})
	public, err := x509.MarshalPKIXPublicKey(issuer.NewKey("k1", "RS256").Public())
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	for name, secret := range map[string][]byte{"PEM": text, "DER": public, "JWKS": issuer.JWKS(), "empty": {}} {
		mac := jwtauthtest.Signature(func(input string) []byte {
			h := hmac.New(sha256.New, secret)
			h.Write([]byte(input))
			return h.Sum(nil)
		})
		t.Run(name, func(t *testing.T) {
			expect(t, v, issuer.Token(jwtauthtest.Header("alg", "HS256"), mac), jwtauth.InvalidToken)
			expect(t, v, issuer.Token(mac), jwtauth.InvalidSignature)
		})
	}
}

// TestKeyInHeader offers a key of the attacker's in the token itself. It is not used, and its URL
// is not asked.
func TestKeyInHeader(t *testing.T) {
	issuer, attacker := newIssuer(t), newIssuer(t)
	v := issuer.Verifier()
	attacker.Withdraw("k1")
	key := attacker.Rotate("k1", "RS256")
	visited := make(chan string, 10)
	attacker.Respond(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { visited <- r.URL.Path }))
	jwk := jsonText(strings.TrimSuffix(strings.TrimPrefix(string(attacker.JWKS()), `{"keys":[`), "]}"))
	for _, c := range []jwtauthtest.Edit{
		jwtauthtest.Header("jku", attacker.JWKSURL()),
		jwtauthtest.Header("x5u", attacker.JWKSURL()),
		jwtauthtest.Header("x5c", []string{"MIIB"}),
		jwtauthtest.Header("jwk", jwk),
	} {
		expect(t, v, issuer.Token(c, jwtauthtest.SignedBy(key)), jwtauth.InvalidSignature)
	}
	if len(visited) > 0 {
		t.Error("fetched", <-visited)
	}
}
