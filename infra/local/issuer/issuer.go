// Package issuer is a local OpenID Connect issuer. It replaces Auth0 on a
// laptop and needs no account.
//
// It reads the files of the Auth0 tenant and runs the tenant's post-login
// Action, so permissions are the same as in production. [Issuer.Handler] serves
// discovery, keys, login, tokens and logout at Auth0's paths. [Issuer.Token]
// mints a token for the command line without a server, by the same decision as
// a login.
//
// The signing keys are kept in a file that only its owner can read, so tokens
// survive a restart. [Issuer.RotateKeys] signs with the next key, which was
// published before; the old one stays published as long as its tokens may be
// valid.
//
// Anyone who reaches the login page can sign in as any user. Requests for a
// host other than loopback are refused; never expose the issuer to a network.
package issuer

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

// Client ids: the names of the applications' files in the tenant's folder.
const (
	webClient     = "secured-pets-web"
	machineClient = "secured-pets-machine"
)

// ErrUnknownUser means that users.json has no such user.
var ErrUnknownUser = errors.New("unknown user")

// Config configures an [Issuer].
type Config struct {
	URL        string           // required, with the slash: http://localhost:9000/
	Tenant     fs.FS            // required: the files of infra/auth0
	KeyFile    string           // required; created if missing
	WebOrigins []string         // required: origins of the page
	Now        func() time.Time // by default, time.Now
	Log        *slog.Logger     // server errors; by default, discarded

	// ResourceParameter accepts resource (RFC 8707) where there is no audience, as a tenant with
	// Auth0's Resource Parameter Compatibility Profile does. By default, it is ignored.
	// https://auth0.com/ai/docs/mcp/guides/resource-param-compatibility-profile
	ResourceParameter bool
}

// Issuer is safe for concurrent use.
type Issuer struct {
	url     string
	tenant  *tenant.Tenant
	keys    *keyRing
	web     tenant.Client
	machine tenant.Client
	now     func() time.Time
	log     *slog.Logger

	acceptsResource bool

	pages      pages
	sameOrigin http.CrossOriginProtection
	protocol   http.Handler

	mu       sync.Mutex // serializes requests: a code is redeemed once
	store    *store
	sessions *sessions
}

// New checks the configuration and the tenant's files and returns all problems.
func New(cfg Config) (*Issuer, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	t, err := tenant.Load(cfg.Tenant, cfg.WebOrigins)
	if err != nil {
		return nil, err
	}
	keys, err := openKeyRing(cfg.KeyFile)
	if err != nil {
		return nil, err
	}
	i := &Issuer{url: cfg.URL, tenant: t, keys: keys, now: cfg.Now, log: cfg.Log, acceptsResource: cfg.ResourceParameter}
	if i.now == nil {
		i.now = time.Now
	}
	if i.log == nil {
		i.log = slog.New(slog.DiscardHandler)
	}
	var hasWeb, hasMachine bool
	i.web, hasWeb = t.Client(webClient)
	i.machine, hasMachine = t.Client(machineClient)
	if !hasWeb || !hasMachine {
		return nil, fmt.Errorf("issuer: the tenant needs clients/%s.json and clients/%s.json", webClient, machineClient)
	}
	i.store = newStore(i.now, time.Duration(i.refreshPolicy().TokenLifetime)*time.Second)
	i.sessions = &sessions{now: i.now, byID: map[string]session{}}
	if i.pages, err = parsePages(); err != nil {
		return nil, err
	}
	if i.protocol, err = i.newProtocol(); err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	return i, nil
}

func (cfg Config) check() error {
	var errs []error
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Scheme != "http" || u.Host == "" || u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		errs = append(errs, errors.New("issuer: URL must look like http://localhost:9000/, with the slash"))
	}
	if cfg.Tenant == nil {
		errs = append(errs, errors.New("issuer: Tenant is required"))
	}
	if cfg.KeyFile == "" {
		errs = append(errs, errors.New("issuer: KeyFile is required"))
	}
	if len(cfg.WebOrigins) == 0 {
		errs = append(errs, errors.New("issuer: WebOrigins is required"))
	}
	for _, origin := range cfg.WebOrigins {
		if u, err := url.Parse(origin); err != nil || u.Host == "" || origin != u.Scheme+"://"+u.Host {
			errs = append(errs, fmt.Errorf("issuer: %q is not an origin such as http://localhost:3000", origin))
		}
	}
	return errors.Join(errs...)
}

// Audience returns the identifier of the tenant's API.
func (i *Issuer) Audience() string { return i.tenant.API.Identifier }

// ClientID returns the page's client id.
func (i *Issuer) ClientID() string { return i.web.ID }

// MachineSecret returns the machine's client secret, generated with the key
// file.
func (i *Issuer) MachineSecret() string { return i.keys.machineSecret() }

// RotateKeys makes the next key of the key file the signing one and adds another
// next key. A server on the same file publishes that one, and signs its next
// token with the former, which it published until now. The old key stays
// published as long as its tokens may be valid.
func (i *Issuer) RotateKeys() error {
	longest := max(i.tenant.API.TokenLifetime, i.tenant.API.TokenLifetimeForWeb, i.web.IDTokens.LifetimeSeconds)
	return rotate(i.keys.path, i.now(), time.Duration(longest)*time.Second)
}

// Handler returns the handler for all paths of the issuer.
func (i *Issuer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(pathDiscovery, i.cors("GET", getOnly(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, i.configuration())
	})))
	mux.Handle(pathJWKS, i.cors("GET", getOnly(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=15") // as Auth0
		writeJSON(w, http.StatusOK, i.publicKeys())
	})))
	protocol := i.serialize(i.protocol)
	mux.Handle(pathToken, i.cors("POST", i.exchange(protocol)))
	mux.Handle(pathRevoke, i.cors("POST", i.exchange(protocol)))
	mux.Handle(pathUserInfo, i.cors("GET, POST", i.serialize(http.HandlerFunc(i.userInfo))))
	mux.Handle("GET "+pathAuthorize, i.authorize(protocol))
	mux.Handle("POST "+pathAuthorize, i.authorize(protocol))
	mux.Handle(pathAuthorize+"/{callback}", protocol)
	mux.Handle(pathLogout, protocol)
	mux.Handle(pathLogout+"/{callback}", protocol)
	mux.HandleFunc("GET "+pathStyle, serveStyle)
	return guard(mux)
}

func getOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	}
}

func (i *Issuer) serialize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}
