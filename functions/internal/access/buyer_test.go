package access_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/access"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	jt "example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A counter reads buyers as the purchase does.
type counter struct {
	issuer  *jt.Issuer
	program rest.Program
	stdout  *bytes.Buffer
	buyers  *access.Buyers
}

func openCounter(t *testing.T, environments ...map[string]string) counter {
	t.Helper()
	c := counter{issuer: jt.NewIssuer(t)}
	c.program, c.stdout = program(t, contract.PurchasePet, append([]map[string]string{identity(c.issuer)}, environments...)...)
	var err error
	if _, c.buyers, err = access.PurchaseGuard(c.program); err != nil {
		t.Fatal(err)
	}
	return c
}

// from reads the buyer of a request whose guard has verified the access token; "" is a request
// that IAM authorized. It returns the reason that was counted.
func (c counter) from(t *testing.T, accessToken string, idToken *string) (pets.Buyer, string, error) {
	t.Helper()
	c.stdout.Reset()
	ctx := c.program.Telemetry.Begin(t.Context())
	if accessToken != "" {
		ctx = authorizer.WithIdentity(ctx, verified(t, c.issuer.Verifier(), accessToken))
	}
	buyer, err := c.buyers.From(ctx, idToken)
	c.program.Telemetry.End(ctx, c.program.Route.Key(), "id-1", 0)
	return buyer, refusals(t, c.stdout), err
}

func (c counter) wantBuyer(t *testing.T, name, accessToken string, idToken *string, want pets.Buyer) {
	t.Helper()
	if got, reason, err := c.from(t, accessToken, idToken); got != want || reason != "" || err != nil {
		t.Errorf("%s: %+v, %v, counted %q, want %+v", name, got, err, reason, want)
	}
}

// wantRefused wants all of the errors, and the text: it is logged.
func (c counter) wantRefused(t *testing.T, name, accessToken string, idToken *string, text string, errs ...error) {
	t.Helper()
	got, reason, err := c.from(t, accessToken, idToken)
	if err == nil || err.Error() != text {
		t.Errorf("%s: %+v, error %v, want %s", name, got, err, text)
		return
	}
	for _, want := range errs {
		if !errors.Is(err, want) {
			t.Errorf("%s: error %v, want one that is %v", name, err, want)
		}
	}
	if reason != jwtauth.Label(err) {
		t.Errorf("%s: counted %q, want %q", name, reason, jwtauth.Label(err))
	}
}

const (
	email      = jt.Audience + "/email"
	unverified = "authorization failure: invalid_claims: the e-mail is not verified"
	unusable   = "authorization failure: invalid_claims: the e-mail is not usable"
	noEmail    = "authorization failure: invalid_claims: no e-mail claim"
	another    = "authorization failure: invalid_claims: the ID token has another subject"
)

var ann = pets.Buyer{Subject: jt.Subject, Email: "ann@example.com"}

func TestBuyerOfAnAccessToken(t *testing.T) {
	for _, tt := range []struct {
		name    string
		setting string // EMAIL_CLAIM
		edits   []jt.Edit
		want    string // error; "" is ann
	}{
		{"the API's claim", "", []jt.Edit{jt.Claim(email, ann.Email)}, ""},
		{"the standard claim", "", []jt.Edit{jt.Claim("email", ann.Email)}, ""},
		{"the API's claim counts", "", []jt.Edit{jt.Claim(email, ann.Email), jt.Claim("email", "bob@example.com")}, ""},
		{"known to be verified", "", []jt.Edit{jt.Claim("email", ann.Email), jt.Claim("email_verified", true)}, ""},
		{"configured", "mail", []jt.Edit{jt.Claim("mail", ann.Email), jt.Claim("email", "bob@example.com"), jt.Claim(email, "bob@example.com")}, ""},
		{"a person's grant", "", []jt.Edit{jt.Claim("email", ann.Email), jt.Claim("gty", "authorization_code")}, ""},

		{"no claim", "", nil, noEmail},
		{"of another API", "", []jt.Edit{jt.Claim("https://other.example/email", ann.Email)}, noEmail},
		{"in other letters", "", []jt.Edit{jt.Claim("Email", ann.Email)}, noEmail},
		{"not the configured claim", "mail", []jt.Edit{jt.Claim("email", ann.Email), jt.Claim(email, ann.Email)}, noEmail},
		{"not verified", "", []jt.Edit{jt.Claim("email", ann.Email), jt.Claim("email_verified", false)}, unverified},
		{"verified in words", "", []jt.Edit{jt.Claim("email", ann.Email), jt.Claim("email_verified", "true")}, unverified},
		{"verified is null", "", []jt.Edit{jt.Claim("email", ann.Email), jt.Claim("email_verified", nil)}, unverified},
		{"the first claim counts, even a bad one", "", []jt.Edit{jt.Claim(email, ""), jt.Claim("email", ann.Email)}, unusable},
		{"a claim that is null", "", []jt.Edit{jt.Claim(email, nil), jt.Claim("email", ann.Email)}, unusable},
	} {
		c := openCounter(t, map[string]string{"EMAIL_CLAIM": tt.setting})
		token := c.issuer.Token(tt.edits...)
		if tt.want == "" {
			c.wantBuyer(t, tt.name, token, nil, ann)
			continue
		}
		c.wantRefused(t, tt.name, token, nil, tt.want, pets.ErrNoBuyer, jwtauth.InvalidClaims)
	}
}

