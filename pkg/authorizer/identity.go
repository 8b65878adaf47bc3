package authorizer

import (
	"context"

	"example.com/securedpets/pkg/jwtauth"
)

type identityKey struct{}

// identity is the result of a guard: a token, or the reason why there is none.
type identity struct {
	token *jwtauth.Token
	err   error
}

// IdentityFrom returns the verified token of the caller. It reports false when there is none:
// behind Optional, or when no guard has run.
func IdentityFrom(ctx context.Context) (*jwtauth.Token, bool) {
	id, _ := ctx.Value(identityKey{}).(identity)
	return id.token, id.token != nil
}

// IdentityError distinguishes the two kinds of anonymous requests behind Optional. It returns nil
// for a request without a token or with a verified one, and an error that matches
// [jwtauth.ErrKeysUnavailable] for one whose token could not be verified without keys.
func IdentityError(ctx context.Context) error {
	id, _ := ctx.Value(identityKey{}).(identity)
	return id.err
}

// WithIdentity returns a context with a verified token, for tests of handlers that stand behind a
// guard. It verifies nothing: outside tests, only the guards may call it.
func WithIdentity(ctx context.Context, token *jwtauth.Token) context.Context {
	return context.WithValue(ctx, identityKey{}, identity{token: token})
}

func withoutIdentity(ctx context.Context, err error) context.Context {
	return context.WithValue(ctx, identityKey{}, identity{err: err})
}

// verified returns the token of the guard around, or why there is none.
func verified(ctx context.Context) (*jwtauth.Token, error) {
	id, guarded := ctx.Value(identityKey{}).(identity)
	switch {
	case !guarded:
		return nil, errNoGuard
	case id.err != nil:
		return nil, id.err
	case id.token == nil:
		return nil, jwtauth.MissingToken
	}
	return id.token, nil
}
