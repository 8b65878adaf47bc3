package issuer

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"

	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

// localPassword is the password of every database user; the page shows it.
const localPassword = "local"

const keyBrowser = "browser"

// login is the library's authentication policy. It runs for the authorization
// request and for each request of the login page.
func (i *Issuer) login(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) (goidc.Status, error) {
	if r.PathValue("callback") == "" {
		return i.start(w, r, as)
	}
	if r.Method != http.MethodPost {
		return i.showLogin(w, r, as, http.StatusOK, "")
	}
	return i.submit(w, r, as)
}

// start uses an existing session if the application allows it, else it shows
// the login page (OpenID Connect Core, section 3.1.2.3).
func (i *Issuer) start(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession) (goidc.Status, error) {
	silent := as.Prompt == goidc.PromptTypeNone
	if s, ok := i.usableSession(r, as); ok && (silent || as.Prompt == "") {
		return i.finish(r.Context(), as, s)
	}
	if silent {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeLoginRequired, "no user is signed in")
	}
	as.Store = map[string]any{keyBrowser: browserID(w, r)}
	return i.showLogin(w, r, as, http.StatusOK, "")
}

// usableSession returns the session if it is recent enough and belongs to the
// expected user.
func (i *Issuer) usableSession(r *http.Request, as *goidc.AuthnSession) (session, bool) {
	s, ok := i.sessions.of(r)
	if !ok {
		return session{}, false
	}
	if as.MaxAuthnAgeSecs != nil && i.now().Sub(s.authTime) >= time.Duration(*as.MaxAuthnAgeSecs)*time.Second {
		return session{}, false
	}
	if as.IDTokenHintClaims != nil && as.IDTokenHintClaims.Subject != s.userID {
		return session{}, false
	}
	return s, true
}

func (i *Issuer) submit(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession) (goidc.Status, error) {
	browser, _ := as.Store[keyBrowser].(string)
	if i.sameOrigin.Check(r) != nil || !isBrowser(r, browser) {
		return i.showLogin(w, r, as, http.StatusForbidden, "This sign-in was started in another browser. Go back to the application and start again.")
	}
	if r.PostFormValue("cancel") != "" {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeAccessDenied, "the user canceled the sign-in")
	}
	user, ok := i.selectedUser(r)
	if !ok {
		return i.showLogin(w, r, as, http.StatusUnauthorized, "Wrong e-mail or password.")
	}
	return i.finish(r.Context(), as, i.sessions.begin(w, r, user.ID))
}

// selectedUser returns the chosen user, or the one with the e-mail and
// password.
func (i *Issuer) selectedUser(r *http.Request) (tenant.User, bool) {
	if as := r.PostFormValue("user"); as != "" {
		return i.tenant.UserAs(as)
	}
	correct := subtle.ConstantTimeCompare([]byte(r.PostFormValue("password")), []byte(localPassword)) == 1
	email := strings.TrimSpace(r.PostFormValue("email"))
	at := slices.IndexFunc(i.tenant.Users, func(u tenant.User) bool {
		return i.tenant.Connection(u).IsDatabase() && strings.EqualFold(u.Email, email)
	})
	if !correct || at < 0 {
		return tenant.User{}, false
	}
	return i.tenant.Users[at], true
}

// finish decides the user's scopes at this application.
func (i *Issuer) finish(ctx context.Context, as *goidc.AuthnSession, s session) (goidc.Status, error) {
	user, ok := i.tenant.User(s.userID)
	if !ok {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeLoginRequired, "the user no longer exists")
	}
	d, err := i.decideLogin(ctx, as, user)
	if err != nil {
		return goidc.StatusFailure, oauthError(err)
	}
	as.Subject, as.Username = user.ID, user.Name
	as.GrantedScopes, as.GrantedResources = strings.Join(d.Scopes, " "), as.Resources
	as.Store = map[string]any{keyDecision: d, keyAuthTime: s.authTime.Unix()}
	return goidc.StatusSuccess, nil
}

func (i *Issuer) decideLogin(ctx context.Context, as *goidc.AuthnSession, user tenant.User) (tenant.Decision, error) {
	c, _ := i.tenant.Client(as.ClientID)
	return i.tenant.Login(ctx, tenant.Login{
		Client: c, User: user, Audience: firstOf(as.Resources), Scopes: strings.Fields(as.Scopes),
	})
}
