package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth"
)

// authorization is what a route requires from the caller.
type authorization struct {
	kind       string
	authorizer *authorizer
	scopes     []string
}

func newAuthorization(route template.Route, authorizers map[string]*authorizer) authorization {
	a := authorization{kind: route.Authorization, scopes: route.Scopes}
	if route.Authorizer != nil {
		a.authorizer = authorizers[route.Authorizer.LogicalID]
	}
	return a
}

// authorize returns nil for an authorized request, else the error response.
// Only NONE needs no token; an unknown kind refuses every request.
func (a authorization) authorize(ctx context.Context, x *exchange) *response {
	switch {
	case a.kind == template.AuthorizationNone:
		return nil
	case a.kind != template.AuthorizationJWT || a.authorizer == nil:
		return refusal(forbidden)
	}
	raw := a.authorizer.credential(x.in)
	token, err := a.authorizer.verify(ctx, raw)
	switch {
	case errors.Is(err, jwtauth.ErrKeysUnavailable):
		return a.keysUnavailable(x, err)
	case err != nil:
		return a.denied(x, raw, err)
	case !a.hasScope(token):
		return a.missingScope(x)
	}
	x.token = token
	return nil
}

func (a authorization) hasScope(token *jwtauth.Token) bool {
	return len(a.scopes) == 0 || slices.ContainsFunc(a.scopes, token.HasScope)
}

// denied returns 401. The parameters of the header are separated by spaces,
// with an empty scope first [seen].
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

// missingScope returns 403; the content of the header is [open].
func (a authorization) missingScope(x *exchange) *response {
	x.authorizerError = "the token does not have a required scope"
	r := refusal(forbidden)
	r.header.Set("Www-Authenticate", fmt.Sprintf(`Bearer scope="%s" error="insufficient_scope" error_description="%s"`,
		strings.Join(a.scopes, " "), x.authorizerError))
	return r
}

// keysUnavailable returns 503: the token could not be checked [open].
func (a authorization) keysUnavailable(x *exchange, err error) *response {
	const soon = "2"
	x.authorizerError = "the keys of the issuer cannot be fetched"
	if errors.Is(err, jwtauth.ErrKeyUndecided) {
		x.authorizerError = "too many unknown key ids"
	}
	r := refusal(refused{http.StatusServiceUnavailable, "Service Unavailable", "AUTHORIZER_FAILURE"})
	r.header.Set("Retry-After", soon)
	return r
}
