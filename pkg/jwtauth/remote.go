package jwtauth

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// RemoteConfig says where the keys of an issuer are.
type RemoteConfig struct {
	// Issuer is the issuer whose discovery document (OpenID Connect Discovery section 4) names the key set, and whose
	// Verifier alone may use it. Required unless URL is set.
	Issuer string

	// URL is that of the JWK set: https, or http on a loopback host. By default, it is discovered.
	URL string

	// Client makes the requests; its redirect policy is replaced. By default, one with a timeout of 1 second to
	// connect.
	Client *http.Client

	// Observe is called after each fetch, each time old keys are served, and each time an unknown key id is not looked
	// for; by many goroutines at once, which wait for it. By default, nobody is told.
	Observe func(Event)

	// Now is the clock for the age of keys; only differences between its readings count. By default, time.Now, whose
	// differences are monotonic: a jump of the wall clock changes nothing.
	Now func() time.Time
}

// The patience of a key set. The comment of RemoteKeySet explains each value.
const (
	freshByDefault = 10 * time.Minute
	freshAtLeast   = 5 * time.Minute
	freshAtMost    = time.Hour
	hardEnd        = 24 * time.Hour
	coldWait       = 1500 * time.Millisecond
	staleWait      = 300 * time.Millisecond
	answerReserve  = 200 * time.Millisecond
)

// RemoteKeySet is the key set that an issuer publishes. It fetches when a token needs it to and never in the
// background: between invocations a Lambda function is frozen, and what runs then runs at the wrong time. It is safe
// for concurrent use.
//
//   - Keys are fresh for 10 minutes, or for the provider's max-age where that is 5 minutes to an hour. So long a
//     withdrawn key is trusted, with traffic.
//   - Older keys are renewed by the request that needs them, which waits 300 ms at most and then takes the old ones.
//     Those serve for 24 hours at most.
//   - Without keys a request waits 1.5 s at most, then it is [ErrKeysUnavailable]. A caller with a deadline gets 200 ms
//     of it back, to be able to answer.
//   - There is one fetch at a time, for everybody, and no caller that leaves ends it. It has 3 s, in which it tries
//     twice. Failed ones pause fetching for 1 s, doubling to 60 s (2 s while there are no keys) or for what Retry-After
//     asks for within that.
//   - A key id that is not in the set is looked for at once, so a new key works with its first token. Forged ids cause
//     3 fetches and then one in 10 s; an id that was not found is not looked for again for 30 s.
//   - An answer is at most 150,000 bytes unpacked and 100 keys, has status 200, and came by https (or from loopback)
//     without a redirect to another host. A bad or empty one never replaces a good set.
//   - The discovery document must name exactly the issuer. The URL it gives is kept until a fetch fails.
type RemoteKeySet struct {
	issuer  string
	url     string // empty: discovered
	client  *http.Client
	ours    bool // the client is not shared with anybody
	observe func(Event)
	now     func() time.Time

	current atomic.Pointer[snapshot]

	flights atomic.Int64 // so many have started

	mu       sync.Mutex
	flight   *flight // the fetch that is under way, if any
	failed   failures
	budget   bucket
	unknown  negatives
	endpoint string // the discovered URL, until a fetch from it fails
}

// snapshot is one state of the key set. It is never changed.
type snapshot struct {
	keys  map[string]*Key
	at    time.Time     // when the fetch began that found it
	fresh time.Duration // how long it needs no look at the provider
	etag  string

	flight int64 // the number of the fetch, 0 for preloaded keys
}

func (s *snapshot) isFresh(now time.Time) bool { return s != nil && within(now, s.at, s.fresh) }

func (s *snapshot) isUsable(now time.Time) bool { return s != nil && now.Sub(s.at) < hardEnd }

// within reports whether now is less than d after at. A clock that was set back puts now before at: then nothing is
// known about the time in between, and whatever it was counts as over.
func within(now, at time.Time, d time.Duration) bool {
	age := now.Sub(at)
	return age >= 0 && age < d
}

// NewRemoteKeySet returns a key set that has fetched nothing yet. Its error joins every complaint about cfg.
func NewRemoteKeySet(cfg RemoteConfig) (*RemoteKeySet, error) {
	var complaints []error
	if cfg.Issuer != "" || cfg.URL == "" {
		complaints = append(complaints, checkIssuer(cfg.Issuer))
	}
	if cfg.URL != "" {
		if _, err := parseEndpoint(cfg.URL); err != nil {
			complaints = append(complaints, errors.New("jwtauth: URL: "+err.Error()))
		}
	}
	if err := errors.Join(complaints...); err != nil {
		return nil, err
	}
	r := &RemoteKeySet{issuer: cfg.Issuer, url: cfg.URL, observe: cfg.Observe, now: cfg.Now}
	if r.now == nil {
		r.now = time.Now
	}
	r.client, r.ours = newClient(cfg.Client), cfg.Client == nil
	return r, nil
}

