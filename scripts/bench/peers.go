package main

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	auth0v2 "github.com/auth0/go-jwt-middleware/v2/validator"
	auth0v3 "github.com/auth0/go-jwt-middleware/v3/validator"
	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	jwkv2 "github.com/lestrrat-go/jwx/v2/jwk"
	jwtv2 "github.com/lestrrat-go/jwx/v2/jwt"
	jwkv3 "github.com/lestrrat-go/jwx/v3/jwk"
	jwtv3 "github.com/lestrrat-go/jwx/v3/jwt"
	josev2 "gopkg.in/go-jose/go-jose.v2"
)

var errScope = errors.New("scope not found")

// contenders are the signature check, ours and the peers. Each is set up as its documentation
// says and does the same: signature by kid, issuer, audience, expiry, and the scope as a result.
func contenders(ctx context.Context, i *issuer) ([]contender, func(), error) {
	makers := []func(context.Context, *issuer, string) (contender, error){
		oursStatic, oursRemote, golangJWT, goJOSE, goOIDC, goOIDCStatic, auth0V2, auth0V3, jwxV2, jwxV3,
	}
	first, err := raw(i)
	if err != nil {
		return nil, nil, err
	}
	all := []contender{first}
	server := serveKeys(i)
	for _, maker := range makers {
		c, err := maker(ctx, i, server.URL)
		if err != nil {
			server.Close()
			return nil, nil, err
		}
		all = append(all, c)
	}
	return all, server.Close, nil
}

// serveKeys serves the issuer's key set on loopback.
func serveKeys(i *issuer) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(i.jwks)
	}))
}

// scopeClaim is the claim that a service reads the scope from.
type scopeClaim struct {
	Scope string `json:"scope"`
}

func (c scopeClaim) check() error {
	if !slices.Contains(strings.Fields(c.Scope), scope) {
		return errScope
	}
	return nil
}

type golangClaims struct {
	jwt.RegisteredClaims
	scopeClaim
}

func golangJWT(_ context.Context, i *issuer, _ string) (contender, error) {
	keys := map[string]crypto.PublicKey{i.kid: i.public}
	key := func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		if key := keys[kid]; key != nil {
			return key, nil
		}
		return nil, jwt.ErrTokenUnverifiable
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{i.alg}), jwt.WithIssuer(issuerURL), jwt.WithAudience(audience), jwt.WithExpirationRequired())
	return contender{"golang-jwt", func() error {
		var c golangClaims
		if _, err := parser.ParseWithClaims(i.token, &c, key); err != nil {
			return err
		}
		return c.check()
	}}, nil
}

func goJOSE(_ context.Context, i *issuer, _ string) (contender, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(i.jwks, &set); err != nil {
		return contender{}, err
	}
	algorithms := []jose.SignatureAlgorithm{jose.SignatureAlgorithm(i.alg)}
	return contender{"go-jose", func() error {
		token, err := josejwt.ParseSigned(i.token, algorithms)
		if err != nil {
			return err
		}
		var standard josejwt.Claims
		var c scopeClaim
		if err := token.Claims(&set, &standard, &c); err != nil {
			return err
		}
		if err := standard.ValidateWithLeeway(josejwt.Expected{Issuer: issuerURL, AnyAudience: []string{audience}, Time: time.Now()}, 0); err != nil {
			return err
		}
		return c.check()
	}}, nil
}

func goOIDC(ctx context.Context, i *issuer, url string) (contender, error) {
	return oidcContender(ctx, "go-oidc, remote", i, oidc.NewRemoteKeySet(ctx, url)), nil
}

func goOIDCStatic(ctx context.Context, i *issuer, _ string) (contender, error) {
	return oidcContender(ctx, "go-oidc, static", i, &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{i.public}}), nil
}

func oidcContender(ctx context.Context, name string, i *issuer, keys oidc.KeySet) contender {
	verifier := oidc.NewVerifier(issuerURL, keys, &oidc.Config{ClientID: audience, SupportedSigningAlgs: []string{i.alg}})
	return contender{name, func() error {
		token, err := verifier.Verify(ctx, i.token)
		if err != nil {
			return err
		}
		var c scopeClaim
		if err := token.Claims(&c); err != nil {
			return err
		}
		return c.check()
	}}
}

// Validate makes scopeClaim a custom claim of both auth0 validators.
func (c *scopeClaim) Validate(context.Context) error { return c.check() }

func auth0V2(ctx context.Context, i *issuer, _ string) (contender, error) {
	var set josev2.JSONWebKeySet
	if err := json.Unmarshal(i.jwks, &set); err != nil {
		return contender{}, err
	}
	key := func(context.Context) (any, error) { return &set, nil }
	v, err := auth0v2.New(key, auth0v2.SignatureAlgorithm(i.alg), issuerURL, []string{audience},
		auth0v2.WithCustomClaims(func() auth0v2.CustomClaims { return &scopeClaim{} }))
	if err != nil {
		return contender{}, err
	}
	return contender{"auth0 middleware v2", func() error { _, err := v.ValidateToken(ctx, i.token); return err }}, nil
}

func auth0V3(ctx context.Context, i *issuer, _ string) (contender, error) {
	set, err := jwkv3.Parse(i.jwks)
	if err != nil {
		return contender{}, err
	}
	v, err := auth0v3.New(
		auth0v3.WithKeyFunc(func(context.Context) (any, error) { return set, nil }),
		auth0v3.WithAlgorithm(auth0v3.SignatureAlgorithm(i.alg)),
		auth0v3.WithIssuer(issuerURL),
		auth0v3.WithAudience(audience),
		auth0v3.WithCustomClaims(func() *scopeClaim { return &scopeClaim{} }),
	)
	if err != nil {
		return contender{}, err
	}
	return contender{"auth0 middleware v3", func() error { _, err := v.ValidateToken(ctx, i.token); return err }}, nil
}

func jwxV2(_ context.Context, i *issuer, _ string) (contender, error) {
	set, err := jwkv2.Parse(i.jwks)
	if err != nil {
		return contender{}, err
	}
	return contender{"jwx v2 jwt.Parse", func() error {
		token, err := jwtv2.ParseString(i.token, jwtv2.WithKeySet(set), jwtv2.WithIssuer(issuerURL), jwtv2.WithAudience(audience), jwtv2.WithRequiredClaim("exp"))
		if err != nil {
			return err
		}
		value, _ := token.Get("scope")
		text, _ := value.(string)
		return scopeClaim{text}.check()
	}}, nil
}

func jwxV3(_ context.Context, i *issuer, _ string) (contender, error) {
	set, err := jwkv3.Parse(i.jwks)
	if err != nil {
		return contender{}, err
	}
	return contender{"jwx v3 jwt.Parse", func() error {
		token, err := jwtv3.ParseString(i.token, jwtv3.WithKeySet(set), jwtv3.WithIssuer(issuerURL), jwtv3.WithAudience(audience), jwtv3.WithRequiredClaim("exp"))
		if err != nil {
			return err
		}
		var text string
		if err := token.Get("scope", &text); err != nil {
			return err
		}
		return scopeClaim{text}.check()
	}}, nil
}
