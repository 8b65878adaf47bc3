package authorizer

import (
	"context"

	"example.com/securedpets/pkg/jwtauth"
)

type identityKey struct{}

// identity is what a guard found out about the caller.
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

// IdentityError tells the two anonymous callers behind Optional apart. It is nil for a caller who
// sent no token and for one whose token was verified; it is [jwtauth.ErrKeysUnavailable] (by
// errors.Is) for a caller whose token could not be checked for want of keys.
func IdentityError(ctx context.Context) error {
	id, _ := ctx.Value(identityKey{}).(identity)
	return id.err
}

// WithIdentity returns a context with a verified token, for tests of handlers that stand behind a
// guard. Nothing is verified here: outside tests only the guards should call it.
func WithIdentity(ctx context.Context, token *jwtauth.Token) context.Context {
	return context.WithValue(ctx, identityKey{}, identity{token: token})
}

func withoutIdentity(ctx context.Context, err error) context.Context {
	return context.WithValue(ctx, identityKey{}, identity{err: err})
}
