package authorizer

import (
	"errors"
	"io"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// Middleware is [Authorizer.Require] for net/http: any one of the scopes, or any valid token when
// there are none. It panics for a string that cannot be a scope.
func (a *Authorizer) Middleware(scopes ...string) func(http.Handler) http.Handler {
	mustScopes(scopes)
	allow := anyOf(scopes)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token, err := a.decide(r.Context(), r.Pattern, requestCredentials(r), allow)
			if err != nil {
				writeResponse(w, a.responseFor(err, scopes))
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			a.setNonce(w, token)
			next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), token)))
		})
	}
}

// OptionalMiddleware is [Authorizer.Optional] for net/http.
func (a *Authorizer) OptionalMiddleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Authorization")
		ctx, creds := r.Context(), requestCredentials(r)
		if creds.absent() {
			next.ServeHTTP(w, r.WithContext(withoutIdentity(ctx, nil)))
			return
		}
		token, err := a.decide(ctx, r.Pattern, creds, anyOf(nil))
		switch {
		case err == nil:
			ctx = WithIdentity(ctx, token)
		case errors.Is(err, jwtauth.ErrKeysUnavailable):
			ctx = withoutIdentity(ctx, err)
		default:
			writeResponse(w, a.responseFor(err, nil))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		a.setNonce(w, token)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func writeResponse(w http.ResponseWriter, resp response) {
	for name, value := range resp.headers() {
		w.Header().Set(name, value)
	}
	w.WriteHeader(resp.status)
	// An error means that the client has disconnected.
	_, _ = io.WriteString(w, resp.body()) //nolint:gosec // G705: the body consists of a status text, nothing of the request
}
