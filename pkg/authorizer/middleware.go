package authorizer

import (
	"errors"
	"io"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
)

// Middleware is [Authorizer.Require] for net/http: any one of the scopes, or any valid token when
// there are none. It panics for a string that cannot be a scope.
//
// The handler gets the ResponseWriter as it is: it can flush, hijack and upgrade the connection. A
// connection that was upgraded is not verified again: close it when the token expires.
func (a *Authorizer) Middleware(scopes ...string) func(http.Handler) http.Handler {
	mustScopes(scopes)
	allow := a.rule(scopes)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := r.Context()
			token, decision, err := a.decide(ctx, a.httpRequest(r), allow)
			if err != nil {
				writeResponse(w, a.refuse(ctx, decision, err, scopes))
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			a.addNonce(w, token)
			next.ServeHTTP(w, r.WithContext(WithIdentity(ctx, token)))
		})
	}
}

// errNoGuard means that Scopes stands where no guard has verified a token.
var errNoGuard = errors.New("authorizer: Scopes without a Middleware around it")

// Scopes is a Middleware for groups of routes inside of another Middleware: it requires scopes of
// the token that was verified there, and verifies nothing itself. Inside of OptionalMiddleware, it
// refuses a request without a verified token. Without a guard around it, every request gets 500.
//
// Its decisions are observed too. It panics for a string that cannot be a scope.
func (a *Authorizer) Scopes(scopes ...string) func(http.Handler) http.Handler {
	mustScopes(scopes)
	allow := a.rule(scopes)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := r.Context()
			token, err := verified(ctx)
			if err == nil {
				err = allow(token)
			}
			decision := a.decision(ctx, a.routeOf(r), token, err)
			if err == nil {
				next.ServeHTTP(w, r)
				return
			}
			if a.dpop != nil && token != nil && token.Confirmation.KeyThumbprint != "" {
				err = a.dpop.wrap(err)
			}
			writeResponse(w, a.refuse(ctx, decision, err, scopes))
		})
	}
}

// OptionalMiddleware is [Authorizer.Optional] for net/http.
func (a *Authorizer) OptionalMiddleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Authorization")
		ctx, request := r.Context(), a.httpRequest(r)
		if request.absent() {
			next.ServeHTTP(w, r.WithContext(withoutIdentity(ctx, nil)))
			return
		}
		token, decision, err := a.decide(ctx, request, anyToken)
		switch {
		case err == nil:
			ctx = WithIdentity(ctx, token)
		case errors.Is(err, jwtauth.ErrKeysUnavailable):
			ctx = withoutIdentity(ctx, err)
		default:
			writeResponse(w, a.refuse(ctx, decision, err, nil))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		a.addNonce(w, token)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func writeResponse(w http.ResponseWriter, resp Response) {
	for name, value := range resp.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(resp.Status)
	// An error means that the client has disconnected.
	_, _ = io.WriteString(w, resp.Body)
}
