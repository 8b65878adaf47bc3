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

// localPassword is every database user's password. It guards nothing and the page says so.
const localPassword = "local"

const keyBrowser = "browser"

// login is the library's authentication policy: it runs once when the application sends the person here, and again for
// everything the person does on the login page.
func (i *Issuer) login(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) (goidc.Status, error) {
	if r.PathValue("callback") == "" {
		return i.arrive(w, r, as)
	}
	if r.Method != http.MethodPost {
		return i.ask(w, r, as, http.StatusOK, "")
	}
	return i.submit(w, r, as)
}

// arrive uses the session if the application allows it, and asks otherwise (OpenID Connect Core, section 3.1.2.3).
func (i *Issuer) arrive(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession) (goidc.Status, error) {
	silent := as.Prompt == goidc.PromptTypeNone
	if s, ok := i.usable(r, as); ok && (silent || as.Prompt == "") {
		return i.finish(r.Context(), as, s)
	}
	if silent {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeLoginRequired, "nobody is signed in")
	}
	as.Store = map[string]any{keyBrowser: browserID(w, r)}
	return i.ask(w, r, as, http.StatusOK, "")
}

// usable finds the session if it is fresh enough and belongs to the person the application expects.
func (i *Issuer) usable(r *http.Request, as *goidc.AuthnSession) (session, bool) {
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
		return i.ask(w, r, as, http.StatusForbidden, "This sign-in was begun elsewhere. Go back to the application and start again.")
	}
	if r.PostFormValue("cancel") != "" {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeAccessDenied, "the person chose not to")
	}
	user, ok := i.identified(r)
	if !ok {
		return i.ask(w, r, as, http.StatusUnauthorized, "Wrong e-mail or password.")
	}
	return i.finish(r.Context(), as, i.sessions.begin(w, r, user.ID))
}

// identified is the person who was chosen, or whose e-mail and password were typed.
func (i *Issuer) identified(r *http.Request) (tenant.User, bool) {
	if as := r.PostFormValue("user"); as != "" {
		return i.tenant.UserAs(as)
	}
	known := subtle.ConstantTimeCompare([]byte(r.PostFormValue("password")), []byte(localPassword)) == 1
	email := strings.TrimSpace(r.PostFormValue("email"))
	at := slices.IndexFunc(i.tenant.Users, func(u tenant.User) bool {
		return i.tenant.Connection(u).IsDatabase() && strings.EqualFold(u.Email, email)
	})
	if !known || at < 0 {
		return tenant.User{}, false
	}
	return i.tenant.Users[at], true
}

// finish decides what the person gets at this application.
func (i *Issuer) finish(ctx context.Context, as *goidc.AuthnSession, s session) (goidc.Status, error) {
	user, ok := i.tenant.User(s.userID)
	if !ok {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeLoginRequired, "the user is gone")
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
