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
	// Issuer is the issuer whose discovery document (OpenID Connect Discovery section 4) names the
	// key set, and whose Verifier alone may use it. Required unless URL is set.
	Issuer string

	// URL is that of the JWK set: https, or http on a loopback host. By default, it is discovered.
	URL string

	// Client makes the requests; its redirect policy is replaced. By default, one with a timeout of
	// 1 second to connect.
	Client *http.Client

	// Timeout is for each document, at most 30 seconds. It is no caller's wait: a fetch goes on
	// after its callers have left. By default, 5 seconds.
	Timeout time.Duration

	// Observe is called after each fetch, each time old keys are served, and each time an unknown
	// key id is not looked up; concurrently, and the callers wait for it. A panic after a fetch is
	// recovered. By default, nothing is called.
	Observe func(Event)

	// Now is the clock for the age of keys. A time without a monotonic reading is wall-clock time
	// only. By default, time.Now, which has both readings: every age is the larger difference of
	// the two, so that neither a frozen process nor a wall clock that is set back makes keys
	// younger.
	Now func() time.Time
}

// The limits of a key set. The comment of RemoteKeySet explains each value.
const (
	freshByDefault  = 10 * time.Minute
	freshAtLeast    = 5 * time.Minute
	freshAtMost     = time.Hour
	hardEnd         = 24 * time.Hour
	coldWait        = 1500 * time.Millisecond
	staleWait       = 300 * time.Millisecond
	responseReserve = 200 * time.Millisecond
	revokeAfter     = time.Minute

	timeoutByDefault = 5 * time.Second
	timeoutAtMost    = 30 * time.Second
)

// RemoteKeySet is the key set that an issuer publishes. It fetches when a token needs it to and
// never in the background: between invocations a Lambda function is frozen, and what runs then runs
// at the wrong time. It is safe for concurrent use.
//
//   - Keys are fresh for 10 minutes, or for the max-age of the response where that is 5 minutes to
//     an hour (5 minutes for no-store). With traffic, a withdrawn key is trusted no longer.
//   - Older keys are renewed by the request that needs them, which waits 300 ms at most and then
//     takes the old ones. Those serve for 24 hours at most.
//   - A key id that is not in the set is looked up at once, so a new key works with its first
//     token. It is unknown ([ErrUnknownKey]) only if a fetch that began after the request arrived,
//     or less than 1 second before for the same id, does not find it. Such fetches are limited to 3
//     and then one in 2 seconds, however many forged ids arrive; beyond that the request is
//     undecided ([ErrKeyUndecided]).
//   - Without keys, or for an unknown id, a request waits 1.5 seconds at most, then it is
//     [ErrKeysUnavailable]. A caller with a deadline gets 200 ms of it back, to be able to respond.
//   - A fetch is shared by all callers and goes on after they have left, for [RemoteConfig].Timeout
//     per document. Where one takes longer than callers wait, a second may run beside it.
//   - Failed fetches pause fetching for 1 second, doubling to 60 (2 while there are no keys), or
//     for what Retry-After asks for: up to an hour while old keys serve, else up to 60 seconds.
//   - Ages are measured by the monotonic and the wall clock, and the larger one counts, so that the
//     time in which the process was frozen counts too.
//   - A response is at most 150,000 bytes unpacked and 100 keys, has status 200, and came by https
//     (or from loopback) without a redirect to another host. A bad one never replaces a good set.
//   - An empty list of keys is taken for a mistake once. Twice, 60 seconds apart and without a good
//     set in between, it is an emergency revocation: no key is trusted until the issuer publishes
//     one.
//   - The discovery document must name exactly the issuer. The URL it gives is kept until a fetch
//     fails.
type RemoteKeySet struct {
	issuer  string
	url     string // empty: discovered
	client  *http.Client
	ours    bool // the client is not shared
	timeout time.Duration
	observe func(Event)
	clock   clock

	current atomic.Pointer[snapshot]

	fetches atomic.Int64 // so many have started

	mu       sync.Mutex
	flight   *flight // the newest fetch that is under way, if any
	slow     *flight // one that began before it and is slow, if any
	running  int
	failed   failures
	empty    *moment // when the issuer first published an empty set; nil after a good one
	budget   bucket
	unknown  unknownKIDs
	endpoint string // the discovered URL, until a fetch from it fails
}

// snapshot is one state of the key set. It is never changed.
type snapshot struct {
	keys    map[string]*Key
	at      moment        // when the fetch began that found it
	fresh   time.Duration // how long it needs no renewal
	etag    string
	fetch   int64 // the number of the fetch, 0 for preloaded keys
	revoked bool  // the issuer withdrew every key
}

func (s *snapshot) isFresh(now moment) bool { return s != nil && now.within(s.fresh, s.at) }

func (s *snapshot) isUsable(now moment) bool {
	return s != nil && !s.revoked && now.since(s.at) < hardEnd
}

func (s *snapshot) find(kid string) *Key {
	if s == nil {
		return nil
	}
	return s.keys[kid]
}

// NewRemoteKeySet returns a key set that has fetched nothing yet. Its error joins every complaint
// about cfg.
func NewRemoteKeySet(cfg RemoteConfig) (*RemoteKeySet, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	r := &RemoteKeySet{
		issuer: cfg.Issuer, url: cfg.URL, client: newClient(cfg.Client), ours: cfg.Client == nil,
		timeout: cfg.Timeout, observe: cfg.Observe, clock: newClock(cfg.Now),
	}
	if r.timeout == 0 {
		r.timeout = timeoutByDefault
	}
	return r, nil
}

