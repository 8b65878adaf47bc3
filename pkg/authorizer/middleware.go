package authorizer

import (
	"errors"
	"io"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// Middleware is [Authorizer.Require] for net/http: any one of the scopes, or any valid token when
// none is named. It panics for a string that cannot be a scope.
func (a *Authorizer) Middleware(scopes ...string) func(http.Handler) http.Handler {
	mustScopes(scopes)
	allow := anyOf(scopes)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token, err := a.decide(r.Context(), r.Pattern, r.Header.Values(headerName), allow)
			if err != nil {
				writeAnswer(w, answerFor(err, scopes))
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), token)))
		})
	}
}

// OptionalMiddleware is [Authorizer.Optional] for net/http.
func (a *Authorizer) OptionalMiddleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Authorization")
		ctx, creds := r.Context(), credentials(r.Header.Values(headerName))
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
			writeAnswer(w, answerFor(err, nil))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func writeAnswer(w http.ResponseWriter, a answer) {
	for name, value := range a.headers() {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	// A caller who has gone away does not read the answer: nothing is left to do.
	_, _ = io.WriteString(w, a.body()) //nolint:gosec // G705: the body is made of a status text, nothing of the request
}
