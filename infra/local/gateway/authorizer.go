package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth"
)

// headerSource begins the identity source of an authorizer that takes its token from a header.
const headerSource = "$request.header."

// authorization is what a route asks of a caller.
type authorization struct {
	kind       string
	authorizer *authorizer
	scopes     []string
}

func newAuthorization(of template.Route, authorizers map[string]*authorizer) authorization {
	a := authorization{kind: of.Authorization, scopes: of.Scopes}
	if of.Authorizer != nil {
		a.authorizer = authorizers[of.Authorizer.LogicalID]
	}
	return a
}

// authorize gives the answer for a caller who may not pass; nil lets him pass. Only NONE passes without a
// token: an unknown kind of authorization refuses everybody.
func (a authorization) authorize(ctx context.Context, x *exchange) *response {
	switch {
	case a.kind == template.AuthorizationNone:
		return nil
	case a.kind != template.AuthorizationJWT || a.authorizer == nil:
		return refusal(forbidden) // AWS_IAM: a signature cannot be checked here
	}
	raw := a.authorizer.credential(x.in)
	token, err := a.authorizer.verify(ctx, raw)
	switch {
	case errors.Is(err, jwtauth.ErrKeysUnavailable):
		return a.undecided(x)
	case err != nil:
		return a.denied(x, raw, err)
	case !a.hasScope(token):
		return a.insufficient(x)
	}
	x.token = token
	return nil
}

func (a authorization) hasScope(token *jwtauth.Token) bool {
	return len(a.scopes) == 0 || slices.ContainsFunc(a.scopes, token.HasScope)
}

// denied is 401. The description follows API Gateway's; the parameters are separated by spaces, scope first
// and empty [seen].
func (a authorization) denied(x *exchange, raw string, err error) *response {
	r := refusal(unauthorized)
	if errors.Is(err, jwtauth.MissingToken) {
		x.authorizerError = "missing: token not provided"
		r.header.Set("Www-Authenticate", "Bearer")
		return r
	}
	x.authorizerError = a.authorizer.describe(raw, err)
	r.header.Set("Www-Authenticate", `Bearer scope="" error="invalid_token" error_description="`+x.authorizerError+`"`)
	return r
}

// insufficient is 403; the content of the header is [open].
func (a authorization) insufficient(x *exchange) *response {
	x.authorizerError = "the token does not have a required scope"
	r := refusal(forbidden)
	r.header.Set("Www-Authenticate", fmt.Sprintf(`Bearer scope="%s" error="insufficient_scope" error_description="%s"`,
		strings.Join(a.scopes, " "), x.authorizerError))
	return r
}

// undecided is for keys that cannot be had: neither passed nor refused [open].
func (a authorization) undecided(x *exchange) *response {
	const soon = "2"
	x.authorizerError = "the keys of the issuer cannot be fetched"
	r := refusal(refused{http.StatusServiceUnavailable, "Service Unavailable", "AUTHORIZER_FAILURE"})
	r.header.Set("Retry-After", soon)
	return r
}

// authorizer is a JWT authorizer with the keys of its issuer.
type authorizer struct {
	of       template.Authorizer
	verifier *jwtauth.Verifier
	now      func() time.Time
}

// newAuthorizers makes the authorizers that routes use and fetches their keys.
func newAuthorizers(ctx context.Context, api template.API, with Options) (map[string]*authorizer, error) {
	authorizers := map[string]*authorizer{}
	var problems []error
	for _, r := range api.Routes {
		if r.Authorizer == nil || authorizers[r.Authorizer.LogicalID] != nil {
			continue
		}
		a := &authorizer{of: *r.Authorizer, now: with.Now}
		authorizers[r.Authorizer.LogicalID] = a
		if err := a.open(ctx, with.Client); err != nil {
			problems = append(problems, fmt.Errorf("%s: issuer %s: %w", a.of.LogicalID, a.of.Issuer, err))
		}
	}
	return authorizers, errors.Join(problems...)
}

// open fetches the keys. API Gateway supports RSA only; of its algorithms RS256 is certain, RS384 and RS512
// are [open], and PS256 and its kin are left out.
func (a *authorizer) open(ctx context.Context, client *http.Client) error {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{Issuer: a.of.Issuer, Client: client, Now: a.now})
	if err != nil {
		return err
	}
	a.verifier, err = jwtauth.New(jwtauth.Config{
		Issuer: a.of.Issuer, Audiences: a.of.Audiences, ClientIDAudience: true,
		Algorithms: []string{"RS256", "RS384", "RS512"}, Now: a.now,
	}, keys)
	if err != nil {
		return err
	}
	return keys.Hydrate(ctx)
}

// credential takes the token from the identity source; the scheme may be absent and its case does not
// matter [seen]. Several headers are one list, which is no token.
func (a *authorizer) credential(in *http.Request) string {
	var text string
	if name, isHeader := strings.CutPrefix(a.of.IdentitySource, headerSource); isHeader {
		text = strings.Join(in.Header.Values(name), ",")
	} else {
		name, _ := strings.CutPrefix(a.of.IdentitySource, "$request.querystring.")
		text = queryParameters(in.URL.RawQuery)[name]
	}
	scheme, token, _ := strings.Cut(strings.TrimSpace(text), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token) // the bare scheme is no token [open]
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
	// iat must be before now without leeway; the library grants a minute.
	if token.IssuedAt.After(a.now()) {
		return nil, errIssuedInFuture
	}
	return token, nil
}

var errIssuedInFuture = fmt.Errorf("%w: iat is in the future", jwtauth.InvalidClaims)

// describe words a refusal. It may look into the unverified token because nothing depends on it but the text, and the
// text holds nothing of the token. The first three are API Gateway's own words [seen], [aws]; the rest is ours [open].
func (a *authorizer) describe(raw string, err error) string {
	const segments = 3
	parts := strings.SplitN(raw, ".", segments+1)
	switch {
	case len(parts) != segments:
		return "token contains an invalid number of segments"
	case errors.Is(err, jwtauth.TokenExpired):
		return "the token has expired"
	case errors.Is(err, jwtauth.InvalidSignature):
		return "the token's signature or key is not valid"
	case !errors.Is(err, jwtauth.InvalidClaims):
		return "the token is malformed"
	}
	var claims map[string]json.RawMessage
	if json.Unmarshal(decodeSegment(parts[1]), &claims) != nil {
		return "the token is malformed"
	}
	switch {
	case !isOneOf(claims["iss"], []string{a.of.Issuer}):
		return "issuer does not match"
	case !a.hasAudience(claims):
		return "the token does not have a valid audience"
	default:
		return "the token has a claim that is not valid"
	}
}

func (a *authorizer) hasAudience(claims map[string]json.RawMessage) bool {
	if aud, found := claims["aud"]; found {
		return isOneOf(aud, a.of.Audiences)
	}
	return isOneOf(claims["client_id"], a.of.Audiences)
}

// isOneOf holds for a JSON text, or a list with a text, that is among the wanted ones.
func isOneOf(claim json.RawMessage, wanted []string) bool {
	var one string
	if json.Unmarshal(claim, &one) == nil {
		return slices.Contains(wanted, one)
	}
	var list []string
	_ = json.Unmarshal(claim, &list) // anything else has none
	return slices.ContainsFunc(list, func(text string) bool { return slices.Contains(wanted, text) })
}