// Without an audience of its own, no claim of another one is read.
func TestEmailClaimOfTheFirstAudience(t *testing.T) {
	c := openCounter(t, map[string]string{"JWT_AUDIENCE": "https://first.example " + jt.Audience})
	c.wantBuyer(t, "the first", c.issuer.Token(jt.Claim("https://first.example/email", ann.Email)), nil, ann)
	c.wantRefused(t, "the second", c.issuer.Token(jt.Claim(email, ann.Email)), nil, noEmail, pets.ErrNoBuyer)
}

func TestMachines(t *testing.T) {
	c := openCounter(t)
	id := c.issuer.IDToken(jt.Claim("email", ann.Email))
	for _, grant := range []string{"client-credentials", "client_credentials"} {
		token := c.issuer.Token(jt.Claim("email", ann.Email), jt.Claim("gty", grant))
		c.wantRefused(t, grant, token, nil, "a machine cannot buy: forbidden", pets.ErrMachine, jwtauth.Forbidden)
		c.wantRefused(t, grant+" with an ID token", token, &id, "a machine cannot buy: forbidden", pets.ErrMachine, jwtauth.Forbidden)
	}
	for _, grant := range []any{"", "client", nil, []string{"client-credentials"}} {
		c.wantBuyer(t, "another grant", c.issuer.Token(jt.Claim("email", ann.Email), jt.Claim("gty", grant)), nil, ann)
	}
}

func TestAddresses(t *testing.T) {
	c := openCounter(t)
	for _, address := range []string{
		"a@b", "ann@example.com", "ann+pets@example.com", "O'Hara@example.com", "ä@münchen.example", `"@"@example.com`,
		strings.Repeat("a", 250) + "@b.c",
	} {
		want := pets.Buyer{Subject: jt.Subject, Email: address}
		c.wantBuyer(t, address, c.issuer.Token(jt.Claim(email, address)), nil, want)
	}
	for _, address := range []any{
		"", "@", "ann", "@example.com", "ann@", "a@b@", strings.Repeat("a", 251) + "@b.c",
		"ann@example.com\r\nBcc: all", "ann @example.com", "ann@example.com ", "ann\u00a0@example.com", "a\tnn@example.com",
		"a\x00@b.c", "a\x7f@b.c", "a\u0085@b.c", "moc\u202e@b.c", "a\u2066@b.c", "a\u200f@b.c", "a\u2028@b.c", "a\ufffd@b.c",
		nil, true, 1,
		[]string{ann.Email},
		map[string]string{"email": ann.Email},
	} {
		c.wantRefused(t, "bad address", c.issuer.Token(jt.Claim(email, address)), nil, unusable, pets.ErrNoBuyer, jwtauth.InvalidClaims)
	}
}

func TestBuyerOfAnIDToken(t *testing.T) {
	c := openCounter(t)
	good := c.issuer.IDToken(jt.Claim("email", ann.Email))
	const noBuyer = "authorization failure: "
	for _, tt := range []struct {
		name  string
		token string
		want  string // error; "" is ann
	}{
		{"a bare token", good, ""},
		{"with the scheme", "Bearer " + good, ""},
		{"in other letters, with more spaces", "bEARER  " + good, ""},

		{"nothing", "", noBuyer + "missing_token"},
		{"the scheme alone", "Bearer ", noBuyer + "missing_token: no bearer credentials"},
		{"another scheme", "Basic " + good, noBuyer + "missing_token: no bearer credentials"},
		{"a misspelled scheme", "xBearer " + good, noBuyer + "invalid_token: the Authorization header is not one bearer token"},
		{"two tokens", good + " " + good, noBuyer + "invalid_token: the Authorization header is not one bearer token"},
		{"no e-mail", c.issuer.IDToken(jt.Without("email")), unusable},
		{"an e-mail of the API's claim", c.issuer.IDToken(jt.Without("email"), jt.Claim(email, ann.Email)), unusable},
		{"a bad e-mail", c.issuer.IDToken(jt.Claim("email", "ann")), unusable},
		{"not verified", c.issuer.IDToken(jt.Claim("email_verified", false)), unverified},
		{"not known to be verified", c.issuer.IDToken(jt.Without("email_verified")), unverified},
		{"verified in words", c.issuer.IDToken(jt.Claim("email_verified", "true")), unverified},
	} {
		for _, holder := range []string{"", c.issuer.Token(), c.issuer.Token(jt.Claim("email", "bob@example.com"))} {
			if tt.want == "" {
				c.wantBuyer(t, tt.name, holder, &tt.token, ann)
				continue
			}
			c.wantRefused(t, tt.name, holder, &tt.token, tt.want, pets.ErrNoBuyer)
		}
	}
}