func newClient(given *http.Client) *http.Client {
	if given == nil {
		given = &http.Client{Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:    connectTimeout,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		}}
	}
	client := *given
	client.CheckRedirect = checkRedirect
	return &client
}

// Key returns the key of this id. With a fresh set that has it, that is one atomic load and one map look-up.
func (r *RemoteKeySet) Key(ctx context.Context, kid string) (*Key, error) {
	s := r.current.Load() // before the clock, so that it is never younger than now
	now := r.now()
	if s.isFresh(now) {
		if key := s.keys[kid]; key != nil {
			return key, nil
		}
		return r.seek(ctx, kid)
	}
	return r.renew(ctx, kid, s, now)
}

// renew looks a key up after a look at the provider, which is due. While the old set is usable the look must be
// quick, and its failure is no reason to turn anybody away.
func (r *RemoteKeySet) renew(ctx context.Context, kid string, old *snapshot, now time.Time) (*Key, error) {
	usable, before := old.isUsable(now), r.flights.Load()
	s, err := r.refresh(ctx, kid, usable)
	if err != nil && !usable {
		return nil, err
	}
	if err != nil {
		r.report(Event{Kind: EventStale, Outcome: "served", Err: err})
		s = old
	}
	if key := s.keys[kid]; key != nil {
		return key, nil
	}
	if err == nil && s.flight > before { // it began after this call
		return nil, r.missing(kid, now)
	}
	return r.seek(ctx, kid)
}

// refresh returns a set that was fetched now, or that somebody else has fetched in the meantime. A key id is what it is
// fetched for.
func (r *RemoteKeySet) refresh(ctx context.Context, kid string, usable bool) (*snapshot, error) {
	r.mu.Lock()
	now := r.now()
	if s := r.current.Load(); s.isFresh(now) {
		r.mu.Unlock()
		return s, nil
	}
	f := r.flight
	if f == nil {
		if err := r.failed.wait(now, usable); err != nil {
			r.mu.Unlock()
			return nil, err
		}
		f = r.take(ctx, flight{kid: kid}, now)
	}
	r.mu.Unlock()
	if usable {
		return f.wait(ctx, staleWait-time.Since(f.started))
	}
	return f.wait(ctx, coldWait)
}

// seek looks for a key id that the current set does not have. That may be a new key, and then its token must pass at
// once; or a forged id, and then it must not make us fetch: so there is a budget, and a memory of ids that do not
// exist.
func (r *RemoteKeySet) seek(ctx context.Context, kid string) (*Key, error) {
	before := r.flights.Load()
	for {
		r.mu.Lock()
		now := r.now()
		if key := r.current.Load().find(kid); key != nil {
			r.mu.Unlock()
			return key, nil
		}
		f, throttle, err := r.seekFlight(ctx, kid, now)
		r.mu.Unlock()
		if err != nil {
			r.report(Event{Kind: EventThrottled, Outcome: throttle, Err: err})
			return nil, err
		}
		s, err := f.wait(ctx, coldWait)
		if err != nil {
			return nil, err
		}
		if key := s.keys[kid]; key != nil {
			return key, nil
		}
		if s.flight > before { // one that began earlier may have missed a new key
			return nil, r.missing(kid, now)
		}
	}
}

// missing remembers that the provider was asked and does not have this key.
func (r *RemoteKeySet) missing(kid string, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unknown.add(kid, now)
	return ErrUnknownKey
}

// seekFlight returns the fetch to wait for, which it starts if the budget allows; it never waits for budget. Otherwise
// it returns what throttles it. The caller holds mu.
func (r *RemoteKeySet) seekFlight(ctx context.Context, kid string, now time.Time) (*flight, string, error) {
	switch {
	case r.unknown.has(kid, now):
		return nil, "remembered", ErrUnknownKey
	case r.flight != nil:
		return r.flight, "", nil
	}
	if err := r.failed.wait(now, true); err != nil {
		return nil, "paused", err
	}
	if !r.budget.take(now) {
		return nil, "budget", ErrUnknownKey
	}
	return r.take(ctx, flight{kid: kid, paid: true}, now), "", nil
}

func (s *snapshot) find(kid string) *Key {
	if s == nil {
		return nil
	}
	return s.keys[kid]
}

func (r *RemoteKeySet) report(e Event) {
	if r.observe != nil {
		r.observe(e)
	}
}
