package authorizer

import (
	"context"
	"errors"

	"example.com/securedpets/pkg/jwtauth"
)

// An adapter describes the events of one kind, so that the guards are written once.
type adapter[E, R any] struct {
	// request gets no *Authorizer: the type of this function is in the binary of every user of a
	// guard, and would keep all methods of *Authorizer there.
	request func(handshake, *E) request
	// message returns the parts of a response to this event.
	message func(*E, *R) message
}

// require returns the guard of Require for one kind of events.
func require[E, R any](a *Authorizer, kind adapter[E, R], next func(context.Context, E) (R, error), scopes []string) func(context.Context, E) (R, error) {
	mustScopes(scopes)
	allow := a.rule(scopes)
	return func(ctx context.Context, event E) (resp R, err error) {
		token, decision, err := a.decide(ctx, kind.request(a.handshake, &event), allow)
		if err != nil {
			kind.message(&event, &resp).write(a.refuse(ctx, decision, err, scopes))
			return resp, nil
		}
		resp, err = next(WithIdentity(ctx, token), event)
		m := kind.message(&event, &resp)
		m.noStore()
		a.setNonce(m, token)
		return resp, err
	}
}

// optional returns the guard of Optional for one kind of events.
func optional[E, R any](a *Authorizer, kind adapter[E, R], next func(context.Context, E) (R, error)) func(context.Context, E) (R, error) {
	return func(ctx context.Context, event E) (resp R, err error) {
		r := kind.request(a.handshake, &event)
		if r.absent() {
			resp, err = next(withoutIdentity(ctx, nil), event)
			kind.message(&event, &resp).varyByAuthorization()
			return resp, err
		}
		token, decision, err := a.decide(ctx, r, anyToken)
		switch {
		case err == nil:
			ctx = WithIdentity(ctx, token)
		case errors.Is(err, jwtauth.ErrKeysUnavailable):
			ctx = withoutIdentity(ctx, err)
		default:
			kind.message(&event, &resp).write(a.refuse(ctx, decision, err, nil))
			return resp, nil
		}
		resp, err = next(ctx, event)
		m := kind.message(&event, &resp)
		m.noStore()
		m.varyByAuthorization()
		a.setNonce(m, token)
		return resp, err
	}
}