func (cfg RemoteConfig) check() error {
	var complaints []error
	if cfg.Issuer != "" || cfg.URL == "" {
		complaints = append(complaints, checkIssuer(cfg.Issuer))
	}
	if cfg.URL != "" {
		if _, err := parseEndpoint(cfg.URL); err != nil {
			complaints = append(complaints, errors.New("jwtauth: URL: "+err.Error()))
		}
	}
	if cfg.Timeout < 0 || cfg.Timeout > timeoutAtMost {
		complaints = append(complaints, errors.New("jwtauth: Timeout must be between 0 and 30 seconds"))
	}
	return errors.Join(complaints...)
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

// Key returns the key of this id. With a fresh set that has it, that is one atomic load and one map
// lookup.
func (r *RemoteKeySet) Key(ctx context.Context, kid string) (*Key, error) {
	s := r.current.Load() // before the clock, so that it is never younger than now
	now := r.clock()
	fresh := s.isFresh(now)
	if fresh {
		if key := s.keys[kid]; key != nil {
			return key, nil
		}
	}
	q := request{kid: kid, arrived: now, fetches: r.fetches.Load(), until: time.Now().Add(coldWait)}
	if fresh {
		return r.lookupUnknown(ctx, q)
	}
	return r.renew(ctx, q, s)
}

// request is a caller that needs more than a look at the current set.
type request struct {
	kid     string
	arrived moment
	fetches int64     // so many had started by then
	until   time.Time // by the real clock: no longer wait

	responded bool // the issuer has since then, to a fetch that began too early for this request
}

// precedes reports whether a state was found by a fetch that began after the request arrived. One
// that began earlier may have missed a new key.
func (q request) precedes(s *snapshot) bool { return s != nil && s.fetch > q.fetches }

// renew returns a key after a renewal, which is due. While the old set is usable the renewal must
// be quick, and its failure is no reason to turn a request away.
func (r *RemoteKeySet) renew(ctx context.Context, q request, old *snapshot) (*Key, error) {
	s, err := r.refresh(ctx, q, old.isUsable(q.arrived))
	if err != nil {
		if s = r.current.Load(); !s.isUsable(q.arrived) { // the fetch may have been the one that revokes it
			return nil, err
		}
		r.report(Event{Kind: EventStale, Outcome: "served", Err: err})
	}
	if key := s.find(q.kid); key != nil {
		return key, nil
	}
	q.responded = err == nil
	return r.lookupUnknown(ctx, q)
}

// refresh returns a set that is fetched now, or was by another request in the meantime.
func (r *RemoteKeySet) refresh(ctx context.Context, q request, usable bool) (*snapshot, error) {
	s, f, err := r.joinRefresh(ctx, q, usable)
	if s != nil || err != nil {
		return s, err
	}
	until := q.until
	if stale := f.started.Add(staleWait); usable && stale.Before(until) {
		until = stale
	}
	return f.wait(ctx, until)
}

// joinRefresh returns a fresh set, or the fetch to wait for.
func (r *RemoteKeySet) joinRefresh(ctx context.Context, q request, usable bool) (*snapshot, *flight, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	if s := r.current.Load(); s.isFresh(now) {
		return s, nil, nil
	}
	f, why := r.flight, cold
	if usable {
		why = renewal
	}
	if f != nil && (usable || f.isPrompt(now) || r.running >= maxRunning) {
		return nil, f, nil
	}
	switch err := r.failed.wait(now, why); {
	case err == nil:
		return nil, r.startFetch(ctx, flight{kid: q.kid}, now), nil
	case f == nil:
		return nil, nil, err
	}
	return nil, f, nil
}

// lookupUnknown looks up a key id that the current set does not have. It may be of a new key, and
// then its token must pass at once; or forged, and then it must not make us fetch: so there is a
// budget, and a memory of ids that do not exist.
func (r *RemoteKeySet) lookupUnknown(ctx context.Context, q request) (*Key, error) {
	for ; ; q.responded = true {
		key, f, throttle, err := r.joinLookup(ctx, q)
		if throttle != "" {
			r.report(Event{Kind: EventThrottled, Outcome: throttle, Err: err})
		}
		if key != nil || err != nil {
			return key, err
		}
		switch _, err := f.wait(ctx, q.until); {
		case q.responded && errors.Is(err, errSlowIssuer):
			return nil, ErrKeyUndecided
		case err != nil:
			return nil, err
		}
	}
}

// joinLookup returns the key, or the reason why there is none and what throttled the lookup, or the
// fetch to wait for. Where it may not start one it joins one that is late.
func (r *RemoteKeySet) joinLookup(ctx context.Context, q request) (*Key, *flight, string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, s, f := r.clock(), r.current.Load(), r.flight
	if key := s.find(q.kid); key != nil {
		return key, nil, "", nil
	}
	switch {
	case q.precedes(s):
		r.unknown.add(q.kid, s.at)
		return nil, nil, "", ErrUnknownKey
	case r.unknown.has(q.kid, q.arrived):
		return nil, nil, "remembered", ErrUnknownKey
	case f != nil && (f.isPrompt(now) || r.running >= maxRunning):
		return nil, f, "", nil
	}
	throttle, err := "paused", r.failed.wait(now, lookup)
	if err == nil && !r.budget.take(now) {
		throttle, err = "budget", ErrKeyUndecided
	}
	switch {
	case err == nil:
		return nil, r.startFetch(ctx, flight{kid: q.kid, paid: true}, now), "", nil
	case f != nil:
		return nil, f, "", nil
	}
	return nil, nil, throttle, err
}

func (r *RemoteKeySet) report(e Event) {
	if r.observe != nil {
		r.observe(e)
	}
}
