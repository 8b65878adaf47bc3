package issuer

import (
	"net/http"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// logout ends the session if the request has the user's ID token; otherwise it
// asks for confirmation, because any site can link here (OpenID Connect
// RP-Initiated Logout, sections 2 and 6).
func (i *Issuer) logout(w http.ResponseWriter, r *http.Request, ls *goidc.LogoutSession) (goidc.Status, error) {
	s, signedIn := i.sessions.of(r)
	hasIDToken := ls.IDTokenHintClaims != nil && ls.IDTokenHintClaims.Subject == s.userID
	confirmed := r.Method == http.MethodPost && r.PathValue("callback") != "" && i.sameOrigin.Check(r) == nil
	if signedIn && !hasIDToken && !confirmed {
		user, _ := i.tenant.User(s.userID)
		return goidc.StatusPending, i.pages.show(w, http.StatusOK, "signout.html", originOf(ls.PostLogoutRedirectURI), map[string]any{
			"Action": pathLogout + "/" + ls.ID, "Name": user.Name,
		})
	}
	i.sessions.end(w, r)
	return goidc.StatusSuccess, nil
}

func (i *Issuer) showSignedOut(w http.ResponseWriter, _ *http.Request, _ *goidc.LogoutSession) error {
	return i.pages.show(w, http.StatusOK, "signedout.html", "", nil)
}