// The library's own text follows its label.
func TestBadIDTokens(t *testing.T) {
	c := openCounter(t)
	for _, tt := range []struct {
		name  string
		token string
		want  error
	}{
		{"an access token", c.issuer.Token(jt.Claim("email", ann.Email), jt.Claim("email_verified", true)), jwtauth.InvalidClaims},
		{"of another application", c.issuer.IDToken(jt.AudienceOf("client-2")), jwtauth.InvalidClaims},
		{"of another issuer", jt.NewIssuer(t).IDToken(), jwtauth.InvalidClaims},
		{"expired", c.issuer.IDToken(jt.ExpiresIn(-time.Second)), jwtauth.TokenExpired},
		{"forged", c.issuer.IDToken(jt.SignedBy(c.issuer.NewKey("k1", "ES256"))), jwtauth.InvalidSignature},
		{"unsigned", c.issuer.IDToken(jt.Header("alg", "none")), jwtauth.InvalidToken},
		{"a line break", c.issuer.IDToken() + "\n", jwtauth.InvalidToken},
		{"the scheme without a space", "bearer", jwtauth.InvalidToken},
	} {
		buyer, reason, err := c.from(t, c.issuer.Token(), &tt.token)
		if !errors.Is(err, pets.ErrNoBuyer) || !errors.Is(err, tt.want) || buyer != (pets.Buyer{}) || reason != tt.want.Error() {
			t.Errorf("%s: %+v, %v, counted %q, want %v", tt.name, buyer, err, reason, tt.want)
		}
	}
}

// The ID token cannot name another buyer than the access token.
func TestAnotherSubject(t *testing.T) {
	c := openCounter(t)
	id := c.issuer.IDToken(jt.SubjectOf("google|bob"), jt.Claim("email", "bob@example.com"))
	for _, token := range []string{c.issuer.Token(), c.issuer.Token(jt.Claim("email", "bob@example.com"))} {
		c.wantRefused(t, "another subject", token, &id, another, pets.ErrNoBuyer, jwtauth.InvalidClaims)
	}
	c.wantBuyer(t, "behind IAM", "", &id, pets.Buyer{Subject: "google|bob", Email: "bob@example.com"})
	c.wantRefused(t, "behind IAM, without an ID token", "", nil, "authorization failure: missing_token", pets.ErrNoBuyer, jwtauth.MissingToken)
}

// Without keys nothing is decided: the client may try again.
func TestKeysUnavailable(t *testing.T) {
	c := openCounter(t)
	token, id := c.issuer.Token(), c.issuer.IDToken()
	holder := verified(t, c.issuer.Verifier(), token)
	c.issuer.Down()
	for name, ctx := range map[string]context.Context{
		"behind IAM": t.Context(), "behind a token": authorizer.WithIdentity(t.Context(), holder),
	} {
		_, err := c.buyers.From(ctx, &id)
		if !errors.Is(err, pets.ErrUndecided) || !errors.Is(err, jwtauth.ErrKeysUnavailable) || errors.Is(err, pets.ErrNoBuyer) {
			t.Errorf("%s: error %v, want %v", name, err, pets.ErrUndecided)
		}
	}
}

type verifierFunc func() (*jwtauth.Token, error)

func (f verifierFunc) Verify(context.Context, string) (*jwtauth.Token, error) { return f() }

// A token without claims is not a buyer, whatever made it.
func TestTokensWithoutClaims(t *testing.T) {
	c := openCounter(t)
	empty := &jwtauth.Token{Subject: jt.Subject}
	c.buyers.IDTokens = verifierFunc(func() (*jwtauth.Token, error) { return empty, nil })
	id := "x"
	for name, ctx := range map[string]context.Context{
		"ID token": t.Context(), "access token": authorizer.WithIdentity(t.Context(), empty),
	} {
		_, err := c.buyers.From(ctx, &id)
		if !errors.Is(err, pets.ErrNoBuyer) || !errors.Is(err, jwtauth.InvalidClaims) {
			t.Errorf("%s: error %v, want %v and %v", name, err, pets.ErrNoBuyer, jwtauth.InvalidClaims)
		}
	}
}
