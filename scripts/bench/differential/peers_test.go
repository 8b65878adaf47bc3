package differential

import (
	"crypto"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// noon is when every token is verified.
var noon = time.Unix(1_800_000_000, 0)

var algorithms = []string{"RS256", "ES256"}

// identity is what every library must read in a token.
type identity struct {
	issuer, subject string
	audiences       []string
	expiry          int64 // in seconds, the fraction cut off
}

func (i identity) equal(other identity) bool {
	return i.issuer == other.issuer && i.subject == other.subject &&
		slices.Equal(i.audiences, other.audiences) && i.expiry == other.expiry
}

// A peer verifies a token as its documentation recommends.
type peer struct {
	name string
	read func(raw string) (identity, error)
}

// libraries are the verifier here and its peers, with the keys of one issuer.
type libraries struct {
	issuer   *jwtauthtest.Issuer
	rsa, ecc *jwtauthtest.Key
	here     *jwtauth.Verifier
	peers    []peer
}

func open(tb testing.TB) *libraries {
	tb.Helper()
	issuer := jwtauthtest.NewIssuer(tb)
	issuer.Now = func() time.Time { return noon }
	issuer.Rotate("e1", "ES256")
	keys, err := jwtauth.ParseKeySet(issuer.JWKS())
	if err != nil {
		tb.Fatal(err)
	}
	here, err := jwtauth.New(jwtauth.Config{
		Issuer: issuer.URL, Audiences: []string{jwtauthtest.Audience}, Algorithms: algorithms, Now: issuer.Now,
	}, keys)
	if err != nil {
		tb.Fatal(err)
	}
	jwx, err := jwxPeer(issuer)
	if err != nil {
		tb.Fatal(err)
	}
	jose, err := josePeer(issuer)
	if err != nil {
		tb.Fatal(err)
	}
	return &libraries{issuer, issuer.Key("k1"), issuer.Key("e1"), here, []peer{golangPeer(issuer), jose, jwx}}
}

func golangPeer(issuer *jwtauthtest.Issuer) peer {
	keys := map[string]crypto.PublicKey{"k1": issuer.Key("k1").Public(), "e1": issuer.Key("e1").Public()}
	key := func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		if key := keys[kid]; key != nil {
			return key, nil
		}
		return nil, errors.New("unknown key id")
	}
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithIssuer(issuer.URL), jwt.WithAudience(jwtauthtest.Audience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(issuer.Now))
	return peer{"golang-jwt", func(raw string) (identity, error) {
		token, err := parser.Parse(raw, key)
		if err != nil {
			return identity{}, err
		}
		var id identity
		var errs [4]error
		id.issuer, errs[0] = token.Claims.GetIssuer()
		id.subject, errs[1] = token.Claims.GetSubject()
		audiences, err := token.Claims.GetAudience()
		id.audiences, errs[2] = audiences, err
		expiry, err := token.Claims.GetExpirationTime()
		errs[3] = err
		if expiry != nil {
			id.expiry = expiry.Unix()
		}
		return id, errors.Join(errs[:]...)
	}}
}

func josePeer(issuer *jwtauthtest.Issuer) (peer, error) {
	var set jose.JSONWebKeySet
	err := json.Unmarshal(issuer.JWKS(), &set)
	expected := josejwt.Expected{Issuer: issuer.URL, AnyAudience: josejwt.Audience{jwtauthtest.Audience}, Time: noon}
	return peer{"go-jose", func(raw string) (identity, error) {
		token, err := josejwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
		if err != nil {
			return identity{}, err
		}
		var c josejwt.Claims
		if err := token.Claims(&set, &c); err != nil {
			return identity{}, err
		}
		if c.Expiry == nil {
			return identity{}, errors.New("no exp")
		}
		return identity{c.Issuer, c.Subject, c.Audience, c.Expiry.Time().Unix()}, c.ValidateWithLeeway(expected, 0)
	}}, err
}

func jwxPeer(issuer *jwtauthtest.Issuer) (peer, error) {
	set, err := jwk.Parse(issuer.JWKS())
	return peer{"jwx", func(raw string) (identity, error) {
		token, err := jwxjwt.ParseString(raw, jwxjwt.WithKeySet(set), jwxjwt.WithIssuer(issuer.URL), jwxjwt.WithAudience(jwtauthtest.Audience),
			jwxjwt.WithRequiredClaim("exp"), jwxjwt.WithClock(jwxjwt.ClockFunc(issuer.Now)))
		if err != nil {
			return identity{}, err
		}
		var id identity
		id.issuer, _ = token.Issuer()
		id.subject, _ = token.Subject()
		id.audiences, _ = token.Audience()
		expiry, _ := token.Expiration()
		id.expiry = expiry.Unix()
		return id, nil
	}}, err
}

// check verifies a token with every library.
func (l *libraries) check(t *testing.T, raw string) {
	t.Helper()
	token, err := l.here.Verify(t.Context(), raw)
	if err != nil {
		return
	}
	here := identity{token.Issuer, token.Subject, token.Audiences, token.Expiry.Unix()}
	for _, p := range l.peers {
		there, err := p.read(raw)
		switch {
		case err == nil && !there.equal(here):
			t.Errorf("%s reads %+v instead of %+v\n%s", p.name, there, here, decoded(raw))
		case err != nil && !isKnown(p.name, raw):
			t.Errorf("accepted here, but %s: %v\n%s", p.name, err, decoded(raw))
		}
	}
}
