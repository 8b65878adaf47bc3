package days

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/auth0/go-jwt-middleware/v3/jwks"
	"github.com/auth0/go-jwt-middleware/v3/validator"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/httprc/v3"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// algorithms are accepted by every library.
var algorithms = []string{"RS256", "ES256", "PS256"}

// verify verifies one token.
type verify func(ctx context.Context, raw string) error

// A library is a way to verify the tokens of one issuer. open does what a service does when it
// starts; ctx ends what the library runs in the background.
type library struct {
	name   string
	module string // of a peer
	open   func(ctx context.Context, i *issuer) (verify, error)
}

// libraries are this one and its peers, with the defaults that their documentation shows. Only the
// transport of their HTTP client is replaced, not its timeout.
var libraries = []library{
	{"here", "", openHere},
	{"keyfunc", "github.com/MicahParks/keyfunc/v3", openKeyfunc},
	{"go-oidc", "github.com/coreos/go-oidc/v3", openOIDC},
	{"auth0 middleware", "github.com/auth0/go-jwt-middleware/v3", openAuth0},
	{"jwx", "github.com/lestrrat-go/jwx/v3", openJWX},
}

func openHere(_ context.Context, i *issuer) (verify, error) {
	return openWithClock(i, nil)
}

func openWithClock(i *issuer, now func() time.Time) (verify, error) {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: i.URL, Client: &http.Client{Transport: i}, Now: now})
	if err != nil {
		return nil, err
	}
	v, err := jwtauth.New(jwtauth.Config{
		Issuer: i.URL, Audiences: []string{jwtauthtest.Audience}, Algorithms: algorithms, Now: now,
	}, keys)
	return func(ctx context.Context, raw string) error {
		_, err := v.Verify(ctx, raw)
		return err
	}, err
}

// openKeyfunc uses http.DefaultClient's settings, as NewDefaultCtx does.
func openKeyfunc(ctx context.Context, i *issuer) (verify, error) {
	ignore := func(string) func(context.Context, error) { return func(context.Context, error) {} }
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{i.JWKSURL()}, keyfunc.Override{
		Client: &http.Client{Transport: i}, RefreshErrorHandlerFunc: ignore,
	})
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithIssuer(i.URL),
		jwt.WithAudience(jwtauthtest.Audience), jwt.WithExpirationRequired())
	return func(ctx context.Context, raw string) error {
		_, err := parser.Parse(raw, keys.KeyfuncCtx(ctx))
		return err
	}, nil
}

func openOIDC(ctx context.Context, i *issuer) (verify, error) {
	ctx = oidc.ClientContext(ctx, &http.Client{Transport: i})
	provider, err := oidc.NewProvider(ctx, i.URL)
	if err != nil {
		return nil, err
	}
	v := provider.VerifierContext(ctx, &oidc.Config{ClientID: jwtauthtest.Audience})
	return func(ctx context.Context, raw string) error {
		_, err := v.Verify(ctx, raw)
		return err
	}, nil
}

func openAuth0(_ context.Context, i *issuer) (verify, error) {
	issuerURL, err := url.Parse(i.URL)
	if err != nil {
		return nil, err
	}
	provider, err := jwks.NewCachingProvider(jwks.WithIssuerURL(issuerURL),
		jwks.WithCustomClient(&http.Client{Transport: i, Timeout: 30 * time.Second}))
	if err != nil {
		return nil, err
	}
	var allowed []validator.SignatureAlgorithm
	for _, alg := range algorithms {
		allowed = append(allowed, validator.SignatureAlgorithm(alg))
	}
	v, err := validator.New(validator.WithKeyFunc(provider.KeyFunc), validator.WithAlgorithms(allowed),
		validator.WithIssuer(i.URL), validator.WithAudience(jwtauthtest.Audience))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw string) error {
		_, err := v.ValidateToken(ctx, raw)
		return err
	}, nil
}

func openJWX(ctx context.Context, i *issuer) (verify, error) {
	cache, err := jwk.NewCache(ctx, httprc.NewClient())
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: i, Timeout: 30 * time.Second}
	if err := cache.Register(ctx, i.JWKSURL(), jwk.WithHTTPClient(client)); err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw string) error {
		keys, err := cache.Lookup(ctx, i.JWKSURL())
		if err != nil {
			return err
		}
		_, err = jwxjwt.ParseString(raw, jwxjwt.WithKeySet(keys), jwxjwt.WithIssuer(i.URL),
			jwxjwt.WithAudience(jwtauthtest.Audience), jwxjwt.WithRequiredClaim("exp"))
		return err
	}, nil
}
