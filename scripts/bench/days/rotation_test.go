package days

import (
	"time"

	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// rotationDays are about keys that come and go.
var rotationDays = []day{
	{name: "a new key; its tokens refused for", run: rotation},
	{name: "the same, of an issuer that sends `max-age=15`, as Auth0 does", run: rotationWithMaxAge},
	{name: "a new key, asked for 0.5 s before it is published; its tokens refused for", run: earlyToken},
	{name: "a key is withdrawn and replaced; its tokens accepted for", run: replaced},
	{name: "one of two keys is withdrawn; its tokens accepted for", run: withdrawn},
	{name: "the process is frozen for 11 min, the key withdrawn meanwhile; its tokens accepted for", run: frozen},
}

func rotation(r *run) string {
	r.warm()
	r.Rotate("k2", "ES256")
	return r.refusedFor(r.token(), time.Second)
}

func rotationWithMaxAge(r *run) string {
	r.configure(func(i *issuer) { i.maxAge = "15" })
	return rotation(r)
}

// earlyToken is what happens when a network of caches serves the old set for a moment.
func earlyToken(r *run) string {
	r.warm()
	key := r.NewKey("k2", "ES256")
	token := r.token(jwtauthtest.SignedBy(key))
	_ = r.check(token)
	time.Sleep(500 * time.Millisecond)
	r.Publish(key)
	return r.refusedFor(token, 100*time.Millisecond)
}

func replaced(r *run) string {
	r.warm()
	old := r.token()
	r.Rotate("k2", "ES256")
	r.Withdraw("k1")
	token := r.token()
	return r.acceptedFor(old, 10*time.Second, func() { _ = r.check(token) })
}

func withdrawn(r *run) string {
	r.Rotate("k2", "ES256")
	r.warm()
	token, old := r.signed("k2"), r.signed("k1")
	if err := r.check(old); err != nil {
		r.t.Errorf("%s: %v", r.library.name, err)
	}
	r.Withdraw("k1")
	return r.acceptedFor(old, 10*time.Second, func() { _ = r.check(token) })
}

// frozen lets no time pass for the process. The ages of the peers' keys are timers or
// differences of time.Now, both of which use the monotonic clock that stands still in a frozen
// process. Of the wall clock, only the verifier here takes notice: so it gets one that has moved
// on.
func frozen(r *run) string {
	gone := time.Duration(0)
	if r.library.name == libraries[0].name {
		r.verify = nil
		var err error
		r.verify, err = openWithClock(r.issuer, func() time.Time { return time.Now().Round(0).Add(gone) })
		if err != nil {
			r.t.Error(err)
		}
	}
	r.warm()
	old := r.token()
	r.Rotate("k2", "ES256")
	r.Withdraw("k1")
	gone = 11 * time.Minute
	return r.acceptedFor(old, 10*time.Second, nil)
}
