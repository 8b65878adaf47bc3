package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth"
)

// Prefixes of an authorizer's identity source.
const (
	headerSource = "$request.header."
	querySource  = "$request.querystring."
)

// documentTimeout is API Gateway's for the discovery document and for the keys
// [aws].
const documentTimeout = 1500 * time.Millisecond

// authorizer is a JWT authorizer with the keys of its issuer.
type authorizer struct {
	config   template.Authorizer
	verifier *jwtauth.Verifier
	now      func() time.Time
}

// newAuthorizers returns the authorizers by logical id and fetches their keys.
func newAuthorizers(ctx context.Context, api template.API, options Options) (map[string]*authorizer, error) {
	authorizers := map[string]*authorizer{}
	var problems []error
	for _, r := range api.Routes {
		if r.Authorizer == nil || authorizers[r.Authorizer.LogicalID] != nil {
			continue
		}
		a := &authorizer{config: *r.Authorizer, now: options.Now}
		authorizers[r.Authorizer.LogicalID] = a
		if err := a.open(ctx, options); err != nil {
			problems = append(problems, fmt.Errorf("%s: issuer %s: %w", a.config.LogicalID, a.config.Issuer, err))
		}
	}
	return authorizers, errors.Join(problems...)
}

// open fetches the keys. API Gateway supports RSA only: RS256 is certain, RS384
// and RS512 are [open], and the PS algorithms are refused.
func (a *authorizer) open(ctx context.Context, options Options) error {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{
		Issuer: a.config.Issuer, Client: options.Client, Now: a.now, Timeout: documentTimeout,
		Observe: func(e jwtauth.Event) {
			if e.Kind == jwtauth.EventFetch && isSlow(e.Err) {
				options.Warn(fmt.Sprintf("%s: issuer %s needs more than %v for a document: API Gateway does not wait longer",
					a.config.LogicalID, a.config.Issuer, documentTimeout))
			}
		},
	})
	if err != nil {
		return err
	}
	a.verifier, err = jwtauth.New(jwtauth.Config{
		Issuer: a.config.Issuer, Audiences: a.config.Audiences, ClientIDAudience: true,
		Algorithms: []string{"RS256", "RS384", "RS512"}, Now: a.now,
	}, keys)
	if err != nil {
		return err
	}
	err = keys.Hydrate(ctx)
	if isSlow(err) { // each document may be in time although both together are not
		err = keys.Hydrate(ctx)
	}
	if isSlow(err) {
		return fmt.Errorf("%w: API Gateway waits %v for each document", err, documentTimeout)
	}
	return err
}

// isSlow reports whether keys are missing because the issuer did not respond in
// time.
func isSlow(err error) bool {
	return errors.Is(err, jwtauth.ErrKeysUnavailable) && errors.Is(err, context.DeadlineExceeded)
}

// credential returns the token of the identity source, "" for none. The scheme
// is optional and case-insensitive [seen]. Repeated values are joined, which
// makes the token invalid.
func (a *authorizer) credential(in *http.Request) string {
	var text string
	if name, isHeader := strings.CutPrefix(a.config.IdentitySource, headerSource); isHeader {
		text = strings.Join(in.Header.Values(name), ",")
	} else {
		text = queryParameters(in.URL.RawQuery)[strings.TrimPrefix(a.config.IdentitySource, querySource)]
	}
	scheme, token, _ := strings.Cut(strings.TrimSpace(text), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token) // the scheme alone is no token [open]
	}
	return strings.TrimSpace(text)
}

func (a *authorizer) verify(ctx context.Context, raw string) (*jwtauth.Token, error) {
	if raw == "" {
		return nil, jwtauth.MissingToken
	}
	token, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	// API Gateway has no leeway; package jwtauth allows a minute.
	if token.IssuedAt.After(a.now()) {
		return nil, errIssuedInFuture
	}
	return token, nil
}

var errIssuedInFuture = fmt.Errorf("%w: iat is in the future", jwtauth.InvalidClaims)
