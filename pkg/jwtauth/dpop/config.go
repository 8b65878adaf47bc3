package dpop

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"example.com/securedpets/pkg/jwtauth/internal/jose"
)

// Config is the policy of a [Verifier]. There is no setting that turns a check off; a zero Config
// is refused by [New].
type Config struct {
	// Origins are the places where clients reach this API, each as scheme, host and, unless it is
	// the default, port: "https://api.example". The htu of a proof must begin with one of them.
	// They are configured because the Host header of a request is the sender's choice: a server
	// that got a proof for itself could send it here under its own name. Required; http on a
	// loopback host only.
	Origins []string

	// Replay remembers the proofs that were used. Required.
	Replay ReplayStore

	// Algorithms are the accepted signature algorithms, of those that jwtauth.Config knows. By
	// default, RS256 and ES256.
	Algorithms []string

	// Window is how far iat may differ from now in both directions, at most 5 minutes. A proof is
	// remembered until it is this old. By default, one minute.
	Window time.Duration

	// NonceKeys are secrets of at least 32 bytes that sign nonces. The first one makes them, all
	// of them verify, so that a key can be replaced while its nonces are in use. Every process
	// that serves the API needs the same keys; none of them stores anything. By default, no nonce
	// is required.
	NonceKeys [][]byte

	// NonceLifetime is how long a nonce is accepted at least; twice as long at most. Between 10
	// seconds and 1 hour. By default, 5 minutes.
	NonceLifetime time.Duration

	// Now is the clock. By default, time.Now.
	Now func() time.Time
}

const (
	defaultWindow   = time.Minute
	maxWindow       = 5 * time.Minute
	minNonceKey     = 32
	defaultLifetime = 5 * time.Minute
	minLifetime     = 10 * time.Second
	maxLifetime     = time.Hour
)

// New returns a Verifier. Its error joins every complaint about cfg.
func New(cfg Config) (*Verifier, error) {
	v := &Verifier{window: cfg.Window, replay: cfg.Replay, now: cfg.Now}
	if v.window == 0 {
		v.window = defaultWindow
	}
	if v.now == nil {
		v.now = time.Now
	}
	lifetime := cfg.NonceLifetime
	if lifetime == 0 {
		lifetime = defaultLifetime
	}
	var complaints []error
	complain := func(bad bool, text string) {
		if bad {
			complaints = append(complaints, errors.New("dpop: "+text))
		}
	}
	complain(len(cfg.Origins) == 0, "Origins is required: a proof for another server must not pass")
	complain(v.replay == nil, "Replay is required: a proof must not pass twice")
	complain(v.window < 0 || v.window > maxWindow, "Window must be between 0 and 5 minutes")
	complain(lifetime < minLifetime || lifetime > maxLifetime, "NonceLifetime must be between 10 seconds and 1 hour")
	for _, key := range cfg.NonceKeys {
		complain(len(key) < minNonceKey, "NonceKeys has a key of less than 32 bytes")
	}
	v.nonces = newNonces(cfg.NonceKeys, lifetime)
	var err error
	if v.origins, err = parseOrigins(cfg.Origins); err != nil {
		complaints = append(complaints, err)
	}
	if err := v.setAlgorithms(cfg.Algorithms); err != nil {
		complaints = append(complaints, err)
	}
	if err := errors.Join(complaints...); err != nil {
		return nil, err
	}
	return v, nil
}

func (v *Verifier) setAlgorithms(list []string) error {
	if len(list) == 0 {
		list = []string{jose.ES256.String(), jose.RS256.String()}
	}
	for _, name := range list {
		a, ok := jose.ParseAlgorithm(name)
		if !ok {
			return fmt.Errorf("dpop: Algorithms: %q is not an asymmetric signature algorithm", name)
		}
		v.algorithms |= jose.SetOf(a)
	}
	v.names = strings.Join(list, " ")
	return nil
}

func parseOrigins(list []string) (origins []string, err error) {
	for _, raw := range list {
		u, err := url.Parse(raw)
		if err != nil || u.Path != "" || u.ForceQuery || strings.ContainsAny(raw, "?#") || !isSecure(u) {
			return nil, fmt.Errorf("dpop: Origins: %q is not an https origin, or an http origin of a loopback host, without a path", raw)
		}
		canonical, ok := canonicalURI(raw)
		if !ok {
			return nil, fmt.Errorf("dpop: Origins: %q is not an origin", raw)
		}
		origins = append(origins, strings.TrimSuffix(canonical, "/"))
	}
	return origins, nil
}

// isSecure holds for https, and for http to this machine itself.
func isSecure(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && addr.IsLoopback())
}
