// Package jwtauthtest is an issuer for tests, in the manner of net/http/httptest: a real HTTP
// server on loopback with a discovery document and a key set, and tokens signed with its keys.
//
//	issuer := jwtauthtest.NewIssuer(t)
//	verifier := issuer.Verifier()
//	good := issuer.Token(jwtauthtest.Scopes("read:unicorn"))
//	bad := issuer.Token(jwtauthtest.ExpiresIn(-time.Second))
//
// A token is good unless an edit spoils it, so a test names the one thing it is about. Edits are
// plain functions, and [Claim], [Header] and [Raw] make any token that cannot be made with the
// named ones. [Issuer.Rotate], [Issuer.Withdraw], [Issuer.Respond] and [Issuer.Down] make the bad
// days of an issuer, and [Issuer.Fetches] counts the requests of a verifier.
//
// The keys are made once per process and are the same for every Issuer, so that a test pays no key
// generation; the issuers differ in their URL. Use [Issuer.NewKey] where a key must be another one.
package jwtauthtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
)

// The audience of access tokens, the client id of ID tokens, and the subject, unless an edit says
// otherwise.
const (
	Audience = "https://api.example"
	ClientID = "client-1"
	Subject  = "auth0|user-1"
)

// Issuer is a running issuer. It is safe for concurrent use.
type Issuer struct {
	// URL is the iss claim; it ends with a slash, as Auth0's.
	URL string
	// Now is the clock of new tokens; time.Now unless a test sets it before the first one.
	Now func() time.Time

	tb     testing.TB
	server *httptest.Server

	mu          sync.Mutex
	keys        []*Key // published; the last one signs
	respond     http.Handler
	fetches     int
	discoveries int
}

// NewIssuer starts an issuer that is stopped when the test ends. It publishes one RS256 key, with
// the id "k1".
func NewIssuer(tb testing.TB) *Issuer {
	tb.Helper()
	i := &Issuer{tb: tb, Now: time.Now, keys: []*Key{sharedKey(tb, "k1", "RS256")}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("GET /.well-known/jwks.json", i.jwks)
	i.server = httptest.NewServer(mux)
	tb.Cleanup(i.server.Close)
	i.URL = i.server.URL + "/"
	return i
}

// Verifier returns a verifier of this issuer's access tokens for [Audience], which fetches keys
// over HTTP.
func (i *Issuer) Verifier() *jwtauth.Verifier {
	i.tb.Helper()
	return i.NewVerifier(jwtauth.Config{})
}

// NewVerifier returns a verifier with this configuration; the issuer, the clock and the audience
// ([ClientID] for ID tokens) are filled in where it has none.
func (i *Issuer) NewVerifier(cfg jwtauth.Config) *jwtauth.Verifier {
	i.tb.Helper()
	if cfg.Issuer == "" {
		cfg.Issuer = i.URL
	}
	if cfg.Now == nil {
		cfg.Now = i.Now
	}
	if cfg.Audiences == nil {
		cfg.Audiences = []string{Audience}
		if cfg.Profile == jwtauth.IDToken {
			cfg.Audiences = []string{ClientID}
		}
	}
	v, err := jwtauth.New(cfg, i.KeySet(jwtauth.RemoteConfig{}))
	if err != nil {
		i.tb.Fatal(err)
	}
	return v
}

// KeySet returns a remote key set of this issuer, found by discovery unless cfg says otherwise.
func (i *Issuer) KeySet(cfg jwtauth.RemoteConfig) *jwtauth.RemoteKeySet {
	i.tb.Helper()
	if cfg.Issuer == "" {
		cfg.Issuer = i.URL
	}
	keys, err := jwtauth.NewRemoteKeySet(cfg)
	if err != nil {
		i.tb.Fatal(err)
	}
	return keys
}

// JWKS returns the key set as it is published now.
func (i *Issuer) JWKS() []byte {
	i.tb.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	list := []map[string]string{}
	for _, key := range i.keys {
		list = append(list, key.jwk())
	}
	doc, err := json.Marshal(map[string]any{"keys": list})
	if err != nil {
		i.tb.Fatal(err)
	}
	return doc
}

// JWKSURL is where the key set is published.
func (i *Issuer) JWKSURL() string { return i.URL + ".well-known/jwks.json" }

// Fetches is the number of requests for the key set so far, good and bad ones.
func (i *Issuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// Discoveries is the number of requests for the discovery document so far.
func (i *Issuer) Discoveries() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.discoveries
}

// Rotate publishes another key beside the old ones and signs with it from now on.
func (i *Issuer) Rotate(kid, alg string) *Key {
	i.tb.Helper()
	key := i.NewKey(kid, alg)
	i.Publish(key)
	return key
}

// Key returns the published key of this id.
func (i *Issuer) Key(kid string) *Key {
	i.tb.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	n := slices.IndexFunc(i.keys, func(k *Key) bool { return k.ID == kid })
	if n < 0 {
		i.tb.Fatalf("jwtauthtest: no key %q is published", kid)
	}
	return i.keys[n]
}

// Publish adds a key, which signs from now on.
func (i *Issuer) Publish(key *Key) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, key)
}

// Withdraw stops publishing the key of this id.
func (i *Issuer) Withdraw(kid string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = slices.DeleteFunc(i.keys, func(k *Key) bool { return k.ID == kid })
}

// Respond serves both documents by h instead, until Respond(nil).
func (i *Issuer) Respond(h http.Handler) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.respond = h
}

// Down makes the issuer respond with status 503 until Respond(nil).
func (i *Issuer) Down() {
	i.Respond(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
}

// signer is the key that signs now.
func (i *Issuer) signer() *Key {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.keys) == 0 {
		i.tb.Fatal("jwtauthtest: every key is withdrawn")
	}
	return i.keys[len(i.keys)-1]
}

// count counts a request and returns the handler that replaces the usual response, if there is one.
func (i *Issuer) count(n *int) http.Handler {
	i.mu.Lock()
	defer i.mu.Unlock()
	*n++
	return i.respond
}

func (i *Issuer) discovery(w http.ResponseWriter, r *http.Request) {
	if h := i.count(&i.discoveries); h != nil {
		h.ServeHTTP(w, r)
		return
	}
	writeJSON(w, map[string]string{"issuer": i.URL, "jwks_uri": i.JWKSURL()})
}

func (i *Issuer) jwks(w http.ResponseWriter, r *http.Request) {
	if h := i.count(&i.fetches); h != nil {
		h.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(i.JWKS()) // fails only for a client that left
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // as above
}
