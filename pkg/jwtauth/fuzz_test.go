package jwtauth_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// oracle is a second opinion: another library with the same keys.
type oracle struct {
	issuer *jwtauthtest.Issuer
	v      *jwtauth.Verifier
	keys   jwk.Set
}

func newOracle(f *testing.F) *oracle {
	f.Helper()
	issuer := newIssuer(f)
	issuer.Rotate("e", "ES256")
	keys, err := jwk.Parse(issuer.JWKS())
	if err != nil {
		f.Fatal(err)
	}
	return &oracle{issuer, staticVerifier(f, issuer, jwtauth.Config{Now: issuer.Now}), keys}
}

// check holds the property: what is refused gives no token and a reason of the closed set; what is
// accepted was signed by our key, and the other library reads the same in it.
func (o *oracle) check(t *testing.T, raw string) {
	t.Helper()
	got, err := o.v.Verify(t.Context(), raw)
	if err != nil {
		var refusal jwtauth.Refusal
		if got != nil || !errors.As(err, &refusal) {
			t.Fatalf("token %v, error %v", got != nil, err)
		}
		return
	}
	other, err := jwt.ParseString(raw, jwt.WithKeySet(o.keys), jwt.WithValidate(false))
	if err != nil {
		t.Fatalf("accepted, but the other library says %v", err)
	}
	if got.Issuer != o.issuer.URL || other.Issuer() != got.Issuer || other.Subject() != got.Subject || other.JwtID() != got.ID {
		t.Errorf("another identity: %q %q %q", other.Issuer(), other.Subject(), other.JwtID())
	}
	if !slices.Equal(other.Audience(), got.Audiences) || !slices.Contains(got.Audiences, jwtauthtest.Audience) {
		t.Errorf("another audience: %q and %q", other.Audience(), got.Audiences)
	}
	if other.Expiration().Unix() != got.Expiry.Unix() || !got.Expiry.After(noon) {
		t.Errorf("another end: %v and %v", other.Expiration(), got.Expiry)
	}
}

// FuzzVerify sends what any client can send.
func FuzzVerify(f *testing.F) {
	o := newOracle(f)
	good := o.issuer.Token()
	h, p, s := segments(good)
	for _, seed := range []string{good, "", "..", "a.b.c", h + "." + p + ".", good + ".", h + "." + p + "\n." + s, " " + good} {
		f.Add(seed)
	}
	f.Fuzz(o.check)
}

// FuzzVerifySigned sends what an issuer might sign, by mistake or under an attack: any header and
// any payload, with a good signature.
func FuzzVerifySigned(f *testing.F) {
	o := newOracle(f)
	header, body := `{"alg":"ES256","kid":"e","typ":"JWT"}`, payload(o.issuer)
	for _, more := range []string{
		`"x":1`, `"EXP":1`, `"nbf":1800000000.5`, `"iat":1`, `"scp":["a"]`, `"jti":"\u0061"`, `"azp":"x"`, `"x":{"y":[1e3,null,"é"]}`,
	} {
		f.Add(header, with(body, more))
	}
	f.Add(`{"alg":"ES256","kid":"e","crit":["x"]}`, body)
	f.Add(`{"alg":"RS256","kid":"k1"}`, body)
	f.Add(`{"alg":"none"}`, `{}`)
	f.Fuzz(func(t *testing.T, header, body string) {
		if header == "" || body == "" {
			return // the issuer would write its own
		}
		o.check(t, o.issuer.Token(jwtauthtest.HeaderJSON(header), jwtauthtest.ClaimsJSON(body)))
	})
}
