// Package issuer is the OpenID Connect provider of the laptop: what Auth0 is to the deployed stack, without an account.
//
// It reads the Auth0 tenant's own files and runs the tenant's own post-login Action, so that who may do what is written
// once. [Issuer.Handler] serves discovery, keys, login, tokens and logout at Auth0's paths; [Issuer.Token] gives a token
// to the command line without a server, through the same decision as a login.
//
// The signing keys live in a file that only its owner can read, so a token survives a restart, and [RotateKeys] can put
// a new key in front while the old one stays published for as long as a token of it may live. Everybody who reaches the
// login page can become any user: it listens on loopback only and must never be served to others.
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

// Names of the applications' files in the tenant's folder; they are the client ids on a laptop.
const (
	webClient     = "secured-pets-web"
	machineClient = "secured-pets-machine"
)

// ErrUnknownUser says that users.json has nobody of that name.
var ErrUnknownUser = errors.New("unknown user")

// Config says where the issuer is and what it obeys.
type Config struct {
	URL        string           // required: the issuer with its slash at the end, e.g. http://localhost:9000/
	Tenant     fs.FS            // required: infra/auth0, e.g. auth0.Files
	KeyFile    string           // required: created if it does not exist
	WebOrigins []string         // required: the origins of the page, e.g. http://localhost:3000
	Now        func() time.Time // by default time.Now
	Log        *slog.Logger     // failures of our own; by default they are not logged
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

	pages      pages
	sameOrigin http.CrossOriginProtection
	provider   http.Handler

	mu       sync.Mutex // one protocol request at a time: a code is redeemed once, a refresh token rotated once
	store    *store
	sessions *sessions
}

// New checks the configuration and the tenant's files, and returns every complaint at once.
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
	i := &Issuer{url: cfg.URL, tenant: t, keys: keys, now: cfg.Now, log: cfg.Log}
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
	if i.provider, err = i.newProvider(); err != nil {
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

// Audience is the identifier of the tenant's API: what the API's authorizer must ask for.
func (i *Issuer) Audience() string { return i.tenant.API.Identifier }

// ClientID is the page's client id.
func (i *Issuer) ClientID() string { return i.web.ID }

// MachineSecret is the machine's client secret, invented when the key file was created.
func (i *Issuer) MachineSecret() string { return i.keys.machineSecret() }

// RotateKeys puts a new signing key in front. A server that runs on the same key file signs with it from the next token
// on; the old key stays published for as long as a token of it may live.
func (i *Issuer) RotateKeys() error {
	longest := max(i.tenant.API.TokenLifetime, i.tenant.API.TokenLifetimeForWeb, i.web.IDTokens.LifetimeSeconds)
	return rotate(i.keys.path, i.now(), time.Duration(longest)*time.Second)
}

// Handler serves the issuer. Mount it at the root of its own port.
func (i *Issuer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(pathDiscovery, i.cors("GET", get(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, i.configuration())
	})))
	mux.Handle(pathJWKS, i.cors("GET", get(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=15") // as Auth0 sends it
		writeJSON(w, http.StatusOK, i.publicKeys())
	})))
	protocol := i.oneByOne(i.provider)
	mux.Handle(pathToken, i.cors("POST", i.exchange(protocol)))
	mux.Handle(pathRevoke, i.cors("POST", i.exchange(protocol)))
	mux.Handle(pathUserInfo, i.cors("GET, POST", i.oneByOne(http.HandlerFunc(i.userInfo))))
	mux.Handle("GET "+pathAuthorize, i.authorize(protocol))
	mux.Handle("POST "+pathAuthorize, i.authorize(protocol))
	mux.Handle(pathAuthorize+"/{callback}", protocol)
	mux.Handle(pathLogout, protocol)
	mux.Handle(pathLogout+"/{callback}", protocol)
	mux.HandleFunc("GET "+pathStyle, serveStyle)
	return guard(mux)
}

func get(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	}
}

func (i *Issuer) oneByOne(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}
